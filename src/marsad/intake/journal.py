"""What was fetched and what is still to be: a file of JSON lines beside the ledger, which outlives any crash.

An address is written down as pending before its list is taken as read, and as done only after the ledger has its story: whatever
happens between, it is fetched again and the ledger, which keeps everything once, takes no harm.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Literal

from marsad.intake.listings import Listed
from marsad.model import ConfigError, StoreError

State = Literal["pending", "done", "failed", "list"]
SLACK = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of an address. `due` is when it may be asked again (seconds since 1970), `mark` a hash of what its list last
    said of it, `visits` how often it was read."""

    address: str
    state: State = "pending"
    source: str | None = None
    listed: Listed | None = None
    mark: str | None = None
    etag: str | None = None
    modified: str | None = None
    tries: int = 0
    visits: int = 0
    due: float = 0.0
    since: float = 0.0


class Journal:
    """All entries, in memory and in the file. Only one process may have it open; with `keep=False` nothing is written."""

    def __init__(self, path: Path, *, keep: bool = True) -> None:
        self.path = path
        self.keep = keep
        self.entries: dict[str, Entry] = {}
        self.open: dict[str, dict[str, None]] = {}
        self.lines = 0
        self.file: IO[bytes] | None = None

    def __enter__(self) -> Journal:
        if not self.keep:
            if self.path.exists():
                self.load()
            return self
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = self.path.open("ab")
            lock(self.file, self.path)
            self.load()
            if self.lines > 2 * len(self.entries) + SLACK:
                self.compact()
        except OSError as error:
            raise StoreError(f"{self.path} can't be written: {error.strerror}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None

    def load(self) -> None:
        """Read the file; a torn last line, left by a crash, is cut off."""
        whole = 0
        with self.path.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                self.lines += 1
                with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
                    self.note(parsed(line))
        if self.file is not None and self.file.seek(0, os.SEEK_END) > whole:
            self.file.truncate(whole)

    def compact(self) -> None:
        """Write only what is in force, to a new file that takes the old one's place at once."""
        new = self.path.with_name(self.path.name + ".new")
        with new.open("wb") as stream:
            stream.writelines(spelled(entry) for entry in self.entries.values())
            stream.flush()
            os.fsync(stream.fileno())
        assert self.file is not None
        fresh = new.open("ab")
        lock(fresh, new)
        os.replace(new, self.path)
        self.file.close()
        self.file, self.lines = fresh, len(self.entries)

    def put(self, entries: Iterable[Entry]) -> None:
        """Write entries down for good. Raises `StoreError` where the disk is full."""
        new = list(entries)
        if new and self.file is not None:
            try:
                self.file.write(b"".join(spelled(entry) for entry in new))
                self.file.flush()
                os.fsync(self.file.fileno())
            except OSError as error:
                raise StoreError(f"{self.path} can't be written: {error.strerror}") from error
            self.lines += len(new)
        for entry in new:
            self.note(entry)

    def note(self, entry: Entry) -> None:
        """Keep an entry in memory, and what is pending by its source."""
        before = self.entries.get(entry.address)
        if before and before.source:
            self.open.get(before.source, {}).pop(entry.address, None)
        self.entries[entry.address] = entry
        if entry.state == "pending" and entry.source:
            self.open.setdefault(entry.source, {})[entry.address] = None

    def clear(self) -> None:
        """Forget everything: the ledger that it belongs to is a new one."""
        self.entries.clear()
        self.open.clear()
        if self.file is not None:
            self.file.truncate(0)
            self.lines = 0

    def get(self, address: str) -> Entry | None:
        return self.entries.get(address)

    def pending(self, source: str, now: float) -> Iterator[Entry]:
        """What is to be fetched for a source by now, oldest first."""
        return iter([e for e in map(self.entries.__getitem__, self.open.get(source, ())) if e.due <= now])

    def waiting(self, source: str) -> int:
        """How many are still to be fetched for a source, now or later."""
        return len(self.open.get(source, ()))


def lock(file: IO[bytes], path: Path) -> None:
    """Keep other processes out. Raises `ConfigError` where one is in."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ConfigError(f"another ingest or watch is using {path}") from error


def spelled(entry: Entry) -> bytes:
    """An entry as a line; what has its default is left out."""
    plain = {k: v for k, v in dataclasses.asdict(entry).items() if v not in (None, 0, 0.0)}
    if entry.listed is not None:
        plain["listed"] = {k: v for k, v in dataclasses.asdict(entry.listed).items() if v not in (None, False)}
    return json.dumps(plain, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def parsed(line: bytes) -> Entry:
    fields = json.loads(line)
    if fields.get("listed") is not None:
        fields["listed"] = Listed(**fields["listed"])
    return Entry(**fields)
