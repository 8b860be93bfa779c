"""Alerts: each kind of rule, nothing told twice, and each way of delivery."""

from __future__ import annotations

import csv
import dataclasses
import email
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.analysis.folds import RSF, condition, event, town

from marsad.analysis.alerts import Alert, Known, find_alerts
from marsad.analysis.alerts_delivery import ATOM, Memory, deliver, fresh, keep_memory, memory_file, merged, read_memory
from marsad.analysis.alerts_rules import Channels, Saved, read_rules
from marsad.analysis.alerts_told import Form, told_gap
from marsad.model import Claim, ConfigError, Evidence, StoreError, Toll, When

AT, NOW = "2026-02-18", "2026-02-18T12:00:00Z"
GATE = town("Boukamal", "Deir ez-Zor", "SYR", id="gate")


def rules(tmp_path: Path, text: str) -> Saved:
    where = tmp_path / "rules.toml"
    where.write_text(text, "utf-8")
    return read_rules(where)


def alerts(tmp_path: Path, text: str, *items: object, at: str = AT, claims: Sequence[Claim] = ()) -> list[Alert]:
    known = Known(
        events=[i for i in items if type(i).__name__ == "Event"],  # type: ignore[misc]
        conditions=[i for i in items if type(i).__name__ == "Condition"],  # type: ignore[misc]
        claims={c.id: c for c in claims},
    )
    return list(find_alerts(rules(tmp_path, text).rules, known, at=at))


MANY = """
[[alert]]
name = "Many killed"
kind = "sum"
where = "country = 'Sudan'"
more_than = 50
within_days = 2
by = ["admin1"]
"""


def test_more_than_fifty_killed_in_two_days(tmp_path: Path) -> None:
    events = [
        event("a", "2026-02-16", killed=Toll(low=28, best=28), claims=("c1",)),
        event("b", "2026-02-17", killed=Toll(low=23, best=26, high=30)),
        event("c", "2026-02-14", killed=30),
        event("d", "2026-02-17", killed=500, place=town("Y", "Y", "SYR")),
    ]
    found = alerts(tmp_path, MANY, *events)
    assert len(found) == 1 and found[0].items == ("a", "b") and found[0].claims == ("c1",)
    assert found[0].title == "Sennar, SDN: 54 (51 or more) killed"
    assert found[0].why == "54 (51 or more) killed 2026-02-16 to 2026-02-17 (asked for: more than 50 in 2 days) in 2 events"
    assert not alerts(tmp_path, MANY, *events[:1]) and not alerts(tmp_path, MANY, *events, at="2026-06-01")
    assert len(alerts(tmp_path, MANY.replace("more_than", 'figure = "low"\nmore_than'), *events)) == 1


FIRST = """
[[alert]]
name = "First delivery"
kind = "first"
of = "conditions"
where = "subject = 'aid_delivery' and state = 'delivered'"
after_days = 90
"""


def delivery(name: str, day: str, state: str = "delivered") -> object:
    return condition(name, "aid_delivery", state, day, place=town("Dilling", "South Kordofan"))


def test_the_first_delivery_in_three_months(tmp_path: Path) -> None:
    found = alerts(
        tmp_path, FIRST, delivery("d1", "2025-10-01"), delivery("x", "2026-01-01", "blocked"), delivery("d2", "2026-02-10")
    )
    assert [a.items for a in found] == [("d2",)]
    assert "the first since 2025-10-01, 132 days before" in found[0].why and "Dilling, South Kordofan, SDN" in found[0].title
    assert not alerts(tmp_path, FIRST, delivery("d1", "2026-01-01"), delivery("d2", "2026-02-10"))
    assert not alerts(tmp_path, FIRST, delivery("d2", "2026-02-10")), "what is known of before may be thin"
    assert len(alerts(tmp_path, FIRST + "also_first_ever = true", delivery("d2", "2026-02-10"))) == 1


CHANGE = """
[[alert]]
name = "Crossing opens"
kind = "change"
where = "subject = 'border_crossing' and state = 'open'"
after_days = 1826
"""
CLOSED = condition(
    "c1", "border_crossing", "closed", "2012-01-01", place=GATE, until="2019-09-30", ended_by="c2", precision="year"
)
OPENED = condition("c2", "border_crossing", "open", "2019-09-30", place=GATE)


def test_a_crossing_opens_after_seven_years(tmp_path: Path) -> None:
    found = alerts(tmp_path, CHANGE, CLOSED, OPENED, at="2019-10-02")
    assert [a.items for a in found] == [("c2", "c1")]
    assert found[0].title == "border crossing open: Boukamal, Deir ez-Zor, SYR after 7 years"
    assert "after closed since 2012 (7 years" in found[0].why
    late = condition("c1", "border_crossing", "closed", "2019-01-01", place=GATE)
    assert not alerts(tmp_path, CHANGE, late, OPENED, at="2019-10-02")
    assert not alerts(tmp_path, CHANGE, OPENED, at="2019-10-02")


def said(sentence: str, stance: str = "asserts") -> Claim:
    quote = Evidence(field="claim", start=0, end=len(sentence), quote=sentence)
    return Claim(id="c1", report="r", scope="condition", when=When(), stance=stance, evidence=(quote,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "sentence", "days"),
    [
        ("first", "A convoy reached the town, the first major delivery in three months, agencies said.", 90),
        ("first", "It was the first aid to reach Almage in more than two years.", 730),
        ("first", "No food had come in for five weeks.", 35),
        ("after", "Two states opened a key crossing on Monday, seven years after it was closed during the war.", 2555),
        ("after", "The gate reopened after being shut by rebels for over a decade.", 3650),
        ("after", "The road, which had been blocked by gunmen for almost 10 months, opened.", 270),
        ("after", "The bridge opened for the first time in 4 years.", 1460),
        ("after", "Lorries crossed after 18 months of siege.", 540),
        ("first", "The first lorry came in the morning.", 0),
        ("after", "The crossing was closed in 2012.", 0),
        ("after", "He was freed seven years after he was arrested.", 0),
    ],
)
def test_a_report_says_itself_how_long_it_had_not_been(form: Form, sentence: str, days: int) -> None:
    gap = told_gap([said(sentence)], form)
    assert (gap.days if gap else 0) == days
    assert gap is None or (gap.words in sentence and gap.claim == "c1")
    assert told_gap([said(sentence, "denies")], form) is None


def test_every_pattern_finds_its_own_example_and_none_takes_long() -> None:
    with files("marsad.analysis").joinpath("told_gaps.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        assert told_gap([said(row["example"])], row["form"]), row  # type: ignore[arg-type]
    start = time.perf_counter()
    for words in ("first a ", "after it shut ", "no aid ", "3 years after ", "shut shut "):
        told_gap([said(words * 5_000)], "first")
        told_gap([said(words * 5_000)], "after")
    assert time.perf_counter() - start < 1


def test_what_a_report_says_stands_in_for_what_the_ledger_does_not_know(tmp_path: Path) -> None:
    first = said("A convoy came, the first delivery in three months.")
    opened = dataclasses.replace(OPENED, claims=("c1",))
    come = dataclasses.replace(delivery("d2", "2026-02-10"), claims=("c1",))
    (alert,) = alerts(tmp_path, FIRST, come, claims=[first])
    assert "the report says “first delivery in three months”" in alert.why and alert.claims == ("c1",)
    assert not alerts(tmp_path, FIRST + "told = false", come, claims=[first])
    assert not alerts(tmp_path, FIRST, delivery("d1", "2026-01-20"), come, claims=[first]), "the ledger knows better"
    assert not alerts(tmp_path, FIRST.replace("90", "91"), come, claims=[first])
    (alert,) = alerts(tmp_path, CHANGE, opened, at="2019-10-02", claims=[said("It opened seven years after it was closed.")])
    assert alert.title.endswith("after 7 years") and "“seven years after it was closed”" in alert.why
    assert not alerts(tmp_path, CHANGE, opened, at="2019-10-02", claims=[said("It opened two years after it was closed.")])


def test_new_and_surge_rules(tmp_path: Path) -> None:
    new = '[[alert]]\nname="RSF strikes"\nkind="new"\nwhere="who = \'Rapid Support Forces\'"\nlook_back=7\n'
    events = [event("a", "2026-02-17", who=(RSF,), killed=3), event("b", "2026-02-17"), event("c", "2026-01-01", who=(RSF,))]
    assert [(a.items, a.title) for a in alerts(tmp_path, new, *events)] == [
        (("a",), "Air/drone strike in Sinja, Sennar, SDN, 3 killed")
    ]
    surge = '[[alert]]\nname="S"\nkind="surge"\nmeasure="events"\nby="admin1"\n'
    calm = [event(f"o{n}", f"2025-{10 + n // 20}-{1 + n % 20:02}") for n in range(0, 40, 4)]
    many = [event(f"n{n}", f"2026-02-{5 + n % 14:02}") for n in range(25)]
    found = alerts(tmp_path, surge, *calm, *many)
    assert len(found) == 1 and found[0].title == "Sennar: rise in events" and len(found[0].items) == 25


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"holds no \[\[alert\]\]"),
        ("[[alert]]\nkind='sum'", "alert 1 has no name"),
        ("[[alert]]\nname='x'\nkind='sums'", "kind is one of sum, first"),
        ("[[alert]]\nname='x'\nkind='sum'\nmore_then=5", "there is no 'more_then' in a rule of kind sum"),
        ("[[alert]]\nname='x'\nkind='sum'\nmore_than='5'", "more_than is a whole number"),
        ("[[alert]]\nname='x'\nkind='sum'\nwhere=\"kiled > 5\"", "did you mean killed?"),
        ("[[alert]]\nname='x'\nkind='sum'\nby=['weather']", "no dimension of alerts 'weather'"),
        ("[[alert]]\nname='x'\nkind='new'\n[[alert]]\nname='x'\nkind='new'", "two alerts have one name"),
        ("[[alert]]\nname='x'\nkind='new'\n[deliver.fax]\nnumber=1", "there is no deliver.fax"),
        ("[[alert]]\nname='x'\nkind='new'\n[deliver.webhook]\nurl='file:///etc/x'", "no http or https address"),
        ("[[alert]]\nname='x'\nkind='new'\n[deliver]\nlink='http://x/'", "an address with {id} in it"),
        ("[[alert]\n", "can't read the rules"),
    ],
)
def test_a_wrong_rule_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace("?", r"\?")):
        rules(tmp_path, text)


def alert(name: str, first: str, last: str | None = None, key: str = "Sennar") -> Alert:
    return Alert(
        id=f"alr-{name}",
        rule="R",
        title=f"T {name}\u202e\n",
        why="W <b>",
        key=key,
        first=first,
        last=last or first,
        items=("evt-1",),
        claims=(),
    )


def test_nothing_is_told_twice() -> None:
    memory, new = fresh(Memory(), [alert("a", "2026-02-10", "2026-02-11")], at=NOW)
    assert len(new) == 1
    memory, new = fresh(memory, [alert("a2", "2026-02-11", "2026-02-12")], at=NOW)
    assert not new, "the same days, found again with one more event"
    memory, new = fresh(memory, [alert("a3", "2026-02-13"), alert("b", "2026-02-13", key="Gedaref")], at=NOW)
    assert [a.id for a in new] == ["alr-b"], "what goes on is the same; another place is not"
    memory, new = fresh(memory, [alert("c", "2026-02-20")], at=NOW)
    assert len(new) == 1 and len(memory.sent) == 3
    assert merged([("2026-02-01", "2026-02-05"), ("2026-02-02", "2026-02-03")]) == (("2026-02-01", "2026-02-05"),)


def test_memory_is_kept_and_read_the_same(tmp_path: Path) -> None:
    where = memory_file(tmp_path / "r.sqlite")
    assert where.name == "r.sqlite.alerts.json" and read_memory(where) == Memory()
    memory, _ = fresh(Memory(), [alert("a", "2026-02-10")], at=NOW)
    keep_memory(where, memory)
    assert read_memory(where) == memory
    where.write_text("{", "utf-8")
    with pytest.raises(StoreError, match="remembers what was told"):
        read_memory(where)
    with pytest.raises(ConfigError):
        memory_file("postgresql://h/n")


def test_atom_and_mail_hold_the_reason_and_the_links(tmp_path: Path) -> None:
    memory, _ = fresh(Memory(), [alert("a", "2026-02-10")], at=NOW)
    channels = Channels(
        atom=tmp_path / "a.xml", mail=tmp_path / "out", mail_to=("desk@example.org",), link="https://example.org/show/{id}"
    )
    memory, failures = deliver(memory, channels)
    assert not failures and set(memory.sent[0].channels) == {"mail", "atom"}
    root = ElementTree.parse(tmp_path / "a.xml").getroot()
    entry = root.find(f"{{{ATOM}}}entry")
    assert entry is not None and entry.findtext(f"{{{ATOM}}}id") == "urn:marsad:alr-a"
    assert entry.findtext(f"{{{ATOM}}}summary") == "W <b>" and entry.findtext(f"{{{ATOM}}}updated") == NOW
    link = entry.find(f"{{{ATOM}}}link")
    assert link is not None and link.get("href") == "https://example.org/show/evt-1"
    mail = email.message_from_bytes((tmp_path / "out" / "alr-a.eml").read_bytes(), policy=default)
    assert mail["Subject"] == "[Marsad] T a" and mail["To"] == "desk@example.org" and mail["Date"]
    assert "https://example.org/show/evt-1" in mail.get_content()
    before = (tmp_path / "a.xml").read_bytes()
    assert deliver(memory, channels) == (memory, ()) and (tmp_path / "a.xml").read_bytes() == before


@dataclass
class Hook:
    """A receiver of webhooks in this process: what came, and what it answers."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: int = 204


@pytest.fixture
def hook() -> Iterator[Hook]:
    seen = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(seen.answer)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *given: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    seen.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield seen
    server.shutdown()
    server.server_close()


def test_a_webhook_gets_each_alert_once_and_signed(hook: Hook) -> None:
    memory, _ = fresh(Memory(), [alert("a", "2026-02-10")], at=NOW)
    channels = Channels(webhook=hook.url)
    memory, failures = deliver(memory, channels, secret="key")
    memory, _ = deliver(memory, channels, secret="key")
    assert not failures and len(hook.got) == 1
    headers, body = hook.got[0]
    assert headers["Idempotency-Key"] == "alr-a"
    assert headers["X-Marsad-Signature"] == "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()
    assert json.loads(body)["items"] == [{"id": "evt-1", "link": "marsad show evt-1"}]


@pytest.mark.parametrize("answer", [500, 302])
def test_a_webhook_that_fails_is_tried_again_alone(hook: Hook, tmp_path: Path, answer: int) -> None:
    hook.answer = answer
    memory, _ = fresh(Memory(), [alert("a", "2026-02-10")], at=NOW)
    channels = Channels(webhook=hook.url, mail=tmp_path)
    memory, failures = deliver(memory, channels)
    assert len(failures) == 1 and f"answered {answer}" in failures[0] and memory.sent[0].channels == ("mail",)
    hook.answer = 200
    memory, failures = deliver(memory, channels)
    assert not failures and len(hook.got) == 2 and set(memory.sent[0].channels) == {"mail", "webhook"}
    gone = Channels(webhook="http://127.0.0.1:1/")
    again, _ = fresh(Memory(), [alert("a", "2026-02-10")], at=NOW)
    assert "no answer" in deliver(again, gone)[1][0]


def test_a_folder_that_cannot_be_written_fails_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    memory, _ = fresh(Memory(), [alert("a", "2026-02-10")], at=NOW)
    after, failures = deliver(memory, Channels(atom=tmp_path / "file" / "a.xml", mail=tmp_path / "file" / "out"))
    assert len(failures) == 2 and after.sent[0].channels == ()
