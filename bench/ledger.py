"""How fast a ledger of many events is: loading, looking up, linking what is new.

    python bench/ledger.py [--sizes 10000 100000] [--linked] [--ledger postgresql://…] [--folder FOLDER] [--out FILE.json]

For each size a ledger is made of `synthetic.py`'s record, which is the same every time. Seconds are by the clock (and, where it
says so, of the processor: other work on the machine then doesn't count) and hold what the ledger does, not what it takes to make
the record up. A ledger is loaded with events as they come from another ledger, or with `--linked` by linking each thousand as it
comes. A query asks for one type in a box of one degree and 90 days; 2,000 of them run one after the other, the first 100 not
counted. "news" are 1,000 new claims appended and linked, half of them about events that the ledger holds. Prints a table and how
each grows from size to size (1 is proportional to the size). With `--folder` the ledgers are kept there, and asked again the
next time without being loaded.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import math
import platform
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.synthetic import DAYS, FIRST_DAY, TYPES, Part, news, parts, towns
from marsad.ledger.append import Batch, append
from marsad.ledger.query import Filter, lookup, page
from marsad.ledger.store import Ledger, open_ledger
from marsad.linking import Folds
from marsad.stages import Rules, installed_rules

GROWING = ("load_seconds", "load_cpu_seconds", "query_p50_ms", "news_seconds")
QUERIES = 2000
WARM = 100
NEWS = 1000
LOT = 40
"""Parts of a thousand events in a transaction, where they are taken as told."""
FLOORS = {"events_per_second": 1000, "query_p50_ms": 2, "query_p99_ms": 10, "news_seconds": 10}
RULES = installed_rules()


def load(ledger: Ledger, events: int, *, linked: bool) -> dict[str, float]:
    """Fill a ledger; seconds, and rows of each sort.

    Either linked as they come, a thousand at a time, or with the events that the record says, as they come from another ledger,
    forty thousand at a time.
    """
    seconds, busy, held, claims, cited = 0.0, 0.0, 0, 0, 0
    begun = time.perf_counter()
    for part in parts(events) if linked else lots(parts(events)):
        claims += len(part.claims)
        cited += sum(len(c.evidence) for c in part.claims)
        rules = RULES if linked else as_told(part)
        before, worked = time.perf_counter(), time.process_time()
        append(ledger, batch_of(part), **rules)
        seconds += time.perf_counter() - before
        busy += time.process_time() - worked
        held += len(part.events)
        if sys.stderr.isatty() or held % 20_000 == 0:
            spent = f"{time.perf_counter() - begun:.0f} s, {seconds:.0f} of them loading, {busy:.0f} of these of the processor"
            print(f"{held:,} events, {spent}", file=sys.stderr, flush=True)
    return {
        "load_seconds": seconds,
        "events_per_second": events / seconds,
        "load_cpu_seconds": busy,
        "events_per_cpu_second": events / busy,
        "claims": claims,
        "evidence": cited,
    }


def lots(made: Iterator[Part]) -> Iterator[Part]:
    """Parts put together, so many to a transaction."""
    while some := list(itertools.islice(made, LOT)):
        yield Part(
            captures=tuple(c for p in some for c in p.captures),
            reports=tuple(r for p in some for r in p.reports),
            claims=tuple(c for p in some for c in p.claims),
            events=tuple(e for p in some for e in p.events),
        )


def as_told(part: Part) -> Rules:
    """Rules under which a ledger takes a part's events as they are: all keys are kept for later, and none is asked for."""
    folds = Folds(events=part.events, components=tuple(frozenset(e.claims) for e in part.events))
    return Rules(
        link=lambda claims, reports, judgements=(): folds,
        mark_copies=lambda reports, common=frozenset(): reports,
        block_keys=RULES["block_keys"],
        copy_keys=RULES["copy_keys"],
        linked=lambda *given: frozenset(),
        ask_keys=lambda claim, report: (),
    )


def batch_of(part: Part) -> Batch:
    return Batch(captures=part.captures, reports=part.reports, claims=part.claims, version="bench", codebook="bench")


def questions(count: int) -> Iterator[Filter]:
    """Boxes of one degree around towns, 90 days and a type each."""
    known, chance = towns(), random.Random("questions")
    for _ in range(count):
        middle = chance.choice(known)
        assert middle.longitude is not None and middle.latitude is not None
        west, south = round(middle.longitude - chance.random(), 4), round(middle.latitude - chance.random(), 4)
        first = FIRST_DAY + dt.timedelta(days=chance.randrange(DAYS - 90))
        yield Filter(
            bbox=(west, south, west + 1, south + 1),
            since=first.isoformat(),
            until=(first + dt.timedelta(days=89)).isoformat(),
            type=chance.choices(TYPES, [t[3] for t in TYPES])[0][1],
        )


def ask(ledger: Ledger) -> dict[str, float]:
    """Milliseconds of the queries: the narrow rows, and a page of fifty with claims and reports."""
    spent, busy, found = [], [], 0
    for wanted in questions(QUERIES):
        before, worked = time.perf_counter(), time.process_time()
        found += len(lookup(ledger, "event", wanted))
        spent.append((time.perf_counter() - before) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    whole = []
    for wanted in list(questions(300)):
        before = time.perf_counter()
        page(ledger, "event", Filter(**{**{f: getattr(wanted, f) for f in ("bbox", "since", "until", "type")}, "limit": 50}))
        whole.append((time.perf_counter() - before) * 1000)
    return {
        "query_p50_ms": quantile(spent[WARM:], 0.5),
        "query_p99_ms": quantile(spent[WARM:], 0.99),
        "query_cpu_p50_ms": quantile(busy[WARM:], 0.5),
        "query_cpu_p99_ms": quantile(busy[WARM:], 0.99),
        "query_rows": found / QUERIES,
        "page_p50_ms": quantile(whole[20:], 0.5),
        "page_p99_ms": quantile(whole[20:], 0.99),
    }


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies.

    >>> quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 0.99)
    (2, 3)
    """
    return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def hear(ledger: Ledger, held: int, lot: int) -> dict[str, float]:
    """Seconds in which a lot of new claims is appended and linked."""
    part = news(held, NEWS, lot=lot)
    before, worked = time.perf_counter(), time.process_time()
    added = append(ledger, batch_of(part), **RULES)
    seconds, busy = time.perf_counter() - before, time.process_time() - worked
    if added.claims != NEWS:
        raise SystemExit(f"{added.claims} of {NEWS} new claims were added")
    return {"news_seconds": seconds, "news_cpu_seconds": busy}


def measure(events: int, address: str, *, linked: bool) -> dict[str, Any]:
    """All figures of one size. What loading took is kept beside the ledger, with the number of lots of news that it has had."""
    noted = Path(f"{address}.json")
    figures: dict[str, Any] = json.loads(noted.read_text(encoding="utf-8")) if noted.exists() else {}
    if not figures:
        ledger = open_ledger(address, write=True)
        figures = {"events": events, "lots": 0, **load(ledger, events, linked=linked)}
        ledger.close()
    reader = open_ledger(address)
    figures |= ask(reader)
    reader.close()
    ledger = open_ledger(address, write=True)
    figures |= hear(ledger, events, figures["lots"])
    figures["lots"] += 1
    ledger.close()
    figures["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if not address.startswith("postgresql"):
        figures["megabytes"] = Path(address).stat().st_size / 1e6
        noted.write_text(json.dumps(figures), encoding="utf-8")
    return figures


def growth(small: dict[str, Any], large: dict[str, Any], name: str) -> float:
    """The power of the size with which a figure grows; n log n is a little above 1."""
    return math.log(large[name] / small[name]) / math.log(large["events"] / small["events"])


SHOWN = (
    ("events_per_second", "events/s loaded", ",.0f"),
    ("events_per_cpu_second", "events/s of processor", ",.0f"),
    ("query_p50_ms", "query p50 ms", ".2f"),
    ("query_p99_ms", "query p99 ms", ".2f"),
    ("query_cpu_p50_ms", "the same, processor", ".2f"),
    ("query_cpu_p99_ms", "the same, processor", ".2f"),
    ("query_rows", "rows a query", ".1f"),
    ("page_p50_ms", "page p50 ms", ".2f"),
    ("page_p99_ms", "page p99 ms", ".2f"),
    ("news_seconds", "1,000 new claims s", ".2f"),
    ("news_cpu_seconds", "the same, processor s", ".2f"),
    ("megabytes", "file MB", ",.0f"),
    ("peak_megabytes", "peak memory MB", ",.0f"),
)


def show(results: Sequence[dict[str, Any]]) -> None:
    """The table, and how the times grow."""
    print(f"{'':22}" + "".join(f"{r['events']:>14,}" for r in results))
    for name, label, form in SHOWN:
        print(f"{label:22}" + "".join(f"{format(r[name], form) if name in r else '':>14}" for r in results))
    for small, large in itertools.pairwise(results):
        most = 1 + math.log(math.log(large["events"]) / math.log(small["events"])) / math.log(large["events"] / small["events"])
        grown = ", ".join(f"{n} {growth(small, large, n):.2f}" for n in GROWING)
        print(f"{small['events']:,} to {large['events']:,}: grows as the size to the power of {grown} (n log n: {most:.2f})")


def short(results: Sequence[dict[str, Any]]) -> list[str]:
    """What does not hold at the largest size."""
    last = results[-1]
    slow = [f"{n} {last[n]:.2f} (at most {FLOORS[n]})" for n in FLOORS if n != "events_per_second" and last[n] > FLOORS[n]]
    rate = last["events_per_second"]
    return [*slow, *([f"{rate:.0f} events/s (at least 1000)"] if rate < FLOORS["events_per_second"] else [])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--linked", action="store_true", help="link while loading, instead of taking the events as told")
    parser.add_argument("--ledger", help="a database server; one empty database, so one size only")
    parser.add_argument("--folder", type=Path, help="where to make the ledgers and keep them")
    parser.add_argument("--out", type=Path, default=Path("out/bench/ledger.json"))
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="marsad-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    results = []
    for size in sorted(given.sizes):
        results.append(measure(size, given.ledger or str(folder / f"{size}.sqlite"), linked=given.linked))
        show(results)
    if not given.folder:
        shutil.rmtree(folder)
    machine = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "platform": platform.platform()}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(
        json.dumps({"machine": machine, "linked": given.linked, "sizes": results}, indent=1) + "\n", encoding="utf-8"
    )
    fails = short(results)
    print("\n".join(f"too slow: {f}" for f in fails) or "All within bounds.")
    return 1 if fails else 0


if __name__ == "__main__":
    sys.exit(main())
