"""Lists of sources: what they may say, and that what is wrong is named."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from marsad.intake.sources import Fetching, Source, given_sources, load_sources, seconds
from marsad.model import ConfigError

LIST = """
[fetch]
contact = "desk@example.org"
pause = 2
private_hosts = ["Intranet.example"]

[[source]]
name = "Nile Wire"
kind = "feed"
at = "https://nile.example/feed.xml"
country = "SDN"
language = "en"
reliability = "independent; tolls mostly from officials"
syndicates = ["AFP", "Reuters"]
every = "15m"
revisit = ["1d", "6h"]
limit = 40

[[source]]
name = "Reports"
kind = "reliefweb"
query = "access AND aid"
country = "SDN"
appname = "desk"

[[source]]
name = "World"
kind = "gdelt"
at = "https://lists.example/doc"
query = "sudan drone"

[[source]]
name = "Desk folder"
at = "incoming/"
"""


def load(text: str, path: Path) -> tuple[Source, ...]:
    file = path / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return load_sources(file).sources


def test_everything_that_a_list_says(tmp_path: Path) -> None:
    feed, relief, world, folder = load(LIST, tmp_path)
    assert (feed.name, feed.kind, feed.country, feed.language) == ("Nile Wire", "feed", "SDN", "en")
    assert feed.reliability == "independent; tolls mostly from officials" and feed.syndicates == ("AFP", "Reuters")
    assert (feed.every, feed.revisit, feed.limit, feed.publisher) == (900, (21_600, 86_400), 40, "Nile Wire")
    assert (folder.kind, world.publisher, relief.at) == ("files", None, "https://api.reliefweb.int/v2/reports")
    assert load_sources(tmp_path / "sources.toml").fetching == Fetching(
        pause=2.0, contact="desk@example.org", private_hosts=frozenset({"intranet.example"})
    )


def test_the_questions_that_are_put_to_the_two_services(tmp_path: Path) -> None:
    _, relief, world, _ = load(LIST, tmp_path)
    asked = parse_qs(urlsplit(relief.list_address()).query)
    assert (
        asked["query[value]"] == ["access AND aid"]
        and asked["filter[field]"] == ["country.iso3"]
        and asked["appname"] == ["desk"]
    )
    assert asked["filter[value]"] == ["sdn"] and "body" in asked["fields[include][]"] and asked["sort[]"] == ["date.created:desc"]
    asked = parse_qs(urlsplit(world.list_address()).query)
    assert world.list_address().startswith("https://lists.example/doc?") and asked["query"] == ["sudan drone"]
    assert (asked["mode"], asked["format"], asked["maxrecords"]) == (["artlist"], ["json"], ["250"])


ONE = '[[source]]\nname = "A"\nat = "https://a.example/"\n'
WRONG = {
    "no [": "is no TOML",
    "": "lists no source",
    "[other]\n": "unknown other",
    "[[source]]\nname = 'A'\n": "an address or file",
    "[[source]]\nat = 'https://a.example/'\n": "has a name",
    ONE + "colour = 'red'\n": "source A: unknown colour",
    ONE + "kind = 'carrier pigeon'\n": "kind is one of",
    ONE + "country = 'Sudan'\n": "country is an ISO code",
    ONE + "language = 'English'\n": "language is a code",
    ONE + "every = 'often'\n": "every is a span of time",
    ONE + "every = '0m'\n": "every is a span of time",
    ONE + "syndicates = 'AFP'\n": "syndicates is a list",
    ONE + "follow = 'yes'\n": "follow is 'yes'",
    ONE + "limit = 0\n": "limit is at least 1",
    ONE + "limit = true\n": "limit is True",
    ONE + ONE: "lists twice: A",
    "[[source]]\nname = 'A'\nkind = 'gdelt'\n": "gdelt needs a query",
    "[[source]]\nname = 'A'\nkind = 'feed'\nat = 'feed.xml'\n": "no http or https address",
    ONE + "[fetch]\npause = 'long'\n": "pause is a number",
    ONE + "[fetch]\nhurry = 1\n": "[fetch] has",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_named(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(text, tmp_path)
    assert WRONG[text] in str(caught.value)


def test_what_a_command_line_names(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(ONE, encoding="utf-8")
    found = given_sources(["stories/*.txt", "HTTPS://b.example/feed", str(tmp_path / "s.toml")]).sources
    assert [(s.kind, s.title) for s in found] == [
        ("files", "stories/*.txt"),
        ("address", "HTTPS://b.example/feed"),
        ("address", "A"),
    ]
    with pytest.raises(ConfigError, match="can't be read"):
        given_sources([str(tmp_path / "none.toml")])


def test_spans_of_time() -> None:
    assert [seconds(v, "every") for v in ("90s", "2h", "1d", 30, 1.5)] == [90.0, 7200.0, 86_400.0, 30.0, 1.5]
