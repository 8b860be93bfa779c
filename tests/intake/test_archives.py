"""Web archives: pages come out, damage costs the record it hit and is told."""

from __future__ import annotations

import gzip
import io
import random

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from marsad.intake.archives import Mark, is_archive, read_archive
from marsad.model import Capture, Problem

Items = list[Capture | Problem | Mark]


def page(number: int) -> bytes:
    words = f"<html><body><p>{number} people were killed in town {number} on Monday.</p>" + "".join(
        f"<p>{random.Random(number * 1000 + n).random()}</p>" for n in range(40)
    )
    return words.encode()


def archive(count: int = 100, *, packed: bool = True, **headers: str) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    out_record = writer.create_warcinfo_record("a.warc", {"software": "test"})
    writer.write_record(out_record)
    for n in range(count):
        fields = [("Content-Type", "text/html; charset=utf-8"), *headers.items()]
        told = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
        body = gzip.compress(page(n)) if headers.get("Content-Encoding") == "gzip" else page(n)
        address = f"https://news.example/{n}"
        writer.write_record(writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=told))
    return out.getvalue()


def read(data: bytes, start: int = 0) -> Items:
    return list(read_archive(io.BytesIO(data), "a.warc", start=start))


def pages(items: Items) -> list[Capture]:
    return [item for item in items if isinstance(item, Capture)]


def codes(items: Items) -> list[str]:
    return [item.code for item in items if isinstance(item, Problem)]


@pytest.mark.parametrize("packed", [True, False])
def test_every_page_comes_out_with_address_time_and_type(packed: bool) -> None:
    items = read(archive(packed=packed))
    assert codes(items) == [] and [c.url for c in pages(items)] == [f"https://news.example/{n}" for n in range(100)]
    first = pages(items)[0]
    assert first.body == page(0) and first.media_type == "text/html; charset=utf-8" and (first.fetched or "").startswith("20")
    assert len({c.origin for c in pages(items)}) == 100


def test_a_whole_archive_in_one_member() -> None:
    items = read(gzip.compress(archive(packed=False)))
    assert len(pages(items)) == 100 and codes(items) == []


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_costs_one_record(packed: bool, seed: int) -> None:
    data = bytearray(archive(packed=packed))
    at = random.Random(seed).randrange(1000, len(data))
    data[at] ^= 1 << random.Random(seed).randrange(8)
    items = read(bytes(data))
    whole = {page(n) for n in range(100)}
    assert len(pages(items)) >= 98 and all(c.body in whole for c in pages(items))
    assert len(pages(items)) == 100 or codes(items)


@pytest.mark.parametrize("packed", [True, False])
def test_a_gap_in_the_middle_and_a_cut_end(packed: bool) -> None:
    data = archive(packed=packed)
    middle = len(data) // 2
    items = read(data[:middle] + data[middle + 300 :])
    assert len(pages(items)) >= 98 and "incomplete" in codes(items)
    items = read(data[:-40])
    assert len(pages(items)) == 99 and codes(items) == ["incomplete"]


def test_a_wrong_length_does_not_swallow_what_follows() -> None:
    data = archive(packed=False)
    at = data.index(b"Content-Length: ", len(data) // 2) + 16
    end = data.index(b"\r\n", at)
    for length in (b"1", b"99999", b"999999999999", b"x"):
        items = read(data[:at] + length + data[end:])
        assert len(pages(items)) == 99 and codes(items), length


def test_reading_can_be_taken_up_at_a_mark() -> None:
    data = archive()
    marks = [item.offset for item in read(data) if isinstance(item, Mark)]
    assert len(pages(read(data, marks[50]))) == len(pages(read(data))) - 49
    assert next(c.url for c in pages(read(data, marks[50] + 1))) == "https://news.example/50"


def test_packed_and_chunked_bodies() -> None:
    items = read(archive(3, **{"Content-Encoding": "gzip"}))
    assert [c.body for c in pages(items)] == [page(n) for n in range(3)]
    body = (
        b"".join(b"%x\r\n%s\r\n" % (len(page(0)[n : n + 99]), page(0)[n : n + 99]) for n in range(0, len(page(0)), 99))
        + b"0\r\n\r\n"
    )
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    told = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")], protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record("https://a.example/", "response", payload=io.BytesIO(body), http_headers=told))
    assert [c.body for c in pages(read(out.getvalue()))] == [page(0)]


def test_bodies_packed_with_brotli_and_those_of_which_only_the_header_says_so() -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for body in (brotli.compress(page(1)), page(2), brotli.compress(bytes(32 * 2**20)), brotli.compress(page(3))[:-9]):
        told = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), ("Content-Encoding", "br")], protocol="HTTP/1.1")
        record = writer.create_warc_record("https://n.example/", "response", payload=io.BytesIO(body), http_headers=told)
        writer.write_record(record)
    items = read(out.getvalue())
    assert [c.body for c in pages(items)] == [page(1), page(2)] and codes(items) == ["bomb", "incomplete"]


def test_only_pages_are_taken() -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for code, media in (("404 Not Found", "text/html"), ("200 OK", "image/png"), ("301 Moved", "text/html")):
        told = StatusAndHeaders(code, [("Content-Type", media)], protocol="HTTP/1.1")
        payload = io.BytesIO(b"<html>words</html>")
        writer.write_record(writer.create_warc_record("https://a.example/", "response", payload=payload, http_headers=told))
    assert codes(read(out.getvalue())) == ["no_story"]


def test_the_texts_of_wet() -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    payload = io.BytesIO(b"Eight people were killed in Sinja.")
    record = writer.create_warc_record("https://a.example/", "conversion", payload=payload, warc_content_type="text/plain")
    writer.write_record(record)
    found = pages(read(out.getvalue()))
    assert [(c.body, c.media_type) for c in found] == [(b"Eight people were killed in Sinja.", "text/plain")]


def test_old_archives() -> None:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Eight died.</html>"
    head = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n"
    data = b"filedesc://a.arc 0.0.0.0 20140301000000 text/plain %d\n%s\n" % (len(head), head)
    data += b"http://a.example/ 8.8.8.8 20140102000000 text/html %d\n%s\n" % (len(body), body)
    assert is_archive(data) and [(c.url, c.body) for c in pages(read(data))] == [
        ("http://a.example/", b"<html>Eight died.</html>")
    ]


def test_a_record_of_no_known_kind_is_told() -> None:
    data = archive(3, packed=False).replace(b"WARC-Type: response", b"WARC-Type: respo.se", 1)
    items = read(data)
    assert len(pages(items)) == 2 and codes(items) == ["damaged"]


def test_a_page_without_a_status_line_is_told_and_the_rest_is_read() -> None:
    bad = b"".join(
        gzip.compress((b"WARC/1.0" + part).replace(b"HTTP/1.1 200 OK", b"software: test " if n == 2 else b"HTTP/1.1 200 OK"))
        for n, part in enumerate(archive(3, packed=False).split(b"WARC/1.0")[1:])
    )
    assert len(pages(read(bad))) == 2 and codes(read(bad)) == ["incomplete"]


def test_what_is_no_archive() -> None:
    assert not is_archive(b"<html>") and not is_archive(gzip.compress(b"<html>")) and is_archive(archive(1))


def test_a_record_that_unpacks_to_too_much_is_left_out() -> None:
    packed = gzip.compress(b"WARC/1.0\r\nContent-Length: 600000000\r\n\r\n" + bytes(60 * 2**20), 9)
    items = read(archive(2) + packed + archive(3))
    assert len(pages(items)) == 5 and "bomb" in codes(items)


def test_the_same_address_with_spaces() -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    told = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    record = writer.create_warc_record("https://a.example/x y", "response", payload=io.BytesIO(b"<html>a"), http_headers=told)
    writer.write_record(record)
    assert pages(read(out.getvalue()))[0].url == "https://a.example/x%20y"
