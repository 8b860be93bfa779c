"""How fast a tally over many events is.

    python bench/tallies.py [--events 1000000] [--ledger FILE] [--times 20] [--out FILE.json]

Events are those of `synthetic.py`, told once or twice, made straight into columns; `--ledger` takes those of a ledger instead and
says how long reading them took. Each question is asked `--times` times, the first not counted: what is worked out of columns
once is then there, as in a server. Milliseconds by the clock, and of the processor, which other work slows down less.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.synthetic import OUTLETS, ROLES, incident, towns
from marsad.analysis.tallies import tally
from marsad.ledger.store import open_ledger
from marsad.ledger.tallying import columns
from marsad.ledger.tallying_columns import Columns, columns_of
from marsad.model import Event, Toll

QUESTIONS: tuple[dict[str, str], ...] = (
    {"by": "actor,month", "where": "sub_event_type='Air/drone strike' and civilian_targeting"},
    {"by": "month", "measures": "events,killed,injured"},
    {"by": "country,month"},
    {"by": "country,admin1,year"},
    {"by": "who,sub_event_type,year"},
    {"by": "actor,month"},
    {"by": "source,year"},
    {"by": "place", "where": "country='Sudan' and date >= '2020-01'"},
    {"by": "", "where": "killed >= 5 and actor like 'Front%'"},
)
P95 = 200


def events(count: int) -> Iterator[Event]:
    """Invented events, the same each time."""
    known, chance = towns(), random.Random("tallies")
    for number in range(count):
        item = incident(number, known, 1)
        tolls = [item.killed] + ([max(0, item.killed + chance.choice((-1, 1, 2)))] if chance.random() < 0.25 else [])
        yield Event(
            id=f"evt-{number:016x}",
            event_type=item.kind[0],
            sub_event_type=item.kind[1],
            date_first=item.day.isoformat(),
            date_last=item.day.isoformat(),
            time_precision=1,
            who=(item.who,),
            whom=(item.whom,),
            place=item.place,
            civilian_targeting=item.whom.kind == "Civilians",
            killed=Toll(low=min(tolls), best=item.killed, high=None if chance.random() < 0.3 else max(tolls)),
            disputed=("killed",) if len(tolls) > 1 else (),
            sources=tuple(sorted({chance.choice(ROLES)[0] for _ in tolls} | {chance.choice(OUTLETS) for _ in tolls})),
            confidence=0.8,
            voices=len(tolls),
        )


def ask(held: Columns, times: int) -> list[dict[str, Any]]:
    """Milliseconds of each question."""
    found = []
    for question in QUESTIONS:
        tally(held, **question)
        clock, busy, groups = [], [], 0
        for _ in range(times):
            before, worked = time.perf_counter(), time.process_time()
            groups = len(tally(held, **question).groups)
            clock.append((time.perf_counter() - before) * 1000)
            busy.append((time.process_time() - worked) * 1000)
        found.append({**question, "groups": groups, "clock": sorted(clock), "busy": sorted(busy)})
    return found


def quantile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--ledger", help="take the events of this ledger")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path("out/bench/tallies.json"))
    given = parser.parse_args()
    before = time.perf_counter()
    held = columns(open_ledger(given.ledger)) if given.ledger else columns_of(events(given.events))
    made = time.perf_counter() - before
    print(f"{len(held):,} events as columns in {made:.1f} s")
    results = ask(held, given.times)
    print(f"{'p50 ms':>8} {'p95 ms':>8} {'cpu p50':>8} {'cpu p95':>8} {'groups':>8}  question")
    for r in results:
        times = [quantile(r[kind], share) for kind in ("clock", "busy") for share in (0.5, 0.95)]
        question = {k: r[k] for k in ("by", "where", "measures") if k in r}
        print(" ".join(f"{t:8.1f}" for t in times) + f" {r['groups']:8,}  {question}")
    every = {kind: sorted(t for r in results for t in r[kind]) for kind in ("clock", "busy")}
    p95 = {kind: quantile(values, 0.95) for kind, values in every.items()}
    print(f"all questions: p95 {p95['clock']:.0f} ms by the clock, {p95['busy']:.0f} ms of the processor")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    given.out.write_text(
        json.dumps({"events": len(held), "seconds": made, **machine, "results": results}) + "\n", encoding="utf-8"
    )
    return 0 if p95["busy"] <= P95 else 1


if __name__ == "__main__":
    raise SystemExit(main())
