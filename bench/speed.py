"""How fast and how large: one process, one core, warm.

    python bench/speed.py [--reports FOLDER-or-FILE ...] [--reader encoder|rules] [--rounds 3] [--functions N] [--out FILE.json]

Prints words and reports of 400 words for each second of the processor (the best of the rounds, after one that warms up; other
work on the machine does not count), milliseconds by stage, peak memory, and the seconds by the clock that a fresh `marsad code`
takes to its first line. Without `--reports` the pinned corpora of the tests are coded, whose reports are of 160 words;
`--reports corpus/own-features` codes reports of 400. `--functions` adds the functions in which most time is spent themselves,
by the profiler, which makes Python's own work look dearer than it is. `profile.json` keeps
the stages before and after the reader's graph and the notes were made cheaper, measured one after the other.
"""

from __future__ import annotations

import os

# before anything that starts threads is imported
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"))
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import argparse
import cProfile
import json
import pstats
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args
from unittest.mock import patch

from marsad.coding import report as coding
from marsad.coding.resources import ReaderName, Resources, load_resources
from marsad.intake import mark_copies, open_inputs, read_capture
from marsad.linking import link
from marsad.model import Capture, Claim, Report

ROOT = Path(__file__).resolve().parent.parent
WORDS = 400
MEGABYTE = 1 << 20
STAGES = {"take_notes": "notes", "parse": "parse", "find_attributions": "attribution", "claims_of": "claims"}
Seconds = defaultdict[str, float]


def timed(function: Callable[..., Any], stage: str, spent: Seconds) -> Callable[..., Any]:
    """The function, its time added to `spent[stage]`."""

    def call(*given: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            return function(*given, **named)
        finally:
            spent[stage] += time.process_time() - begun

    return call


@contextmanager
def watched(spent: Seconds) -> Iterator[None]:
    """The stages of `marsad.coding.report` with a clock on each. Raises `AttributeError` where one is gone."""
    with ExitStack() as stack:
        for name, stage in STAGES.items():
            stack.enter_context(patch.object(coding, name, timed(getattr(coding, name), stage, spent)))
        yield


def read(paths: Sequence[Path]) -> list[Report]:
    """The reports of files and folders."""
    files = [path / "reports.jsonl" if path.is_dir() else path for path in paths]
    captures = [c for c in open_inputs(files) if isinstance(c, Capture)]
    return list(mark_copies([story.report for c in captures for story in read_capture(c)[0]]))


def round_of(reports: Sequence[Report], resources: Resources) -> Seconds:
    """Processor seconds by stage, `total` with the rest, and `clock` seconds, for one coding of all reports."""
    spent: Seconds = defaultdict(float)
    reader = timed(resources.reader, "reader", spent)
    claims: list[Claim] = []
    clock, begun = time.perf_counter(), time.process_time()
    with watched(spent):
        for report in reports:
            claims += coding.code_report(report, resources=replace(resources, reader=reader))[0]
    timed(link, "link", spent)(claims, reports)
    spent["total"], spent["clock"] = time.process_time() - begun, time.perf_counter() - clock
    return spent


def throughput(paths: Sequence[Path], reader: ReaderName, rounds: int) -> dict[str, Any]:
    """Words and 400-word reports a second, milliseconds a 400-word report by stage, peak memory in MiB."""
    resources, reports = load_resources(reader), read(paths)
    loaded = peak()
    words = sum(len(r.text.split()) for r in reports)
    round_of(reports, resources)
    best = min((round_of(reports, resources) for _ in range(rounds)), key=lambda spent: spent["total"])
    per_report = 1000 * WORDS / words
    stages = {k: round(v * per_report, 2) for k, v in sorted(best.items(), key=lambda s: -s[1]) if k != "clock"}
    return {
        "reports": len(reports),
        "words": words,
        "words_per_second": round(words / best["total"]),
        "reports_per_second": round(words / best["total"] / WORDS, 2),
        "words_per_second_by_the_clock": round(words / best["clock"]),
        "ms_per_report": stages,
        "memory_loaded_mib": loaded,
        "memory_peak_mib": peak(),
    }


def dearest(paths: Sequence[Path], reader: ReaderName, number: int) -> list[dict[str, Any]]:
    """The functions with most time of their own: file and name, calls and milliseconds a 400-word report."""
    resources, reports = load_resources(reader), read(paths)
    round_of(reports, resources)
    profile = cProfile.Profile(time.process_time)
    profile.runcall(round_of, reports, resources)
    share = WORDS / sum(len(r.text.split()) for r in reports)
    rows: dict[tuple[str, int, str], Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    ranked = sorted(rows.items(), key=lambda row: -row[1][2])[:number]
    named = [("/".join(Path(file).parts[-2:]) + f":{name}", calls, own) for (file, _, name), (_, calls, own, _, _) in ranked]
    return [{"function": name, "calls": round(calls * share), "ms": round(own * share * 1000, 2)} for name, calls, own in named]


def peak() -> int:
    """Peak memory of this process, MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / MEGABYTE if sys.platform == "darwin" else most / 1024)


def startup(times: int) -> dict[str, float]:
    """Seconds of a fresh `marsad code` of one example, to its first line and to its end: the median."""
    first, whole = [], []
    example = ROOT / "examples" / "invented-saved-page.txt"
    command = [sys.executable, "-m", "marsad", "code", str(example), "--format", "jsonl", "--quiet"]
    for _ in range(times):
        begun = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ}) as process:
            assert process.stdout
            line = process.stdout.readline()
            first.append(time.perf_counter() - begun)
            process.stdout.read()
        whole.append(time.perf_counter() - begun)
        if not line:
            raise SystemExit(f"no output from: {' '.join(command)}")
    return {"first_line_s": round(statistics.median(first), 2), "whole_s": round(statistics.median(whole), 2)}


def pin() -> None:
    """Keep this process, and those it starts, on one core, where the system lets us."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def machine() -> str:
    """The processor's name, as the system tells it."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n")
        return next(line.split(":", 1)[1].strip() for line in told if line.startswith("model name"))
    except (OSError, StopIteration):
        import platform

        return platform.processor() or platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=Path, nargs="+", default=sorted((ROOT / "tests" / "data" / "gold").glob("*/")))
    parser.add_argument("--reader", choices=get_args(ReaderName), default="encoder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--functions", type=int, default=0, metavar="N", help="the N functions with most time of their own")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    options = parser.parse_args()
    pin()
    result = {"machine": machine(), "reader": options.reader, **throughput(options.reports, options.reader, options.rounds)}
    if options.reader == "encoder":
        result["startup"] = startup(options.rounds)
    if options.functions:
        result["functions"] = dearest(options.reports, options.reader, options.functions)
    print(f"{result['words_per_second']:,} words/s, {result['reports_per_second']} reports of {WORDS} words/s on one core")
    print(f"{result['machine']}; by the clock {result['words_per_second_by_the_clock']:,} words/s")
    print(f"memory {result['memory_loaded_mib']} MiB loaded, {result['memory_peak_mib']} MiB at most")
    for stage, milliseconds in result["ms_per_report"].items():
        print(f"  {stage:12}{milliseconds:8.2f} ms a report")
    for name, seconds in result.get("startup", {}).items():
        print(f"  start-up {name:12}{seconds:6.2f}")
    for row in result.get("functions", []):
        print(f"  {row['ms']:8.2f} ms{row['calls']:8} calls  {row['function']}")
    if options.out:
        options.out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
