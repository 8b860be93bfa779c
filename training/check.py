"""Check corpus folders: every quote in its text, every word the contract's.

    python -m training.check corpus/*

Prints what is wrong, exit 1 if anything is.
"""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator
from typing import Any

from marsad.codebook.words import CONDITIONS, EVENT_TYPE_OF, MEASURES, SCOPES
from training.examples import Gold, home, read_folder

STANCES = ("asserts", "denies", "doubts")
STATUSES = ("happened", "ongoing", "planned", "threatened", "hypothetical")


def faults(claim: dict[str, Any], gold: Gold) -> Iterator[str]:
    """What is wrong with one claim."""
    whole = f"{gold.report['title']}\n{gold.report['text']}"
    for field, words in claim["evidence"].items():
        if words not in whole:
            yield f"{field}: not in the text: {words!r}"
    if not home(claim, gold) and claim["evidence"]["claim"] not in (gold.report["title"] or ""):
        yield "the claim lies in no sentence"
    if claim["scope"] not in SCOPES or claim["stance"] not in STANCES or claim["status"] not in STATUSES:
        yield f"unknown scope, stance or status: {claim['scope']}, {claim['stance']}, {claim['status']}"
    sub = claim.get("sub_event_type")
    if (sub is not None and EVENT_TYPE_OF.get(sub) != claim.get("event_type")) or (claim["scope"] == "incident" and sub is None):
        yield f"sub-event type {sub!r} of event type {claim.get('event_type')!r}"
    state = claim.get("condition") or {}
    if claim["scope"] == "condition" and state.get("state") not in CONDITIONS.get(state.get("subject", ""), ()):
        yield f"condition {state}"
    if claim["scope"] == "statistic" and claim.get("measure") not in MEASURES:
        yield f"measure {claim.get('measure')!r}"


def main(folders: list[str]) -> int:
    """Print the faults of the folders; how many there were decides the exit code."""
    count = 0
    for folder in map(pathlib.Path, folders):
        if (folder / "gold.jsonl").is_file():
            for gold in read_folder(folder):
                for claim in gold.claims:
                    for fault in faults(claim, gold):
                        count += 1
                        print(f"{folder.name} {gold.report['id']} {claim['key']}: {fault}")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
