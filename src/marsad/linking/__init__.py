"""Claims → events, statistics and conditions: block, score, cluster, fuse. Rules: `docs/concepts/linking.md`.

A ledger keeps `block_keys` of each claim. For new claims it looks up the claims kept under their `ask_keys`, asks `linked` which
of them a new one bears on, and links the new claims with the whole components of those: that gives the folds that linking
everything gives. `compare` says what became of each fold.
"""

from marsad.linking.corrections import check_correction
from marsad.linking.folds import Change, Folds, compare
from marsad.linking.inclusion import may_include
from marsad.linking.intervals import held_at
from marsad.linking.keys import ask_keys, block_keys
from marsad.linking.link import link, linked

__all__ = ["Change", "Folds", "ask_keys", "block_keys", "check_correction", "compare", "held_at", "link", "linked", "may_include"]
