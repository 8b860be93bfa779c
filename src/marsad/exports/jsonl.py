"""JSON Lines as the output contract has them: one object a line, told apart by `kind`."""

from __future__ import annotations

from marsad.ledger.findings import Findings
from marsad.model import dump


def write(found: Findings) -> str:
    """Reports with their claims, then events, statistics, conditions, problems. The same findings give the same bytes."""
    return "".join(dump(item) + "\n" for item in found.records())
