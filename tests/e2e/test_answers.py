"""From invented reports to answers, with the real reader and the command line: figures of others, alerts, the access board."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from marsad import cli

DATA = Path(__file__).resolve().parents[2] / "notebooks" / "data"
STRIKES = "sub_event_type='Air/drone strike' and civilian_targeting and year=2025"
RULES = """
[[alert]]
name = "Many killed in two days"
kind = "sum"
more_than = 15
within_days = 2
by = ["admin1"]
look_back = 500

[[alert]]
name = "First delivery in a month"
kind = "first"
of = "conditions"
where = "subject = 'aid_delivery' and state = 'delivered'"
after_days = 30
look_back = 500

[[alert]]
name = "A crossing opens after seven years"
kind = "change"
where = "subject = 'border_crossing' and state = 'open'"
after_days = 2555
look_back = 500

[deliver]
link = "https://marsad.example.org/show/{id}"
[deliver.atom]
file = "alerts.xml"
[deliver.mail]
folder = "outbox"
to = ["desk@example.org"]
"""
pytestmark = pytest.mark.slow


def call(*words: str) -> str:
    done = CliRunner().invoke(cli.app, list(words))
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def rows(*words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in call(*words).splitlines()]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger of the reports of two countries."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("sudan", "syria"):
        call("code", str(DATA / f"{name}-reports.jsonl"), "--ledger", str(folder / "r.sqlite"), "--quiet")
    (folder / "rules.toml").write_text(RULES, "utf-8")
    return folder


def test_a_sentence_of_figures_is_one_call(desk: Path) -> None:
    ask = ("tally", "--ledger", str(desk / "r.sqlite"), "--kind", "statistics", "--by", "who", "--where", STRIKES)
    found = rows(*ask)
    told = {r["who"]: (r["incidents_low"], r["killed_low"], r["according_to"]) for r in found if r["kind"] == "told"}
    assert told == {
        None: (140, 905, "Horn Violence Monitor"),
        "Military Forces of Sudan": (72, 480, "Horn Violence Monitor"),
        "Rapid Support Forces": (58, 260, "Horn Violence Monitor"),
    }
    table = call(*ask, "-f", "table")
    assert "10 short of 140" in table and "part of a total" in " ".join(table.split())


def test_figures_of_others_are_in_no_count_of_events(desk: Path) -> None:
    found = rows("tally", "--ledger", str(desk / "r.sqlite"), "--by", "month", "--measure", "events,killed")
    assert found[-1]["kind"] == "total" and found[-1]["killed_best"] == 56 and found[-1]["events_best"] == 7


def test_alerts_are_told_once_with_why_and_links(desk: Path) -> None:
    ask = ("alerts", str(desk / "rules.toml"), "--ledger", str(desk / "r.sqlite"), "--at", "2026-03-12")
    found = {a["rule"]: a for a in rows(*ask)}
    assert len(found) == 3
    assert "20 or more killed 2026-01-18" in str(found["Many killed in two days"]["why"])
    assert "“first delivery in six weeks”" in str(found["First delivery in a month"]["why"])
    assert "“nine years after it was closed”" in str(found["A crossing opens after seven years"]["why"])
    feed = ElementTree.parse(desk / "alerts.xml")
    links = {link.get("href") for link in feed.iter("{http://www.w3.org/2005/Atom}link")}
    assert {f"https://marsad.example.org/show/{i}" for a in found.values() for i in a["items"]} <= links  # type: ignore[attr-defined]
    mails = [message_from_bytes(p.read_bytes(), policy=default) for p in sorted((desk / "outbox").iterdir())]
    assert len(mails) == 3 and all(m["To"] == "desk@example.org" for m in mails)
    assert rows(*ask) == [], "nothing twice"
    call("code", str(DATA / "sudan-reports.jsonl"), "--ledger", str(desk / "r.sqlite"), "--quiet")
    assert rows(*ask) == [] and len(list((desk / "outbox").iterdir())) == 3


def test_the_board_of_a_day_says_since_who_and_who_disputes(desk: Path) -> None:
    ask = ("access", "--ledger", str(desk / "r.sqlite"), "--country", "Syria", "-f", "jsonl", "--at")
    early, late = ([json.dumps(row) for row in rows(*ask, day)] for day in ("2025-04-01", "2026-02-10"))
    (nassib,) = early
    assert "Nassib" in nassib and '"closed"' in nassib and "2025-03-03" in nassib
    (salama,) = [row for row in late if "Bab al-Salama" in row]
    assert "chamber of commerce" in salama and '"group' in salama
    assert len(late) == 5 and any("26 lorries" in row for row in late)
