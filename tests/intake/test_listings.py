"""Feeds, sitemaps and the answers of two services, well-formed and ill-formed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.intake.listings import Listed, ListKind, as_capture, list_kind, read_list
from marsad.intake.stories import read_capture

STORY = "Eight people were killed when a shell hit the market in Sinja on Monday, the governor said. " * 8
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Nile Wire</title><language>en-gb</language>
<item><title>Shell hits market &amp; kills 8</title><link>https://nile.example/1?utm_source=rss</link><guid>g1</guid>
<pubDate>Wed, 18 Feb 2026 10:00:00 +0200</pubDate><author>A. Writer</author>
<description>&lt;p&gt;Eight died.&lt;/p&gt;</description></item>
<item><title>Whole</title><link>https://nile.example/2</link><description>short</description>
<content:encoded><![CDATA[<p>%s</p>]]></content:encoded></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Nile</title><entry><id>e1</id><title>One</title>
<link href="/a/1"/><updated>2026-02-18T08:00:00Z</updated><published>2026-02-17T08:00:00Z</published>
<summary>Two died.</summary></entry></feed>"""


def read(kind: ListKind, text: str | bytes, address: str | None = None) -> tuple[list[Listed], list[str]]:
    body = text.encode() if isinstance(text, str) else text
    found, problems = read_list(kind, body, "list", address=address)
    return found, [p.code for p in problems]


def test_rss() -> None:
    (one, two), codes = read("feed", RSS % STORY)
    assert codes == [] and one == Listed(
        address="https://nile.example/1?utm_source=rss",
        title="Shell hits market & kills 8",
        text="Eight died.",
        published="2026-02-18T08:00:00Z",
        author="A. Writer",
        publisher="Nile Wire",
        language="en-gb",
        ident="g1",
    )
    assert two.whole and two.text == STORY.strip() and not one.whole


def test_atom_with_addresses_that_lean_on_that_of_the_feed() -> None:
    (one,), codes = read("feed", ATOM, "https://nile.example/feed")
    assert codes == [] and one.address == "https://nile.example/a/1"
    assert (one.published, one.changed) == ("2026-02-17T08:00:00Z", "2026-02-18T08:00:00Z")


@pytest.mark.parametrize(
    "broken",
    [
        (RSS % STORY).replace("</channel></rss>", ""),
        (RSS % STORY).replace("&amp;", "&"),
        (RSS % STORY).replace("<channel>", "<channel><x:y>"),
        (RSS % STORY)[: len(RSS % STORY) - 60],
    ],
)
def test_ill_formed_feeds_are_read_as_far_as_they_go(broken: str) -> None:
    found, codes = read("feed", broken)
    assert codes == ["ill_formed"] and found[0].address == "https://nile.example/1?utm_source=rss"


def test_other_charsets() -> None:
    text = RSS.replace("utf-8", "windows-1256").replace("Nile Wire", "مرصد") % "x"
    found, codes = read("feed", text.encode("windows-1256"))
    assert codes == [] and found[0].publisher == "مرصد"


def test_what_is_no_feed_and_what_is_empty() -> None:
    assert read("feed", "no feed at all")[1] in (["no_list"], ["empty"])
    assert read("feed", "<rss version='2.0'><channel><title>x</title></channel></rss>") == ([], ["empty"])
    assert read("feed", "<rss version='2.0'><channel><item><guid></guid></item></channel></rss>")[1] == ["no_text"]


def test_scripts_and_control_characters_do_not_get_through() -> None:
    evil = RSS.replace("Nile Wire", "Nile\u200b&#x202E;Wire").replace(
        "Eight died.", "&lt;script&gt;alert(1)&lt;/script&gt;Eight died."
    )
    (one, _), _ = read("feed", evil % STORY)
    assert one.text == "Eight died." and "\u200b" not in (one.publisher or "")


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://nile.example/old</loc><lastmod>2026-01-01</lastmod></url>
<url><loc> https://nile.example/new </loc><lastmod>2026-02-18</lastmod><news:news>
<news:publication><news:name>Nile Wire</news:name>
<news:language>en</news:language></news:publication><news:publication_date>2026-02-17</news:publication_date><news:title>One</news:title></news:news></url>
</urlset>"""


def test_sitemaps_newest_first() -> None:
    (new, old), codes = read("sitemap", SITEMAP)
    assert (
        codes == []
        and old.address == "https://nile.example/old"
        and new
        == Listed(
            address="https://nile.example/new",
            title="One",
            published="2026-02-17",
            changed="2026-02-18",
            publisher="Nile Wire",
            language="en",
        )
    )


def test_indexes_of_sitemaps_and_cut_ones() -> None:
    (one,), _ = read("sitemap", "<sitemapindex><sitemap><loc>https://nile.example/s1.xml</loc></sitemap></sitemapindex>")
    assert one.lists and one.address == "https://nile.example/s1.xml"
    found, _ = read("sitemap", SITEMAP[: SITEMAP.index("<lastmod>2026-02-18")])
    assert [item.address for item in found] == ["https://nile.example/old"]
    assert read("sitemap", "not xml") in (([], ["no_list"]), ([], ["empty"]))


def test_reliefweb() -> None:
    fields = {
        "title": "Access report", "body": STORY, "url_alias": "https://relief.example/r/1",
        "date": {"original": "2026-02-17T00:00:00+00:00"},
        "source": [{"name": "OCHA"}], "language": [{"code": "en"}],
    }  # fmt: skip
    (one,), codes = read("reliefweb", json.dumps({"data": [{"id": "1", "fields": fields}, {"id": "2"}, 7]}))
    assert codes == [] and one.whole and one.address == "https://relief.example/r/1" and one.publisher == "OCHA"
    assert read("reliefweb", '{"error": {"message": "appname"}}')[1] == ["no_list"]
    assert read("reliefweb", "<html>")[1] == ["no_list"] and read("reliefweb", '{"data": []}')[1] == ["empty"]


def test_gdelt_with_control_characters_in_its_answer() -> None:
    text = '{"articles": [{"url": "https://a.example/1", "title": "Eight\tkilled", "seendate": "20260218T121500Z"}, {}]}'
    (one,), codes = read("gdelt", text)
    assert codes == [] and (one.address, one.title, one.published) == ("https://a.example/1", "Eight killed", "2026-02-18")
    assert (
        read("gdelt", "Your query was too short")[1] == ["no_list"]
        and read("gdelt", "{}")[1] == ["empty"]
        and read("gdelt", "")[1] == ["empty"]
    )


def test_what_a_file_is_by_its_first_tag() -> None:
    assert (
        list_kind((RSS % "x").encode()) == "feed"
        and list_kind(ATOM.encode()) == "feed"
        and list_kind(SITEMAP.encode()) == "sitemap"
    )
    assert list_kind((RSS % "x").encode("utf-16")) == "feed"
    assert list_kind(b"<html><body><feed></html>") is None and list_kind(b"plain words about <rss> feeds"[:10]) is None


def test_a_story_in_its_lists_words_can_be_read() -> None:
    item = read("feed", RSS % STORY)[0][1]
    capture = as_capture(item, "feed#2")
    assert capture is not None and capture.url == "https://nile.example/2"
    (story,), problems = read_capture(capture)
    assert problems == [] and story.report.text == STORY.strip() and story.report.publisher == "Nile Wire"
    assert as_capture(Listed(address="https://a.example/", title="Only a title"), "x") is None


@given(st.sampled_from(["feed", "sitemap", "reliefweb", "gdelt"]), st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(kind: ListKind, body: bytes) -> None:
    found, problems = read_list(kind, body, "x")
    assert found or problems
