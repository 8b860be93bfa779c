"""How far a claim is to be trusted: the reader's odds and what the claim states make its calibrated confidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from marsad.model import Claim


def signs(claim: Claim) -> dict[str, float]:
    """What speaks for and against a claim, as numbers; `calibration.json` says how much each counts.

    >>> signs(Claim(id="c", report="r", scope="incident", confidence=0.5))["odds"]
    0.0
    """
    return {
        "always": 1.0,
        "odds": math.log(claim.confidence / (1 - claim.confidence)),
        claim.scope: 1.0,
        "located": float(bool(claim.where) and claim.where[0].latitude is not None),
        "dated": float(claim.when.first is not None),
        "attributed": float(bool(claim.according_to)),
        "acted": float(bool(claim.who)),
        "counted": float(bool(claim.counts)),
    }


def calibrated(claim: Claim, confidence: Mapping[str, float]) -> Claim:
    """The claim with a confidence that says how often such claims are right, from 0.01 to 0.99; unchanged where nothing was
    fitted for its scope."""
    if claim.scope not in confidence:
        return claim
    odds = sum(confidence.get(name, 0.0) * value for name, value in signs(claim).items())
    return replace(claim, confidence=round(min(0.99, max(0.01, 1 / (1 + math.exp(-odds)))), 3))
