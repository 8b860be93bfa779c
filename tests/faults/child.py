"""A process that delivers into a ledger and says what was acknowledged, to be killed, starved or restarted by a test.

    python -m tests.faults.child LEDGER FIRST COUNT [--size BYTES] [--judge]

One line a delivery on standard output when it is acknowledged; `stopped: …` and status 3 where the ledger refuses.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys

from tests.faults import deliveries

from marsad.ledger.store import open_ledger
from marsad.model import StoreError


def main() -> int:
    """Deliver what the command line says; the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("ledger")
    parser.add_argument("first", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--size", type=int, help="no file may grow beyond this")
    given = parser.parse_args()
    if given.size:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (given.size, given.size))
    try:
        ledger = open_ledger(given.ledger, write=True)
        print("ready", flush=True)
        for number, _ in deliveries.deliver(ledger, range(given.first, given.first + given.count)):
            print(number, flush=True)
    except StoreError as error:
        print(f"stopped: {error}", flush=True)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
