"""Named steps at which a test can kill this process: `MARSAD_FAILPOINT=append.facts` in the environment.

A ledger must be whole whatever the step. `POINTS` lists every name, so that a test can try each of them.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "MARSAD_FAILPOINT"
POINTS = (
    "create.begin",
    "create.tables",
    "create.commit",
    "append.begin",
    "append.facts",
    "append.copies",
    "append.link",
    "append.revisions",
    "append.index",
    "append.commit",
    "append.done",
    "judge.begin",
    "judge.fact",
    "judge.commit",
    "judge.done",
    "migrate.begin",
    "migrate.backup",
    "migrate.aside",
    "migrate.facts",
    "migrate.folds",
    "migrate.commit",
    "migrate.done",
    "rebuild.begin",
    "rebuild.cleared",
    "rebuild.commit",
    "rebuild.done",
    "release.begin",
    "release.fact",
    "release.commit",
    "release.done",
)


def reach(point: str) -> None:
    """Die here by SIGKILL, with nothing tidied up, where the environment names this point.

    Raises `KeyError` for a point that `POINTS` does not list.
    """
    if point not in POINTS:
        raise KeyError(point)
    if os.environ.get(VARIABLE) == point:
        os.kill(os.getpid(), signal.SIGKILL)
