"""A whole run: plan, shards, second pass, files, ledger."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from marsad.engine import joining
from marsad.engine.loading import load
from marsad.engine.planning import SIZE, plan
from marsad.engine.runners import Progress, Runner
from marsad.engine.settings import Settings, run_digest
from marsad.engine.shards import is_done, shard_file
from marsad.engine.writing import Summary, write_results
from marsad.ledger.append import Added
from marsad.model import ConfigError, Problem, StoreError

SHARDS = "shards"
DEFAULT = Settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a run is: `coding` shards, `linking` claims, or `loading` them into a ledger; `done` of `of`."""

    stage: Literal["coding", "linking", "loading"]
    done: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run came to: the sums, every problem, and what a ledger got."""

    summary: Summary
    problems: tuple[Problem, ...]
    added: Added | None = None


def run(
    inputs: Sequence[str],
    out: Path,
    *,
    runner: Runner,
    settings: Settings = DEFAULT,
    ledger: str | None = None,
    link: bool = True,
    size: int = SIZE,
    watch: Callable[[Step], None] = lambda step: None,
) -> Done:
    """Code everything behind `inputs` into the folder `out`. Shards that an earlier run left there are not done again, unless
    their files, the program or its settings have changed.

    Raises `ConfigError` where there is no input, `StoreError` where the folder or the ledger can't be written.
    """
    shards, problems = plan(inputs, size=size)
    if not shards and not problems:
        raise ConfigError("nothing to run over: name files, folders or patterns")
    folder = shards_folder(out, settings)

    def coding(progress: Progress) -> None:
        watch(Step(stage="coding", done=progress.done, of=progress.of))

    problems += runner.run(shards, folder, settings, coding)
    files = [shard_file(shard, folder) for shard in shards if is_done(shard, folder)]
    watch(Step(stage="linking", done=0, of=len(files)))
    found = joining.survey(files)
    folds = joining.join(found) if link else None
    told = joining.problems_of(files)
    everything = [*problems, *(p for p in told if p not in problems)]
    summary = write_results(files, out, folds, found.copies, everything)
    added = None
    if ledger is not None:
        added = load(files, ledger, problems=problems, watch=lambda n: watch(Step(stage="loading", done=n, of=len(files))))
    return Done(summary=summary, problems=tuple(everything), added=added)


def shards_folder(out: Path, settings: Settings) -> Path:
    """The folder for the shards of this code, these tables and these settings; says beside them what they were made with."""
    digest = run_digest(settings)
    folder = out / SHARDS / digest
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for half in folder.glob(".*.arrow-*"):
            if not in_use(half):
                half.unlink(missing_ok=True)
        (folder / "settings.json").write_text(json.dumps(dataclasses.asdict(settings), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"can't write into {out}: {error.strerror or error}") from error
    return folder


def in_use(half: Path) -> bool:
    """Whether a file under way was touched within the last hour: another run may be writing it."""
    import time

    try:
        return time.time() - os.stat(half).st_mtime < 3600
    except OSError:
        return True
