"""`marsad ingest` and `marsad watch` from end to end, with stand-ins for coding and a web server on the loopback."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests import standins
from tests.hostile import Site, answer, in_turn, status, to
from typer.testing import CliRunner, Result
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import marsad.stages
from marsad import cli
from marsad.intake import worker
from marsad.intake.isolation import Parser

ROOT = Path(__file__).resolve().parents[2]


# In most tests the parsers run in this process: starting the child takes a second or two each time. What it is for is tested
# in tests/intake/test_isolation.py, and the whole with it in the tests that ask for `child`.
@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if "child" not in request.fixturenames:
        monkeypatch.setattr(Parser, "items", in_process)
    monkeypatch.setattr(marsad.stages, "installed_stages", standins.stages)
    monkeypatch.delenv("MARSAD_LEDGER", raising=False)
    monkeypatch.chdir(tmp_path)


def in_process(self: Parser, head: Mapping[str, object], body: bytes, origin: str) -> Iterator[object]:
    yield from worker.perform(json.loads(json.dumps(head)), body)


@pytest.fixture
def child() -> None:
    """The test runs with the true parser child."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


def call(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def story(killed: int, place: str = "Sinja") -> str:
    return f"{killed} killed in {place} on Monday, the governor said. The road to the town was closed after the attack."


def page(killed: int, place: str = "Sinja", title: str = "Market hit") -> bytes:
    head = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
    return f"{head}<p>{story(killed, place)}</p></article></body></html>".encode()


def claims(ledger: str = "r.sqlite") -> list[str]:
    """The quotes of all claims in force."""
    done = call("events", "--ledger", ledger, "--format", "csv")
    assert done.exit_code == 0
    with sqlite3.connect(ledger) as connection:
        bodies = [json.loads(body) for (body,) in connection.execute("select body from claims order by seq")]
    return [next(e["quote"] for e in body["evidence"] if e["field"] == "claim") for body in bodies]


def rows(table: str, ledger: str = "r.sqlite") -> int:
    with sqlite3.connect(ledger) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


def sources(text: str, *hosts: str) -> None:
    settings = f"[fetch]\npause = 0\npatience = 0\ndeadline = 3\nprivate_hosts = {json.dumps(list(hosts) or ['127.0.0.1'])}\n"
    Path("s.toml").write_text(settings + text, encoding="utf-8")


def feed(site: Site, *numbers: int, text: str = "") -> bytes:
    items = "".join(
        f"<item><title>T{n}</title><link>{site.at(f'/{n}')}</link><description>{text}</description></item>" for n in numbers
    )
    return f"<rss version='2.0'><channel><title>Nile Wire</title>{items}</channel></rss>".encode()


def archive(count: int) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for n in range(count):
        told = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            f"https://a.example/{n}", "response", payload=io.BytesIO(page(n + 1)), http_headers=told
        )
        writer.write_record(record)
    return out.getvalue()


def test_a_folder_of_every_kind_and_again(child: None) -> None:
    Path("in").mkdir()
    Path("in/a.html").write_bytes(page(1))
    Path("in/b.csv").write_text(f"title,text\nA,{json.dumps(story(2))}\n", encoding="utf-8")
    Path("in/c.warc.gz").write_bytes(archive(3))
    Path("in/d.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": story(9)}).encode()))
    done = call("ingest", "in", "--ledger", "r.sqlite")
    assert done.exit_code == 0, done.stderr
    assert {c.split(" ")[0] for c in claims()} == {"1", "2", "3", "9"} and "no problem" in done.stderr
    facts = rows("log")
    again = call("ingest", "in", "--ledger", "r.sqlite")
    assert again.exit_code == 0 and rows("log") == facts and again.stderr.startswith("0 stories")


def test_a_dry_run_lists_and_keeps_nothing() -> None:
    Path("a.html").write_bytes(page(1))
    Path("b.warc.gz").write_bytes(archive(1))
    done = call("ingest", "a.html", "b.warc.gz", "none.txt", "--ledger", "r.sqlite", "--dry-run")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert done.exit_code == 1 and "[intake/missing]" in done.stderr
    assert [(line[0], line[1], line[3]) for line in lines] == [("story", "new", "a.html"), ("archive", "new", "b.warc.gz")]
    assert sorted(os.listdir()) == ["a.html", "b.warc.gz"]


def test_what_is_bad_is_told_and_the_rest_goes_on() -> None:
    Path("a.warc.gz").write_bytes(archive(4)[:-30])
    Path("b.png").write_bytes(b"\x89PNG\r\n")
    Path("c.html").write_bytes(page(7))
    done = call("ingest", "a.warc.gz", "b.png", "c.html", "--ledger", "r.sqlite")
    assert done.exit_code == 1 and "intake/incomplete" in done.stderr and "intake/binary" in done.stderr
    assert [c.split(" ")[0] for c in claims()] == ["1", "2", "3", "7"]


def test_a_run_that_was_broken_off_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from marsad.commands import desk

    monkeypatch.setattr(desk, "BATCH", 2)
    Path("a.warc.gz").write_bytes(archive(9))
    real = desk.Desk.keep
    seen: list[int] = []

    def keep(self: desk.Desk, batch: object, problems: object) -> None:
        seen.append(1)
        if len(seen) == 3:
            raise KeyboardInterrupt
        real(self, batch, problems)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.Desk, "keep", keep)
    call("ingest", "a.warc.gz", "--ledger", "r.sqlite")
    assert len(claims()) == 4
    monkeypatch.setattr(desk.Desk, "keep", real)
    done = call("ingest", "a.warc.gz", "--ledger", "r.sqlite")
    assert sorted(claims(), key=lambda c: int(c.split(" ")[0])) == [f"{n} killed in Sinja" for n in range(1, 10)]
    assert "5 stories" in done.stderr and "4 were there already" in done.stderr


def test_a_feed_and_its_pages_once(site: Site) -> None:
    site.pages |= {
        "/feed": answer(feed(site, 1, 2), "application/rss+xml", etag='"1"'),
        "/1": answer(page(1)),
        "/2": answer(page(2, "Dilling")),
    }
    sources(f'[[source]]\nname = "Nile Wire"\nkind = "feed"\nat = "{site.at("/feed")}"\n')
    assert call("ingest", "s.toml", "--ledger", "r.sqlite").exit_code == 0
    assert claims() == ["1 killed in Sinja", "2 killed in Dilling"]
    with sqlite3.connect("r.sqlite") as connection:
        reports = [json.loads(body) for (body,) in connection.execute("select body from reports order by seq")]
    assert [(r["publisher"], r["url"]) for r in reports] == [("Nile Wire", site.at("/1")), ("Nile Wire", site.at("/2"))]
    site.pages["/feed"] = answer(feed(site, 2, 3), "application/rss+xml", etag='"2"')
    site.pages["/3"] = answer(page(3))
    assert call("ingest", "s.toml", "--ledger", "r.sqlite").exit_code == 0
    assert claims()[2:] == ["3 killed in Sinja"]
    assert [site.paths().count(path) for path in ("/1", "/2", "/3", "/feed")] == [1, 1, 1, 2]


def test_no_item_is_lost_where_a_site_is_down_for_a_while(site: Site) -> None:
    site.pages |= {
        "/feed": answer(feed(site, 1, 2), "application/rss+xml", etag='"1"'),
        "/1": in_turn(status(503), status(503), status(503), answer(page(1))),
        "/2": answer(page(2)),
    }
    sources(f'[[source]]\nname = "N"\nat = "{site.at("/feed")}"\n')
    Path("s.toml").write_text(Path("s.toml").read_text().replace("patience = 0", "patience = 1"), encoding="utf-8")
    first = call("ingest", "s.toml", "--ledger", "r.sqlite")
    assert (
        first.exit_code == 1 and "intake/busy" in first.stderr and "1 to be fetched later" in first.stderr and len(claims()) == 1
    )
    deadline = time.monotonic() + 20
    while len(claims()) < 2 and time.monotonic() < deadline:
        time.sleep(0.3)
        call("ingest", "s.toml", "--ledger", "r.sqlite")
    assert sorted(claims()) == ["1 killed in Sinja", "2 killed in Sinja"] and site.paths().count("/2") == 1


def test_a_refused_page_gives_its_summary(site: Site) -> None:
    site.pages |= {"/feed": answer(feed(site, 1, text=story(5)), "application/rss+xml"), "/1": to("/login?next=1")}
    done = call("ingest", site.at("/feed"), "--ledger", "r.sqlite", "--allow-private", "127.0.0.1")
    assert done.exit_code == 1 and "intake/login" in done.stderr and claims() == ["5 killed in Sinja"]


def test_a_feed_in_a_file_is_followed_where_it_is_asked_for(site: Site) -> None:
    Path("f.xml").write_bytes(feed(site, 1))
    site.pages["/1"] = answer(page(1))
    done = call("ingest", "f.xml", "--ledger", "r.sqlite")
    assert done.exit_code == 1 and "intake/not_followed" in done.stderr and site.asked == []
    assert call("ingest", "f.xml", "--ledger", "r.sqlite", "--follow", "--allow-private", "127.0.0.1").exit_code == 0
    assert claims() == ["1 killed in Sinja"]


def test_an_item_that_its_feed_calls_changed_is_fetched_again(site: Site) -> None:
    item = "<item><title>{}</title><link>{}</link><a:updated>2026-02-{}T08:00:00Z</a:updated></item>"
    whole = "<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel><title>N</title>{}</channel></rss>"
    acts = [answer(whole.format(item.format("T", site.at("/1"), day)).encode(), "text/xml") for day in ("18", "18", "19")]
    site.pages |= {"/feed": in_turn(*acts), "/1": in_turn(answer(page(8)), answer(page(9)))}
    for expected in (1, 1, 2):
        assert call("ingest", site.at("/feed"), "--ledger", "r.sqlite", "--allow-private", "127.0.0.1").exit_code == 0
        assert site.paths().count("/1") == expected
    assert claims() == ["8 killed in Sinja", "9 killed in Sinja"]


def test_private_hosts_are_not_fetched_without_leave(site: Site) -> None:
    done = call("ingest", site.at("/feed"), "--ledger", "r.sqlite")
    assert done.exit_code == 1 and "intake/private_address" in done.stderr and site.asked == []


def test_an_edited_page_is_a_version_and_its_raised_toll_is_seen(site: Site) -> None:
    site.pages["/p"] = in_turn(answer(page(8)), answer(page(14)), answer(page(14), etag='"x"'))
    command = ("ingest", site.at("/p?utm_source=x"), "--ledger", "r.sqlite", "--allow-private", "127.0.0.1")
    for _ in range(3):
        assert call(*command).exit_code == 0
    done = call("versions", site.at("/p"), "--ledger", "r.sqlite")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert done.exit_code == 0 and (first["number"], first["edits"], first["url"]) == (1, [], site.at("/p"))
    (edit,) = second["edits"]
    assert (edit["verb"], edit["field"], edit["before"], edit["after"]) == ("raised", "killed", "8 killed", "14 killed")
    shown = call("versions", site.at("/p"), "--ledger", "r.sqlite", "--format", "text").stdout
    assert "raised killed: 8 killed → 14 killed | 14 killed in Sinja" in shown
    assert call("versions", "https://a.example/", "--ledger", "r.sqlite").exit_code == 1


def test_copies_of_a_wire_story_across_outlets(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    from marsad.intake import copy_keys, mark_copies

    whole = lambda: dataclasses.replace(standins.stages(), mark_copies=mark_copies, copy_keys=copy_keys)  # noqa: E731
    monkeypatch.setattr(marsad.stages, "installed_stages", whole)
    long = story(8) + " The governor of the state said that two more people had died of their wounds in the hospital of the town."
    lines = [
        {"title": "One", "text": long, "publisher": "Nile Wire", "published": "2026-02-18"},
        {"title": "Two", "text": "CAIRO (AP) — " + long, "publisher": "Delta Daily", "published": "2026-02-19"},
        {"title": "Three", "text": story(3, "Dilling"), "publisher": "Delta Daily", "published": "2026-02-19"},
    ]
    for number, line in enumerate(lines):
        Path(f"{number}.jsonl").write_text(json.dumps(line), encoding="utf-8")
        assert call("ingest", f"{number}.jsonl", "--ledger", "r.sqlite").exit_code == 0
    done = call("copies", "--ledger", "r.sqlite")
    (family,) = (json.loads(line) for line in done.stdout.splitlines())
    assert [r["publisher"] for r in family["reports"]] == ["Nile Wire", "Delta Daily"]
    assert family["origin"] == {"agency": "Associated Press", "basis": "credited", "report": None}
    shown = call("copies", family["original"][:12], "--ledger", "r.sqlite", "--format", "text").stdout
    assert shown.startswith("2 reports; Associated Press (credited)") and "copy" in shown
    assert call("copies", "rep-none", "--ledger", "r.sqlite").exit_code == 1


def test_sitemaps_and_their_indexes(site: Site) -> None:
    site.pages |= {
        "/map": answer(
            f"<sitemapindex><sitemap><loc>{site.at('/inner')}</loc></sitemap></sitemapindex>".encode(), "application/xml"
        ),
        "/inner": answer(
            f"<urlset><url><loc>{site.at('/1')}</loc></url><url><loc>{site.at('/map')}</loc></url></urlset>".encode(), "text/xml"
        ),
        "/1": answer(page(1)),
    }
    done = call("ingest", site.at("/map"), "--ledger", "r.sqlite", "--allow-private", "127.0.0.1")
    assert claims() == ["1 killed in Sinja"], done.stderr


def test_the_two_services_list_addresses(site: Site) -> None:
    long = story(4) + " The market stood empty on Tuesday." * 20
    relief = {"data": [{"fields": {"title": "R", "body": long, "url_alias": site.at("/r"), "source": [{"name": "OCHA"}]}}]}
    listed = {"articles": [{"url": site.at("/1"), "title": "T", "seendate": "20260218T120000Z"}]}
    site.pages |= {
        "/rw": answer(json.dumps(relief).encode(), "application/json"),
        "/doc": answer(json.dumps(listed).encode(), "application/json"),
    }
    site.pages["/1"] = answer(page(6))
    text = f'[[source]]\nname = "Relief"\nkind = "reliefweb"\nat = "{site.at("/rw")}"\nquery = "aid"\nappname = "desk"\n'
    sources(text + f'[[source]]\nname = "World"\nkind = "gdelt"\nat = "{site.at("/doc")}"\nquery = "sudan"\n')
    done = call("ingest", "s.toml", "--ledger", "r.sqlite")
    assert done.exit_code == 0 and claims() == ["4 killed in Sinja", "6 killed in Sinja"], done.stderr
    assert "/r" not in site.paths() and any(path.startswith("/doc?query=sudan&mode=artlist") for path in site.paths())
    with sqlite3.connect("r.sqlite") as connection:
        reports = [json.loads(body) for (body,) in connection.execute("select body from reports order by seq")]
    assert reports[0]["publisher"] == "OCHA" and reports[1]["published"] == "2026-02-18"


def test_a_dry_run_of_a_feed_fetches_its_list_only(site: Site) -> None:
    site.pages |= {"/feed": answer(feed(site, 1, 2), "application/rss+xml"), "/1": answer(page(1))}
    done = call("ingest", site.at("/feed"), "--ledger", "r.sqlite", "--allow-private", "127.0.0.1", "--dry-run")
    assert done.exit_code == 0 and [line.split("\t")[3] for line in done.stdout.splitlines()] == [site.at("/1"), site.at("/2")]
    assert site.paths() == ["/robots.txt", "/feed"] and os.listdir() == []


def test_a_wrong_list_is_a_wrong_command() -> None:
    Path("s.toml").write_text("[[source]]\nname = 'A'\n", encoding="utf-8")
    for done in (call("ingest", "s.toml", "--ledger", "r.sqlite"), call("watch", "s.toml", "--ledger", "r.sqlite")):
        assert done.exit_code == 2 and "an address or file" in done.stderr
    assert call("ingest", "a.txt").exit_code == 2 and call("watch", "none.toml", "--ledger", "r.sqlite").exit_code == 2


def test_a_new_ledger_does_not_believe_an_old_journal() -> None:
    Path("a.html").write_bytes(page(1))
    assert call("ingest", "a.html", "--ledger", "r.sqlite").exit_code == 0
    Path("r.sqlite").unlink()
    assert call("ingest", "a.html", "--ledger", "r.sqlite").exit_code == 0 and claims() == ["1 killed in Sinja"]


def watcher(*words: str) -> subprocess.Popen[str]:
    """`marsad watch` in a process of its own, with the stand-ins."""
    code = (
        "import marsad.stages\nfrom tests import standins\nmarsad.stages.installed_stages = standins.stages\n"
        "from marsad.intake.isolation import Parser\nfrom tests.e2e import test_ingest\nParser.items = test_ingest.in_process\n"
        "from marsad.cli import main\nmain()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", code, "watch", "s.toml", "--ledger", "r.sqlite", *words],
        stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip


def until(met: object, seconds: float = 40.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if met():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def count() -> int:
    try:
        return rows("claims")
    except sqlite3.Error:
        return 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watch_reads_what_comes_stops_when_asked_and_goes_on(site: Site, number: int) -> None:
    site.pages |= {"/feed": answer(feed(site, 1), "application/rss+xml")} | {f"/{n}": answer(page(n)) for n in range(1, 5)}
    sources(f'[[source]]\nname = "N"\nkind = "feed"\nat = "{site.at("/feed")}"\nevery = 0.2\n')
    process = watcher()
    try:
        assert until(lambda: count() == 1)
        site.pages["/feed"] = answer(feed(site, 2, 1), "application/rss+xml")
        assert until(lambda: count() == 2)
        process.send_signal(number)
        _, told = process.communicate(timeout=15)
        assert process.returncode == 0 and told.startswith("2 stories")
        site.pages["/feed"] = answer(feed(site, 3, 2, 1), "application/rss+xml")
        process = watcher("--rounds", "1")
        assert process.wait(60) == 0 and sorted(claims()) == [f"{n} killed in Sinja" for n in (1, 2, 3)]
        assert [site.paths().count(f"/{n}") for n in (1, 2, 3)] == [1, 1, 1]
    finally:
        process.kill()
        process.wait()


def test_a_watcher_that_is_killed_loses_nothing_and_tells_nothing_twice(site: Site) -> None:
    numbers = range(1, 31)
    site.pages |= {"/feed": answer(feed(site, *numbers), "application/rss+xml", etag='"1"')} | {
        f"/{n}": answer(page(n)) for n in numbers
    }
    sources(f'[[source]]\nname = "N"\nkind = "feed"\nat = "{site.at("/feed")}"\n')
    process = watcher()
    try:
        assert until(lambda: site.paths().count("/9") == 1)
        process.kill()
        process.wait()
        process = watcher("--rounds", "1")
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    assert sorted(claims(), key=lambda c: int(c.split(" ")[0])) == [f"{n} killed in Sinja" for n in numbers]
    assert rows("reports") == 30


def test_watch_looks_again_when_the_list_says_so(site: Site) -> None:
    site.pages |= {"/feed": answer(feed(site, 1), "application/rss+xml"), "/1": in_turn(answer(page(8)), answer(page(9)))}
    sources(f'[[source]]\nname = "N"\nkind = "feed"\nat = "{site.at("/feed")}"\nevery = "1h"\nrevisit = ["1s"]\n')
    process = watcher()
    try:
        assert until(lambda: count() == 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0 and site.paths().count("/1") == 2 and site.paths().count("/feed") == 1
    finally:
        process.kill()
        process.wait()


def test_watch_stops_at_once_in_the_middle_of_a_slow_answer(site: Site) -> None:
    from tests.hostile import raw

    site.pages["/feed"] = raw(*[b"H"] * 400, pause=0.1)
    sources(f'[[source]]\nname = "N"\nkind = "feed"\nat = "{site.at("/feed")}"\n')
    Path("s.toml").write_text(Path("s.toml").read_text().replace("deadline = 3", "deadline = 60"), encoding="utf-8")
    process = watcher()
    try:
        assert until(lambda: "/feed" in site.paths())
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0 and time.monotonic() - began < 5
    finally:
        process.kill()
        process.wait()


def test_importing_marsad_and_its_command_line_loads_no_fetcher() -> None:
    heavy = ("httpx", "feedparser", "warcio", "pypdf", "docx", "lxml", "pyarrow")
    code = f"import sys, marsad, marsad.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
