"""The audit trail of an item: each revision, who caused it and what it changed in which field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from marsad.ledger.history import revisions
from marsad.ledger.store import Ledger
from marsad.model import Judgement

CAUSE = re.compile(r"\bjdg-[0-9a-f]{16}\b")
QUIET = ("id", "kind")


def steps(ledger: Ledger, name: str, judgements: Iterable[Judgement]) -> list[dict[str, Any]]:
    """Every revision of an item, the first one first; nothing where there never was one."""
    given = {j.id: j for j in judgements}
    found: list[dict[str, Any]] = []
    before: Mapping[str, Any] = {}
    for revision in revisions(ledger, fold=name):
        now = json.loads(revision.body) if revision.body else {}
        word = cause(revision.why, given)
        found.append(
            {
                "seq": revision.seq,
                "at": revision.at,
                "why": revision.why,
                "by": word.by if word else None,
                "reason": word.reason if word else None,
                "judgement": word.id if word else None,
                "gone": revision.body is None,
                "changes": differences(before, now),
            }
        )
        before = now
    return found


def cause(why: str, given: Mapping[str, Judgement]) -> Judgement | None:
    """The judgement that a reason names."""
    named = CAUSE.search(why)
    return given.get(named.group()) if named else None


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields that hold something else than before."""
    names = [n for n in dict.fromkeys([*now, *before]) if n not in QUIET]
    return [
        {"field": n, "before": before.get(n), "after": now.get(n)}
        for n in names
        if before.get(n) != now.get(n) and (before.get(n) or now.get(n))
    ]
