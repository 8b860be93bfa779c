"""Nobody without a public role is named, places and days are as coarse as told, and what claims cite stands in what is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from marsad.codebook.sensitivity import Policy, load_policy
from marsad.exports.public import redact, redacted, withheld
from marsad.exports.public.people import people_in
from marsad.ledger.findings import Findings
from marsad.model import Claim, Condition, ConfigError, Event, Evidence, Place, Report, Speaker, State, Thing, When, dump

TODAY = "2026-06-01"
TEXT = (
    "Shells fell on the market of Orvala on Monday. Amal Hassan, 34, a resident of Orvala, said eight people were killed. "
    "Hassan's house burned. Governor Karim Odeh denied it. UN spokesperson Lena Vogt said the figure was eleven."
)
TOWN = Place(name="Orvala", words="Orvala", country="SDN", admin1="North Darfur", latitude=13.6, longitude=25.3, precision=1)


def cited(text: str, words: str, field: str = "claim") -> Evidence:
    start = text.index(words)
    return Evidence(field=field, start=start, end=start + len(words), quote=words)


def report(text: str = TEXT, **more: object) -> Report:
    given = {
        "id": "rep-1",
        "origin": "private-folder/orvala.html",
        "language": "en",
        "published": "2026-03-02",
        "text": text,
        **more,
    }
    return Report(**given)  # type: ignore[arg-type]


def claim(words: str, name: str = "clm-1", text: str = TEXT, **more: object) -> Claim:
    given = {"id": name, "report": "rep-1", "scope": "incident", "where": (TOWN,), "evidence": (cited(text, words),), **more}
    return Claim(**given)  # type: ignore[arg-type]


def event(*claims: str, **more: object) -> Event:
    given = {"id": "evt-1", "event_type": "Explosions/Remote violence", "sub_event_type": "Shelling/artillery/missile attack"}
    given |= {
        "date_first": "2026-03-02",
        "date_last": "2026-03-02",
        "place": TOWN,
        "claims": claims,
        "reports": ("rep-1",),
        **more,
    }
    return Event(**given)  # type: ignore[arg-type]


def found(**more: object) -> Findings:
    told = claim(
        "Amal Hassan, 34, a resident of Orvala, said eight people were killed.",
        according_to=(Speaker(name="Amal Hassan", role="resident"),),
    )
    given = {"reports": (report(title="Orvala shelled, says Amal HASSAN"),), "claims": (told,)}
    given |= {
        "events": (event("clm-1", sources=("Amal Hassan", "Desk News"), because=("Amal Hassan in Desk News: same place.",)),)
    }
    return Findings(**{**given, **more})  # type: ignore[arg-type]


def standing(text: str) -> dict[str, str]:
    return {p.name: p.standing for p in people_in(report(text), (), load_policy())}


@pytest.mark.parametrize(
    "text",
    [
        "Walid Mohamed, a resident of the town, told the agency that food came.",
        "Food came, said Walid Mohamed, 41, who sells tea.",
        "A farmer named Walid Mohamed told the agency that food came.",
        "Kadugli resident Walid Mohamed said food came.",
        "A mother of five, Walid Mohamed, fled on foot.",
        "They carried the teacher Walid Mohamed to the clinic.",
        "Dr Walid Mohamed, a surgeon at the hospital, said beds were full.",
        "Volunteer Walid Mohamed said the dead were buried at night.",
    ],
)
def test_who_has_no_public_role_is_private(text: str) -> None:
    assert standing(text)["Walid Mohamed"] == "private"
    shown = redacted(Findings(reports=(report(text),), claims=(claim(text, text=text),)), today=TODAY)
    assert "walid" not in "".join(dump(r) for r in shown.records()).lower()


@pytest.mark.parametrize(
    "text",
    [
        "UN High Commissioner Karim Odeh said both sides struck towns.",
        "Interior Minister Maj. Gen. Karim Odeh crossed the border.",
        "Karim Odeh, spokesman for the army, said the siege was broken.",
        "Karim Odeh, a senior analyst for East Africa at the monitor, said it was not.",
        "The director of the agency, Karim Odeh, said aid had come.",
    ],
)
def test_officials_in_role_stay(text: str) -> None:
    assert standing(text)["Karim Odeh"] == "public"
    shown = redacted(Findings(reports=(report(text),), claims=(claim(text, text=text),)), today=TODAY)
    assert "Karim Odeh" in shown.reports[0].text


def test_a_name_without_any_role_is_withheld_unless_another_report_gives_one() -> None:
    text = "Karim Odeh said the road was open."
    alone = Findings(reports=(report(text),), claims=(claim(text, text=text),))
    assert redacted(alone, today=TODAY).reports[0].text == "[A person] said the road was open."
    other = replace(report("Governor Karim Odeh said so."), id="rep-2")
    both = replace(alone, reports=(*alone.reports, other))
    assert redacted(both, today=TODAY).reports[0].text == text


def test_every_string_of_a_record_is_cleared_and_evidence_stands_in_what_is_shown() -> None:
    shown = redacted(found(), today=TODAY)
    text = "".join(dump(r) for r in shown.records())
    assert "Amal" not in text and "hassan" not in text.lower() and "34" not in text and "private-folder" not in text
    assert shown.claims[0].according_to == (Speaker(name="a resident", role="resident"),)
    assert shown.events[0].sources == ("a resident", "Desk News")
    assert shown.reports[0].text == "A resident of Orvala, said eight people were killed."
    for each in shown.claims[0].evidence:
        assert shown.reports[0].text[each.start : each.end] == each.quote


def test_a_surname_alone_goes_from_its_own_report_only() -> None:
    burned = claim("Hassan's house burned.", "clm-2")
    other_text = "Hassan province was calm, said Governor Karim Odeh."
    other = replace(report(other_text), id="rep-2")
    calm = replace(claim(other_text, "clm-3", other_text), report="rep-2")
    shown = redacted(found(reports=(report(), other), claims=(*found().claims, burned, calm)), today=TODAY)
    texts = {r.id: r.text for r in shown.reports}
    assert "Hassan" not in texts["rep-1"] and "[A resident]'s house burned." in texts["rep-1"]
    assert texts["rep-2"] == other_text


def test_quotes_are_short_and_a_language_without_names_known_is_not_quoted() -> None:
    shown = redacted(found(), replace(load_policy(), words=4), today=TODAY)
    assert shown.reports[0].text == "A resident of Orvala, …"
    arabic = found(reports=(report(language="ar", title="قصف السوق"),))
    told = redacted(arabic, today=TODAY)
    assert (told.reports[0].text, told.reports[0].title, told.claims[0].evidence) == ("", None, ())


def test_a_link_that_names_somebody_is_cut_to_its_site() -> None:
    shown = redacted(found(reports=(report(url="https://news.example/2026/amal-hassan-tells?x=1"),)), today=TODAY)
    assert shown.reports[0].url == shown.reports[0].origin == "https://news.example/"


def test_a_convoy_is_told_late_and_by_region_without_its_sentence() -> None:
    text = "A convoy reached Orvala on Monday with flour."
    told = claim(text, "clm-9", text, scope="condition", condition=State(subject="aid_delivery", state="delivered"))
    told = replace(told, when=When(first="2026-03-02", last="2026-03-02", precision="day"))
    state = Condition(
        id="con-1", subject="aid_delivery", state="delivered", place=TOWN, since="2026-03-02", claims=("clm-9",), because=("x",)
    )
    record = Findings(
        reports=(report(text, title="Convoy in Orvala", url="https://news.example/orvala"),), claims=(told,), conditions=(state,)
    )
    early = redact(record, load_policy(), today="2026-03-05")
    assert early.findings == Findings() and early.later == 1
    late = redact(record, load_policy(), today="2026-03-09")
    assert late.coarsened == 1 and late.findings.conditions[0].place == Place(
        name="North Darfur", words="North Darfur", country="SDN", admin1="North Darfur", precision=3
    )
    assert "Orvala" not in "".join(dump(r) for r in late.findings.records())
    assert "orvala" not in str(late.findings.reports[0].url)


def test_a_clinic_is_told_as_a_cell() -> None:
    hit = claim("Shells fell on the market of Orvala on Monday.", targets=(Thing(words="the clinic", class_="hospital"),))
    shown = redacted(found(claims=(hit,)), today=TODAY)
    place = shown.events[0].place
    assert place is not None and place.id == "h3:856b0893fffffff" and (place.latitude, place.longitude) != (13.6, 25.3)
    assert shown.claims[0].where == (place,) and shown.claims[0].evidence == ()


def test_a_desks_own_rules_lie_over_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "desk.toml"
    own.write_text('[people]\nredact = ["Karim Odeh"]\nkeep = ["Amal Hassan"]\n[countries.SYR]\nrecord = "internal"\n')
    policy = load_policy(own)
    names = withheld(found(), policy=policy).names
    assert names.holds("Governor KARIM ODEH") and not names.holds("Amal Hassan")
    syrian = event("clm-1", place=replace(TOWN, country="SYR"))
    assert redact(found(events=(syrian,)), policy, today=TODAY).findings.events == ()
    assert len(policy.sensitive) == len(load_policy().sensitive)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[places]\nh4 = 5\n", "no 'h4'"),
        ('[tiers]\nceiling = "all"\n', "none of the tiers"),
        ('[fields]\n"report.words" = "public"\n', "no field"),
        ('[[sensitive]]\nby = "mood"\n', "by is one of"),
        ("[place]\nh3 = 5\n", "no section"),
        ("[quotes]\nwords = -1\n", "is a number"),
        ("people = 3\n", "not written as"),
        ("[[", "desk.toml"),
    ],
)
def test_a_mistake_in_a_desks_rules_opens_nothing(tmp_path: Path, toml: str, message: str) -> None:
    own = tmp_path / "desk.toml"
    own.write_text(toml)
    with pytest.raises(ConfigError, match=message):
        load_policy(own)


def test_what_is_above_the_ceiling_is_said_with_the_reason() -> None:
    policy: Policy = load_policy()
    assert policy.above(["report.text"]) == ["report.text is internal, and this desk lets out no more than public"]
    assert policy.above(["report.url"]) == []
