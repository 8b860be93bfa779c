"""Every write, cut and sync that SQLite makes of its files, in order, as it makes them.

SQLite reaches its files through a table of functions. `record` puts functions of ours in front of three of them, in this
process alone, so that what reaches the disk, and what of it is synced, is known byte by byte.
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

POINTER, INT, LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
OPEN = ctypes.CFUNCTYPE(INT, POINTER, POINTER, POINTER, INT, POINTER)
DELETE = ctypes.CFUNCTYPE(INT, POINTER, ctypes.c_char_p, INT)
WRITE = ctypes.CFUNCTYPE(INT, POINTER, POINTER, INT, LONG)
TRUNCATE = ctypes.CFUNCTYPE(INT, POINTER, LONG)
SYNC = ctypes.CFUNCTYPE(INT, POINTER, INT)


class Methods(ctypes.Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = (
        ("version", INT),
        ("close", POINTER),
        ("read", POINTER),
        ("write", WRITE),
        ("truncate", TRUNCATE),
        ("sync", SYNC),
        ("others", POINTER * 13),
    )


class File(ctypes.Structure):
    """The head of a `sqlite3_file`."""

    _fields_ = (("methods", ctypes.POINTER(Methods)),)


class System(ctypes.Structure):
    """The head of a `sqlite3_vfs`."""

    _fields_ = (
        ("version", INT),
        ("size", INT),
        ("longest", INT),
        ("next", POINTER),
        ("name", ctypes.c_char_p),
        ("data", POINTER),
        ("open", OPEN),
        ("delete", DELETE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing done to a file: `at` is an offset, a new size, or 1 where a deletion is synced.

    A `mark` is what the writer was told at that moment.
    """

    kind: Literal["write", "truncate", "sync", "delete", "mark"]
    name: str
    at: int = 0
    data: bytes = b""


def record(steps: list[Step]) -> Callable[[str], None]:
    """From now on append to `steps` what this process does to files that SQLite opens by name. What comes back adds a mark."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(System)
    system = library.sqlite3_vfs_find(None).contents
    opened = OPEN(ctypes.cast(system.open, POINTER).value or 0)
    deleted = DELETE(ctypes.cast(system.delete, POINTER).value or 0)
    names: dict[int, str] = {}
    kept: dict[int, Methods] = {}

    def recorded(real: Methods) -> Methods:
        """The same methods with ours in front."""
        ours = Methods.from_buffer_copy(real)
        write, truncate, sync = (
            kind(ctypes.cast(function, POINTER).value or 0)
            for kind, function in ((WRITE, real.write), (TRUNCATE, real.truncate), (SYNC, real.sync))
        )

        def on_write(file: int, data: int, size: int, at: int) -> int:
            done = int(write(file, data, size, at))
            if done == 0 and file in names:
                steps.append(Step(kind="write", name=names[file], at=at, data=ctypes.string_at(data, size)))
            return done

        def on_truncate(file: int, size: int) -> int:
            done = int(truncate(file, size))
            if done == 0 and file in names:
                steps.append(Step(kind="truncate", name=names[file], at=size))
            return done

        def on_sync(file: int, flags: int) -> int:
            done = int(sync(file, flags))
            if done == 0 and file in names:
                steps.append(Step(kind="sync", name=names[file]))
            return done

        ours.write, ours.truncate, ours.sync = WRITE(on_write), TRUNCATE(on_truncate), SYNC(on_sync)
        return ours

    def on_open(vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        done = int(opened(vfs, name, file, flags, out))
        names.pop(file, None)
        if done == 0 and name:
            names[file] = Path(ctypes.string_at(name).decode()).name
            head = ctypes.cast(file, ctypes.POINTER(File)).contents
            address = ctypes.addressof(head.methods.contents)
            if address not in kept and address not in map(ctypes.addressof, kept.values()):
                kept[address] = recorded(head.methods.contents)
            head.methods = ctypes.pointer(kept.get(address, head.methods.contents))
        return done

    def on_delete(vfs: int, name: bytes, durable: int) -> int:
        done = int(deleted(vfs, name, durable))
        if done == 0:
            steps.append(Step(kind="delete", name=Path(name.decode()).name, at=durable))
        return done

    system.open, system.delete = OPEN(on_open), DELETE(on_delete)
    ALIVE.append((system.open, system.delete, on_open, on_delete, kept))
    return lambda name: steps.append(Step(kind="mark", name=name))


ALIVE: list[object] = []
"""What SQLite holds pointers to must not be collected."""
