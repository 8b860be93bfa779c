"""How long a situation report of one country takes on a large ledger.

    python bench/report.py --ledger record.sqlite [--country SDN] [--out FILE.json]

The ledger is one that `bench/ledger.py --folder` left behind. Two questions are asked: one month, and all eleven years that
`synthetic.py` invents. Each is read from the ledger anew and written in every format; seconds are by the clock and of the
processor, which other work on the machine slows down less. No loading of the program is in them.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from marsad.analysis.situation_reading import Question, read
from marsad.ledger.store import Ledger, open_ledger
from marsad.reporting import FORMS, made_of

PERIODS = {"a month": ("2020-02-01", "2020-02-29"), "all years": ("2015-01-01", "2025-12-31")}
MOST = 20.0
"""Seconds that a country report may take."""


def measure(ledger: Ledger, country: str, since: str, until: str) -> dict[str, Any]:
    """Seconds of reading and of each format, with reading in them."""
    asked = Question(country=country, since=since, until=until)
    before, busy = time.perf_counter(), time.process_time()
    held = read(ledger, asked)
    reading, work = time.perf_counter() - before, time.process_time() - busy
    found: dict[str, Any] = {"events": len(held.found.events), "read": round(reading, 2), "read_cpu": round(work, 2)}
    for form in FORMS:
        before, busy = time.perf_counter(), time.process_time()
        size = len(made_of(held, form=form))
        found[form] = round(reading + time.perf_counter() - before, 2)
        found[f"{form}_cpu"] = round(work + time.process_time() - busy, 2)
        found[f"{form}_bytes"] = size
        print(f"{found['events']:,} events as {form}: {found[form]} s, {found[f'{form}_cpu']} s of the processor", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--country", default="SDN")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    ledger = open_ledger(given.ledger)
    made_of(read(ledger, Question(country=given.country, since="2019-01-01", until="2019-01-02")), form="html")
    found = {name: measure(ledger, given.country, *days) for name, days in PERIODS.items()}
    print(f"{'':12}{'events':>8}{'read':>7}" + "".join(f"{form:>8}" for form in FORMS) + "   seconds (of the processor)")
    for name, told in found.items():
        cells = "".join(f"{told[form]:>8.1f}" for form in FORMS)
        cpu = ", ".join(f"{told[f'{form}_cpu']:.1f}" for form in FORMS)
        print(f"{name:12}{told['events']:>8,}{told['read']:>7.1f}{cells}   ({cpu})")
    slow = [f"{name} as {form}" for name, told in found.items() for form in FORMS if told[form] > MOST]
    print(f"more than {MOST:g} s: {', '.join(slow) or 'none'}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {peak:,} MiB; {platform.python_version()}, {platform.machine()}")
    if given.out:
        given.out.write_text(json.dumps({"reports": found, "peak_mib": peak}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
