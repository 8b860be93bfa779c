"""Jobs in the place of `shard_job`, for the runner's tests: each leaves its shard's file, unless the path says otherwise."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from marsad.engine.planning import Piece, Shard, shard_of
from marsad.engine.settings import Settings


def shard(name: str) -> Shard:
    """A shard that is called so."""
    return shard_of([Piece(path=name, kind="story", size=1, changed=0)])


def job(shard: Shard, out: Path, settings: Settings, *, careful: bool = False) -> Path:
    """Writes the shard's file and counts its runs; `die-once`, `die`, `fail`, `fail-once` and `sleep` do as they say."""
    path = out / f"{shard.name}.arrow"
    if path.exists():
        return path
    name = shard.pieces[0].path
    runs = out / f"{shard.name}.runs"
    with runs.open("a") as file:
        file.write("careful\n" if careful else "run\n")
    first = len(runs.read_text().splitlines()) == 1
    if name == "die" or (name == "die-once" and first):
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "fail" or (name == "fail-once" and first):
        raise ValueError("no sense in it")
    if name == "sleep" and first:
        time.sleep(60)
    if name.startswith("slow"):
        time.sleep(0.3)
    path.write_text(f"{name} {os.environ['OMP_NUM_THREADS']}")
    return path
