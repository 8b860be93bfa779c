"""The reader that asks a server: what it sends, what it takes of an answer, and what it does when there is none."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import pytest
from tests.coding.server_standin import Reply, StandIn, claims, completion, in_turn, serving

from marsad.coding.asked.answer import AnswerError, read_answer, schema
from marsad.coding.asked.server import Server, connect
from marsad.coding.asked.settings import Settings
from marsad.coding.asked.stage import code_report_by_asking
from marsad.coding.report import code_report
from marsad.coding.resources import Resources, load_resources
from marsad.model import Anchor, Claim, Problem, Report

STRIKE = "A drone strike on a market in Nyala killed at least 12 people on Tuesday, the health ministry said."
SIEGE = "El Obeid has been besieged by the Rapid Support Forces since May."
FIGURE = "The monitor counted 163 air strikes across Sudan last year that killed 1,032 people."
SCHOOL = "On Wednesday aid workers reopened a library in Kosti."
TEXT = f"{STRIKE}\n{SIEGE}\n{FIGURE}\n{SCHOOL}"

GOOD: dict[str, Any] = {
    "quote": STRIKE,
    "scope": "incident",
    "sub_event_type": "Air/drone strike",
    "condition": None,
    "measure": None,
    "value": None,
    "who": [],
    "whom": [],
    "where": ["Nyala"],
    "when": ["on Tuesday"],
    "counts": [{"effect": "killed", "words": "at least 12 people", "low": 12, "high": None}],
    "according_to": [{"words": "the health ministry", "role": "official"}],
    "stance": "asserts",
    "status": "happened",
}
HELD = {"quote": SIEGE, "scope": "condition", "condition": "siege:besieged", "status": "ongoing",
        "who": ["the Rapid Support Forces"], "where": ["El Obeid"], "when": ["since May"]}  # fmt: skip
SUM = {"quote": FIGURE, "scope": "statistic", "measure": "killed", "where": ["Sudan"], "when": ["last year"],
       "value": {"words": "1,032 people", "low": 1032, "high": 1032}}  # fmt: skip


@cache
def resources() -> Resources:
    return load_resources()


def report(text: str = TEXT, **more: Any) -> Report:
    anchor = Anchor(date="2025-06-05", basis="published")
    return Report(**{"id": "rep-1", "origin": "story.txt", "text": text, "language": "en", "anchor": anchor, **more})


def settings(url: str, **more: Any) -> Settings:
    return Settings(**{"base_url": url, "model": "stand-in", "first_wait": 0.01, "timeout": 5.0, "deadline": 10.0, **more})


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def asking(pauses: list[float]) -> Iterator[Callable[..., tuple[StandIn, Server]]]:
    """Starts a stand-in with an answer, and connects to it."""
    open_ones: list[Any] = []

    def start(answer: Callable[[dict[str, Any]], Reply], *, key: str | None = None, **more: Any) -> tuple[StandIn, Server]:
        block = serving(answer)
        standin = block.__enter__()
        server = connect(settings(standin.url, **more), key=key, sleep=pauses.append)
        open_ones.append((block, server))
        return standin, server

    yield start
    for block, server in open_ones:
        server.close()
        block.__exit__(None, None, None)


def code(server: Server, text: str = TEXT, **more: Any) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
    return code_report_by_asking(report(text, **more), resources=resources(), server=server)


def answered(
    asking: Callable[..., tuple[StandIn, Server]], *items: dict[str, Any], text: str = TEXT
) -> tuple[Sequence[Claim], list[str]]:
    """The claims that come of an answer, and the codes of the problems."""
    _, server = asking(lambda body: claims(*items))
    found, problems = code(server, text)
    for claim in found:
        for cited in claim.evidence:
            assert text[cited.start : cited.end] == cited.quote
    return found, [p.code for p in problems]


def changed(**more: Any) -> dict[str, Any]:
    return {**GOOD, **more}


# What is sent


def test_the_schema_is_the_codebooks_and_closed(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    standin, server = asking(lambda body: claims())
    code(server)
    sent = standin.requests[0]["response_format"]
    assert sent["type"] == "json_schema" and sent["json_schema"]["strict"] is True
    claim = sent["json_schema"]["schema"]["$defs"]["SaidClaim"]
    assert claim["required"] == list(claim["properties"]) and claim["additionalProperties"] is False
    kinds = next(o for o in claim["properties"]["sub_event_type"]["anyOf"] if "enum" in o)["enum"]
    assert "Air/drone strike" in kinds and len(kinds) == 25
    assert "default" not in json.dumps(schema())


def test_the_report_goes_as_data_between_marks_that_it_cannot_hold(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    standin, server = asking(lambda body: claims())
    code(server, title="A strike in Nyala")
    system, user = standin.requests[0]["messages"]
    assert standin.paths == ["/v1/chat/completions"] and system["role"] == "system" and user["role"] == "user"
    assert STRIKE not in system["content"] and STRIKE in user["content"]
    mark = user["content"].splitlines()[1]
    assert user["content"].count(mark) == 3 and mark not in TEXT
    assert standin.requests[0]["temperature"] == 0


def test_a_long_report_is_asked_in_parts_and_no_further_than_allowed(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    text = "\n".join(f"{n} people died in Nyala on Monday, the governor said." for n in range(2, 60))
    standin, server = asking(lambda body: claims(), most_characters=800, most_questions=3)
    _, problems = code(server, text)
    assert len(standin.requests) == 3
    assert all(len(r["messages"][1]["content"]) < 1100 for r in standin.requests)
    assert [p.code for p in problems] == ["too_long"] and "asked about" in problems[0].message


def test_the_key_goes_in_the_header_and_nowhere_else(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    standin, server = asking(lambda body: Reply(status=401, body=b'{"error": "bad key k-123"}'), key="k-123")
    _, problems = code(server)
    assert standin.headers[0]["authorization"] == "Bearer k-123"
    assert "k-123" not in json.dumps(standin.requests) + repr(problems) + repr(server.settings)


# What is taken


def test_claims_come_out_as_those_of_the_other_readers(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    found, codes = answered(asking, GOOD, HELD, SUM)
    assert codes == []
    strike, siege, total = found
    assert (strike.scope, strike.event_type, strike.sub_event_type) == (
        "incident",
        "Explosions/Remote violence",
        "Air/drone strike",
    )
    assert strike.id.startswith("clm-") and [(p.name, p.country) for p in strike.where] == [("Nyala", "SDN")]
    assert strike.where[0].latitude and strike.where[0].id
    assert (strike.when.first, strike.when.last) == ("2025-06-03", "2025-06-03")
    assert [(c.effect, c.low, c.high) for c in strike.counts] == [("killed", 12, None)]
    assert [s.role for s in strike.according_to] == ["official"]
    assert {e.field for e in strike.evidence} == {"claim", "where", "when", "counts.0", "according_to"}
    assert {(w.class_) for w in strike.weapons} == {"drone"} and {t.class_ for t in strike.targets} == {"market"}
    assert siege.condition and (siege.condition.subject, siege.condition.state) == ("siege", "besieged")
    assert [a.name for a in siege.who] == ["Rapid Support Forces"] and siege.who[0].id and siege.when.first == "2025-05-01"
    assert total.value and (total.measure, total.value.low, total.when.first) == ("killed", 1032, "2024-01-01")
    assert 0 < strike.confidence < 1


def test_the_same_answer_gives_the_same_claims(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    assert answered(asking, GOOD, HELD, SUM) == answered(asking, GOOD, HELD, SUM)


def test_quotes_with_other_spaces_and_marks_are_found_in_their_one_place(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    text = "Rebels shelled “the old\u00a0town” of Sake  on Monday."
    item = {"quote": 'Rebels shelled "the old town" of Sake on Monday', "scope": "incident",
            "sub_event_type": "Shelling/artillery/missile attack", "where": ["Sake"], "when": ["on Monday"]}  # fmt: skip
    found, codes = answered(asking, item, text=text)
    assert codes == [] and found[0].evidence[0].quote == text[:-1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quote": "A drone strike on a market in Nyala killed at least 500 people on Tuesday"}, "quote_not_found"),
        ({"quote": "market"}, "quote_not_found"),
        ({"quote": TEXT}, "quote_not_found"),
        ({"quote": SCHOOL, "where": ["Kosti"], "counts": [], "when": [], "according_to": []}, "not_supported"),
        ({"sub_event_type": "Sexual violence"}, "not_supported"),
        ({"sub_event_type": None}, "not_supported"),
        ({"quote": FIGURE, "counts": [], "where": ["Sudan"], "when": [], "according_to": []}, "not_supported"),
        ({"quote": SIEGE, "scope": "condition", "condition": "ceasefire:broken"}, "not_supported"),
        ({"quote": STRIKE, "scope": "statistic", "measure": "displaced", "value": {"words": "12"}}, "not_supported"),
        ({"scope": "massacre"}, "bad_answer"),
        ({"sub_event_type": "Genocide"}, "bad_answer"),
        ({"confidence": 1.0}, "bad_answer"),
        ({"quote": 7}, "bad_answer"),
    ],
)
def test_a_claim_that_the_text_does_not_bear_out_is_dropped_and_said(
    asking: Callable[..., tuple[StandIn, Server]], change: dict[str, Any], code: str
) -> None:
    found, codes = answered(asking, changed(**change))
    assert found == () and codes[0] == code


@pytest.mark.parametrize(
    ("change", "code", "kept"),
    [
        ({"where": ["Paris"]}, "quote_not_found", lambda c: c.where == ()),
        ({"where": ["Kosti"]}, "quote_not_found", lambda c: c.where == ()),
        ({"where": ["people"]}, "not_supported", lambda c: c.where == ()),
        ({"when": ["on Friday"]}, "quote_not_found", lambda c: c.when.first is None),
        ({"when": ["killed"]}, "not_supported", lambda c: c.when.first is None),
        ({"who": ["the army"]}, "quote_not_found", lambda c: c.who == ()),
        ({"who": ["the health ministry"]}, "not_supported", lambda c: c.who == ()),
        ({"whom": ["Nyala"]}, "not_supported", lambda c: c.whom == ()),
        (
            {"counts": [{"effect": "killed", "words": "at least 12 people", "low": 500}]},
            "number_not_in_quote",
            lambda c: c.counts == (),
        ),
        ({"counts": [{"effect": "killed", "words": "500 people"}]}, "quote_not_found", lambda c: c.counts == ()),
        ({"counts": [{"effect": "abducted", "words": "at least 12 people"}]}, "not_supported", lambda c: c.counts == ()),
        ({"counts": [{"effect": "killed", "words": "market"}]}, "number_not_in_quote", lambda c: c.counts == ()),
        (
            {"according_to": [{"words": "the UN", "role": "un"}]},
            "not_supported",
            lambda c: [s.role for s in c.according_to] == ["official"],
        ),
        ({"stance": "denies"}, "not_supported", lambda c: c.stance == "asserts"),
        ({"status": "planned"}, "not_supported", lambda c: c.status == "happened"),
    ],
)
def test_a_value_that_the_text_does_not_bear_out_is_dropped_and_said(
    asking: Callable[..., tuple[StandIn, Server]], change: dict[str, Any], code: str, kept: Callable[[Claim], bool]
) -> None:
    found, codes = answered(asking, changed(**change))
    assert codes == [code] and len(found) == 1 and kept(found[0])


def test_bounds_are_those_of_the_words_not_of_the_server(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    found, codes = answered(asking, changed(counts=[{"effect": "killed", "words": "12", "low": 12, "high": 12}]))
    assert codes == [] and (found[0].counts[0].low, found[0].counts[0].high) == (12, None)


def test_a_speaker_is_not_lost_where_the_server_names_none(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    found, _ = answered(asking, changed(according_to=[]))
    assert [s.role for s in found[0].according_to] == ["official"]


def test_one_bad_claim_spoils_no_other(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    found, codes = answered(asking, changed(scope="x"), GOOD, changed(quote="Nobody wrote these words."))
    assert len(found) == 1 and sorted(codes) == ["bad_answer", "quote_not_found"]


@pytest.mark.parametrize("wrapped", ["```json\n{}\n```", "<think>Is { this } it?</think>{}", "Here it is: {} I hope it helps."])
def test_words_around_the_json_are_left_out(wrapped: str) -> None:
    assert len(read_answer(wrapped.replace("{}", json.dumps({"claims": [GOOD]}), 1)).claims) == 1


@pytest.mark.parametrize(
    "content", ["", "no", "[1]", '{"claims": 3}', '{"claims": [', "{" * 100_000 + "}", '{"claims": ' + "[" * 50_000 + "}"]
)
def test_an_answer_that_is_none_is_an_error_and_no_crash(content: str) -> None:
    with pytest.raises(AnswerError):
        read_answer(content)


# When there is no answer


def default() -> tuple[Claim, ...]:
    return code_report(report(), resources=resources())[0]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(status=401), "401"),
        (Reply(status=403), "403"),
        (Reply(status=302, headers={"location": "http://127.0.0.1:1/"}), "302"),
        (Reply(status=500), "500"),
        (Reply(status=429), "429"),
        (Reply(body=b"<html>hello</html>"), "no chat completion"),
        (Reply(body=b"[" * 15_000), "no chat completion"),
        (Reply(body=b'{"choices": []}'), "no chat completion"),
        (Reply(body=b'{"choices": [{"message": {"content": null}}]}'), "no chat completion"),
        (Reply(body=b"x" * 30_000), "larger than"),
        (Reply(body=b'{"choices"', cut=True), "line failed"),
        (Reply(body=b"\x1f\x8b", headers={"content-encoding": "gzip"}), "compressed"),
        (completion('{"claims": [{"quote": "A dro', finish="length"), "broke its answer off"),
        (completion('{"claims": [{"quote": "A dro'), "half of it"),
        (completion("I cannot help with that."), "no JSON object"),
    ],
)
def test_without_an_answer_the_default_reader_codes_and_it_is_said(
    asking: Callable[..., tuple[StandIn, Server]], reply: Reply, why: str
) -> None:
    _, server = asking(lambda body: reply, tries=2, most_bytes=20_000)
    found, problems = code(server)
    assert found == default() != ()
    assert [p.code for p in problems] == ["asking_failed"] and why in problems[0].message
    assert "default reader" in problems[0].message and problems[0].at == "story.txt"
    assert server.meter.failed == 1


def test_a_busy_server_is_asked_again_with_growing_pauses(
    asking: Callable[..., tuple[StandIn, Server]], pauses: list[float]
) -> None:
    standin, server = asking(
        in_turn(Reply(status=429), Reply(status=503), Reply(body=b"{", cut=True), claims(GOOD)), first_wait=0.1
    )
    found, problems = code(server)
    assert len(found) == 1 and problems == () and len(standin.requests) == 4
    assert pauses == [0.1, 0.2, 0.4]


def test_the_server_says_how_long_to_wait(asking: Callable[..., tuple[StandIn, Server]], pauses: list[float]) -> None:
    _, server = asking(in_turn(Reply(status=429, headers={"retry-after": "3"}), claims(GOOD)))
    code(server)
    assert pauses == [3.0]


def test_no_wait_goes_over_the_deadline(asking: Callable[..., tuple[StandIn, Server]], pauses: list[float]) -> None:
    _, server = asking(lambda body: Reply(status=429, headers={"retry-after": "3600"}))
    _, problems = code(server)
    assert pauses == [] and "deadline" in problems[0].message


@pytest.mark.parametrize("reply", [Reply(body=b"{}", wait=1.5), Reply(body=b"x" * 2000, drip=0.05)])
def test_a_slow_or_dripping_server_is_left_at_the_deadline(asking: Callable[..., tuple[StandIn, Server]], reply: Reply) -> None:
    _, server = asking(lambda body: reply, timeout=0.3, deadline=0.6)
    code_report(report(), resources=resources())
    begun = time.monotonic()
    _, problems = code(server)
    assert [p.code for p in problems] == ["asking_failed"] and time.monotonic() - begun < 2.5


def test_a_server_that_refuses_the_schema_is_asked_for_plain_json(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    def answer(body: dict[str, Any]) -> Reply:
        return Reply(status=400) if "response_format" in body else claims(GOOD)

    standin, server = asking(answer)
    assert len(code(server)[0]) == 1
    assert [r.get("response_format", {}).get("type") for r in standin.requests] == ["json_schema", "json_object", None]
    code(server)
    assert len(standin.requests) == 4, "what the server refuses is not tried again"


def test_a_server_that_keeps_failing_is_not_asked_again(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    standin, server = asking(lambda body: Reply(status=401), most_failures=2)
    problems = [code(server)[1] for _ in range(4)]
    assert len(standin.requests) == 2 and all(p[0].code == "asking_failed" for p in problems)
    assert "not asked again" in problems[3][0].message


def test_other_languages_are_not_sent(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    standin, server = asking(lambda body: claims(GOOD))
    found, problems = code(server, language="fr")
    assert (found, [p.code for p in problems], standin.requests) == ((), ["language"], [])


# What it costs


def test_the_meter_counts_tokens_and_money(asking: Callable[..., tuple[StandIn, Server]]) -> None:
    _, server = asking(lambda body: claims(GOOD), price_per_1k_in=0.5, price_per_1k_out=2.0, currency="EUR")
    code(server)
    code(server)
    assert (server.meter.reports, server.meter.requests, server.meter.tokens_in, server.meter.tokens_out) == (2, 2, 1800, 200)
    assert "1,800 tokens in, 200 out, 1.3000 EUR" in server.meter.sum_up(server.settings)


@pytest.mark.parametrize(
    "usage", [None, {}, {"prompt_tokens": -1, "completion_tokens": 1}, {"prompt_tokens": "9", "completion_tokens": True}, 7]
)
def test_odd_token_figures_are_counted_as_untold(asking: Callable[..., tuple[StandIn, Server]], usage: Any) -> None:
    _, server = asking(lambda body: completion(json.dumps({"claims": [GOOD]}), usage=usage))
    assert len(code(server)[0]) == 1
    assert (server.meter.tokens_in, server.meter.untold) == (0, 1)
    assert "1 answers without" in server.meter.sum_up(server.settings)
