"""Shards on processes of this machine. A worker that dies takes no other shard along; a shard that kills workers is given up."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from marsad.engine.planning import Shard
from marsad.engine.runners import THREADS, Progress, Watch, one_thread
from marsad.engine.settings import Settings
from marsad.engine.shards import is_done, shard_job
from marsad.model import Problem

TRIES = 3
PATIENCE = 3600.0
COLLECTIONS = (20_000, 20, 50)  # a worker makes many small things that end with their page
Job = Callable[..., Path]


@dataclass(slots=True)
class Case:
    """A shard on its way: how often a worker died on it, how often it failed, and why."""

    shard: Shard
    deaths: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class LocalRunner:
    """`workers` processes, started afresh (spawn) with one thread each; each loads the models once.

    Where a worker dies the pool is built anew, and every shard that was under way is done by itself, its pages tried in the
    limited child first, so that the shard at fault is found out; after `tries` deaths it is given up with a `poison` problem.
    A shard that takes longer than `patience` seconds counts as one that killed its worker.
    """

    workers: int
    tries: int = TRIES
    patience: float = PATIENCE
    job: Job = shard_job

    def run(self, shards: Sequence[Shard], out: Path, settings: Settings, watch: Watch) -> list[Problem]:
        waiting = deque(Case(shard) for shard in shards if not is_done(shard, out))
        before = len(shards) - len(waiting)
        suspects: deque[Case] = deque()
        problems: list[Problem] = []
        while waiting or suspects:
            watch(Progress(done=len(shards) - len(waiting) - len(suspects), of=len(shards), before=before))
            alone = not waiting
            queue = suspects if alone else waiting
            for case in self.pool(queue, out, settings, alone, lambda left: watch(told(shards, left, waiting, suspects, before))):
                if case.deaths >= self.tries or len(case.faults) >= self.tries:
                    problems.append(given_up(case))
                else:
                    suspects.append(case)
        watch(Progress(done=len(shards), of=len(shards), before=before))
        return problems

    def pool(self, queue: deque[Case], out: Path, settings: Settings, alone: bool, tell: Callable[[int], None]) -> Iterator[Case]:
        """Do what is in the queue until it is empty or the pool breaks; the cases that were not done come back."""
        running: dict[Future[Path], Case] = {}
        many = 1 if alone else self.workers
        with executor(many) as processes:
            deadline = time.monotonic() + self.patience
            while queue or running:
                while queue and len(running) < many:
                    case = queue.popleft()
                    try:
                        running[processes.submit(self.job, case.shard, out, settings, careful=alone)] = case
                    except BrokenProcessPool:
                        queue.appendleft(case)
                        break
                done, _ = wait(running, timeout=max(0.0, deadline - time.monotonic()), return_when=FIRST_COMPLETED)
                broken = not done
                if broken:
                    end(processes)
                for future in done:
                    error = future.exception()
                    if isinstance(error, BrokenProcessPool):
                        broken = True
                        continue
                    case = running.pop(future)
                    deadline = time.monotonic() + self.patience
                    if error is not None:
                        case.faults.append(f"{type(error).__name__}: {error}"[:300])
                        yield case
                tell(len(running))
                if broken:
                    for case in running.values():
                        case.deaths += 1
                        yield case
                    return


def told(shards: Sequence[Shard], running: int, waiting: deque[Case], suspects: deque[Case], before: int) -> Progress:
    return Progress(done=len(shards) - len(waiting) - len(suspects) - running, of=len(shards), before=before)


@contextmanager
def executor(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of fresh processes, gone when the block ends, whatever they are doing."""
    with single_threads():
        processes = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=begin)
        try:
            yield processes
        finally:
            end(processes)
            processes.shutdown(wait=True, cancel_futures=True)


def begin() -> None:
    """Runs first in each worker: one thread, Ctrl-C is the parent's affair, and no work for a parent that is gone."""
    one_thread()
    gc.set_threshold(*COLLECTIONS)
    threading.Thread(target=follow_parent, daemon=True).start()
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def follow_parent() -> None:
    """End this process when its parent ends, however that comes; a shard under way leaves nothing that is taken for whole."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def single_threads() -> Iterator[None]:
    """The environment that workers inherit: libraries read it when they are loaded, before any code of ours runs."""
    names = (*THREADS, "TOKENIZERS_PARALLELISM", "ARROW_DEFAULT_MEMORY_POOL", "MALLOC_ARENA_MAX")
    before = {name: os.environ.get(name) for name in names}
    one_thread()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def end(processes: ProcessPoolExecutor) -> None:
    """End the pool's processes."""
    for process in list((getattr(processes, "_processes", None) or {}).values()):
        with contextlib.suppress(OSError, ValueError):
            process.kill()


def given_up(case: Case) -> Problem:
    """The problem of a shard that could not be done."""
    at = case.shard.pieces[0].path
    more = len(case.shard.pieces) - 1
    held = f" and {more} more files" if more else f" from byte {case.shard.pieces[0].start}" if case.shard.pieces[0].start else ""
    if case.faults:
        return Problem(
            stage="engine", code="failed", message=f"a shard{held} failed {len(case.faults)} times: {case.faults[-1]}", at=at
        )
    return Problem(
        stage="engine", code="poison", message=f"a shard{held} killed its worker {case.deaths} times: it was given up", at=at
    )
