"""What a disk may hold after the power went: everything synced, and of the rest any part, whole or torn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.recorder import Step

SECTOR = 512


@dataclass(slots=True)
class Disk:
    """A file's bytes that are safe, and the writes after them that are not."""

    safe: bytearray = field(default_factory=bytearray)
    loose: list[Step] = field(default_factory=list)


def apply(data: bytearray, step: Step) -> None:
    """A write or a truncation; what lies between the end and a later write is zeros."""
    if step.kind == "truncate":
        del data[step.at :]
        data.extend(bytes(step.at - len(data)))
        return
    data.extend(bytes(max(0, step.at - len(data))))
    data[step.at : step.at + len(step.data)] = step.data


def cut(steps: Sequence[Step], chance: random.Random) -> tuple[dict[str, bytes], list[str]]:
    """The files after a power cut that comes when all of `steps` were made, and the marks that had been reached.

    A file that was deleted may be back with what was safe of it, until its folder is synced: SQLite does that where it asks for
    the deletion to be durable, and with the first sync of a file that it made anew.
    """
    disks: dict[str, Disk] = {}
    ghosts: dict[str, Disk] = {}
    marks = []
    for step in steps:
        if step.kind == "mark":
            marks.append(step.name)
        elif step.kind == "delete":
            gone = disks.pop(step.name, None)
            if step.at:
                ghosts.clear()
            elif gone is not None:
                ghosts.setdefault(step.name, gone)
        elif step.kind == "sync":
            disk = disks.setdefault(step.name, Disk())
            for loose in disk.loose:
                apply(disk.safe, loose)
            disk.loose.clear()
            ghosts.clear()
        else:
            disks.setdefault(step.name, Disk()).loose.append(step)
    back = {name: disk for name, disk in ghosts.items() if chance.random() < 0.5}
    return {name: left(disk, chance) for name, disk in {**disks, **back}.items()}, marks


def left(disk: Disk, chance: random.Random) -> bytes:
    """The bytes of one file: each unsynced write is there, gone, or torn at sectors."""
    data = bytearray(disk.safe)
    share = chance.choice((0.0, 0.5, 0.9, 1.0))
    for step in disk.loose:
        if chance.random() >= share:
            continue
        torn = step.kind == "write" and chance.random() < 0.3
        for piece in sectors(step, chance) if torn else (step,):
            apply(data, piece)
    return bytes(data)


def sectors(step: Step, chance: random.Random) -> list[Step]:
    """Some sectors of one write."""
    pieces = []
    start = 0
    while start < len(step.data):
        end = min(len(step.data), start + SECTOR - (step.at + start) % SECTOR)
        if chance.random() < 0.5:
            pieces.append(Step(kind="write", name=step.name, at=step.at + start, data=step.data[start:end]))
        start = end
    return pieces


def lay(files: dict[str, bytes], folder: Path) -> None:
    """Write the files into an empty folder, without the shared memory that a restart loses."""
    folder.mkdir()
    for name, data in files.items():
        if not name.endswith("-shm"):
            (folder / name).write_bytes(data)
