"""Which runner an `--engine` asks for, and what all runners have in common."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from marsad.engine.planning import Shard
from marsad.engine.settings import Settings
from marsad.model import ConfigError, Problem

LOCAL = re.compile(r"local(?::([1-9]\d{0,2}))?")
SPARK = re.compile(r"spark://[\w.,:\[\]-]+|local\[(?:\d+|\*)(?:,\s*\d+)?\]|yarn|k8s://.+")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "ARROW_NUM_THREADS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: shards that are done, of how many, and how many of them were there before it began."""

    done: int
    of: int
    before: int


Watch = Callable[[Progress], None]


class Runner(Protocol):
    """Does shards. What comes back are the problems of shards that could not be done; the others' files lie in `out`."""

    def run(self, shards: Sequence[Shard], out: Path, settings: Settings, watch: Watch) -> list[Problem]: ...


def runner_of(engine: str) -> Runner:
    """`local` (as many processes as cores), `local:4`, or a master of Spark: `spark://host:7077`, `local[2]`.

    Raises `ConfigError` for another word, or where Spark is asked for and not installed.
    """
    here = LOCAL.fullmatch(engine)
    if here:
        from marsad.engine.local import LocalRunner

        return LocalRunner(workers=int(here[1]) if here[1] else cores())
    if SPARK.fullmatch(engine):
        from marsad.engine.spark import SparkRunner

        return SparkRunner(master=patient(engine))
    raise ConfigError(f"there is no engine {engine!r}: local, local:4, spark://host:7077 or local[2]")


def patient(master: str) -> str:
    """A local master of Spark that tries a task four times: `local[N]` alone gives up at the first worker that dies.

    >>> patient("local[2]"), patient("local[2,3]"), patient("spark://host:7077")
    ('local[2,4]', 'local[2,3]', 'spark://host:7077')
    """
    return re.sub(r"\Alocal\[(\d+|\*)\]\Z", r"local[\1,4]", master)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def one_thread() -> None:
    """Keep the libraries of this process to one thread each: there are as many processes as cores."""
    os.environ.update(dict.fromkeys(THREADS, "1"))
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    os.environ["MALLOC_ARENA_MAX"] = "2"
