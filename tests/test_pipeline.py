"""The run: every input and report on its own, the same bytes in any order."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from tests import standins

from marsad.exports import jsonl
from marsad.model import Claim, Evidence, Problem, Report
from marsad.pipeline import Step, run


def written(folder: Path, **texts: str) -> list[Path]:
    paths = []
    for name, text in texts.items():
        path = folder / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def test_two_reports_of_one_place_make_one_event(tmp_path: Path) -> None:
    files = written(tmp_path, a="8 killed in Sinja", b="10 killed in Sinja, and 3 killed in Dilling")
    found = run(files, stages=standins.stages()).findings
    assert [len(x) for x in (found.reports, found.claims, found.events, found.problems)] == [2, 3, 2, 0]
    sinja = next(e for e in found.events if e.place and e.place.name == "Sinja")
    assert (sinja.killed.low, sinja.killed.high) == (8, 10)


def test_a_missing_file_is_a_problem_and_the_rest_is_coded(tmp_path: Path) -> None:
    files = written(tmp_path, a="8 killed in Sinja")
    found = run([tmp_path / "nowhere.txt", *files], stages=standins.stages()).findings
    assert [p.code for p in found.problems] == ["missing"] and len(found.events) == 1


def test_a_crash_in_one_report_stays_with_it(tmp_path: Path) -> None:
    files = written(tmp_path, a="8 killed in Sinja", b="explode now")
    found = run(files, stages=standins.stages()).findings
    assert len(found.events) == 1 and len(found.reports) == 2
    (problem,) = found.problems
    assert (problem.stage, problem.code, problem.at) == ("coding", "crash", "b.txt")
    assert problem.message.startswith("RuntimeError: a bug on this report (standins.py:")


def test_ctrl_c_is_not_swallowed(tmp_path: Path) -> None:
    def stop(report: Report) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
        raise KeyboardInterrupt

    stages = dataclasses.replace(standins.stages(), code_report=stop)
    with pytest.raises(KeyboardInterrupt):
        run(written(tmp_path, a="x"), stages=stages)


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        ((Evidence(field="claim", start=0, end=4, quote="nope"),), "bad_span"),
        ((Evidence(field="claim", start=2, end=18, quote="killed in Sinja"),), "bad_span"),
        ((), "no_evidence"),
    ],
)
def test_a_claim_whose_words_are_not_in_the_text_is_dropped(tmp_path: Path, evidence: tuple[Evidence, ...], code: str) -> None:
    def wrong(report: Report) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
        return (dataclasses.replace(standins.claims_of(report)[0], evidence=evidence),), ()

    stages = dataclasses.replace(standins.stages(), code_report=wrong)
    found = run(written(tmp_path, a="8 killed in Sinja"), stages=stages).findings
    assert found.claims == () and [p.code for p in found.problems] == [code]


def test_the_order_of_inputs_does_not_show(tmp_path: Path) -> None:
    files = written(tmp_path, a="8 killed in Sinja", b="10 killed in Sinja\n\n3 killed in Dilling", c="explode now")
    forth = run(files, stages=standins.stages()).findings
    back = run(files[::-1], stages=standins.stages()).findings
    assert jsonl.write(forth) == jsonl.write(back)


def test_the_same_bytes_are_coded_once(tmp_path: Path) -> None:
    outcome = run(written(tmp_path, a="8 killed in Sinja", b="8 killed in Sinja"), stages=standins.stages())
    assert len(outcome.captures) == len(outcome.findings.reports) == 1


def test_no_link_leaves_claims_alone(tmp_path: Path) -> None:
    found = run(written(tmp_path, a="8 killed in Sinja"), link=False, stages=standins.stages()).findings
    assert len(found.claims) == 1 and found.events == ()


def test_progress_reaches_its_total(tmp_path: Path) -> None:
    steps: list[Step] = []
    run(written(tmp_path, a="8 killed in Sinja", b="nothing"), stages=standins.stages(), watch=steps.append)
    coding = [s for s in steps if s.stage == "coding"]
    assert coding[-1].done == coding[-1].total == len("8 killed in Sinja") + len("nothing")
    assert [s.stage for s in steps][-1] == "linking"
