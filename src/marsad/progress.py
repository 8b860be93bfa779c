"""A progress bar on standard error: bytes while reading, then reports while coding."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from marsad.exports.wording import plural
from marsad.pipeline import Step, Watch


@contextmanager
def bar() -> Iterator[Watch]:
    """A function to be called with each step of a run; the bar is gone when the block ends."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("starting", total=None)

        def watch(step: Step) -> None:
            progress.update(task, description=describe(step), completed=step.done, total=step.total)

        yield watch


def describe(step: Step) -> str:
    """What the run is at, in a few words.

    >>> describe(Step(stage="reading", done=2048, items=3))
    'reading: 3 files, 2.0 kB'
    """
    if step.stage == "reading":
        return f"reading: {plural(step.items, 'file')}, {size(step.done)}"
    if step.stage == "coding":
        return f"coding: {step.items} of {plural(step.of or 0, 'report')}, {size(step.done)} of {size(step.total or 0)}"
    return f"linking: {plural(step.items, 'claim')}"


def size(number: float) -> str:
    """Bytes (or characters) in a unit that fits."""
    for unit in ("B", "kB", "MB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GB"
