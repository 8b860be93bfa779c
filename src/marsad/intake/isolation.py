"""Parsers run in a child process with limits on memory and time: a file that breaks one costs that file and nothing else."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from marsad.intake.archives import Mark
from marsad.intake.delivered import Hints
from marsad.intake.frames import FrameError, Item, capture_head, pack, unpack, unpack_item
from marsad.intake.listings import Listed, ListKind
from marsad.intake.stories import Story
from marsad.model import Capture, Problem

MEGABYTE = 2**20
NOTHING = Hints()
DEADLY = ("too_slow", "too_much_memory", "crash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a parser may take: bytes of memory (address space), and seconds until its next item."""

    memory: int = 1024 * MEGABYTE
    seconds: float = 60.0
    tasks: int = 2_000


class Failed(Exception):
    """The child did not finish a task."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Parser:
    """A child that parses; use it as a context manager. It is started when first needed, and again after it died."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.limits = limits
        self.child: subprocess.Popen[bytes] | None = None
        self.held = bytearray()
        self.served = 0
        self.reads = False

    def __enter__(self) -> Parser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def read(
        self, capture: Capture, hints: Hints = NOTHING, *, caller_published: str | None = None
    ) -> tuple[list[Story], list[Problem]]:
        """The stories of a capture; see `delivered.read_delivered`. Problems also: `too_slow`, `too_much_memory`, `crash`."""
        head = {"frame": "read", "capture": capture_head(capture), "hints": asdict(hints), "published": caller_published}
        found = list(self.items(head, capture.body, capture.origin))
        return [i for i in found if isinstance(i, Story)], [i for i in found if isinstance(i, Problem)]

    def listing(
        self, kind: ListKind, body: bytes, origin: str, *, address: str | None = None, media_type: str | None = None
    ) -> tuple[list[Listed], list[Problem]]:
        """What a list lists; see `listings.read_list`."""
        head = {"frame": "list", "kind": kind, "origin": origin, "address": address, "media_type": media_type}
        found = list(self.items(head, body, origin))
        return [i for i in found if isinstance(i, Listed)], [i for i in found if isinstance(i, Problem)]

    def table(self, path: Path, origin: str, *, parquet: bool) -> Iterator[Capture | Problem]:
        """The rows of a table, in captures."""
        head = {"frame": "parquet" if parquet else "csv", "path": str(path), "origin": origin}
        yield from delivered(self.items(head, b"", origin))

    def packed(self, path: Path, origin: str, *, packing: str, media_type: str | None) -> Iterator[Capture | Problem]:
        """The captures of a file that is packed with gzip, bzip2 or xz."""
        head = {"frame": "packed", "path": str(path), "origin": origin, "packing": packing, "media_type": media_type}
        yield from delivered(self.items(head, b"", origin))

    def zipped(self, path: Path, origin: str) -> Iterator[Capture | Problem]:
        """The captures of the members of a ZIP archive."""
        yield from delivered(self.items({"frame": "zip", "path": str(path), "origin": origin}, b"", origin))

    def archive(self, path: Path, origin: str) -> Iterator[Capture | Problem]:
        """The pages of a web archive. Where a record kills the child, reading goes on behind it."""
        start = 0
        while True:
            last, failed = -1, False
            head = {"frame": "archive", "path": str(path), "origin": origin, "start": start}
            for item in self.items(head, b"", origin):
                if isinstance(item, Mark):
                    last = item.offset
                elif isinstance(item, (Capture, Problem)):
                    failed = isinstance(item, Problem) and item.at == origin and item.code in DEADLY
                    yield item
            if not failed or last < start:
                return
            start = last + 1

    def items(self, head: Mapping[str, object], body: bytes, origin: str) -> Iterator[Item]:
        """The items of a task; its failure is a problem, the last item."""
        finished = False
        try:
            yield from self.answers(head, body)
            finished = True
        except Failed as error:
            yield Problem(stage="intake", code=error.code, message=str(error), at=origin)
        finally:
            if not finished:  # died, or the caller has had enough
                self.stop()

    def answers(self, head: Mapping[str, object], body: bytes) -> Iterator[Item]:
        child = self.started(reads=head["frame"] == "read")
        try:
            self.send(child, pack(head, body))
            while True:
                answer, size = unpack(self.line(child))
                extra = self.exactly(child, size)
                if answer["frame"] == "end":
                    break
                if answer["frame"] == "failed":
                    raise Failed(str(answer.get("code")), str(answer.get("message")))
                yield unpack_item(answer, extra)
        except FrameError as error:
            raise Failed("crash", f"the parser gave no sense: {error}") from error
        self.served += 1
        if self.served >= self.limits.tasks:
            self.stop()

    def started(self, *, reads: bool) -> subprocess.Popen[bytes]:
        """The child, started where there is none. One that reads stories has a language model loaded and is larger."""
        if self.child is None or self.child.poll() is not None or (reads and not self.reads):
            self.stop()
            self.reads = reads
            environment = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "PYTHONSAFEPATH"), "1")
            environment |= {"MARSAD_PARSER_MEMORY": str(self.limits.memory), "MARSAD_PARSER_READS": "1" if reads else ""}
            environment["ARROW_DEFAULT_MEMORY_POOL"] = "system"
            self.child = subprocess.Popen(
                [sys.executable, "-m", "marsad.intake.worker"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **environment},
                start_new_session=True,
            )  # fmt: skip
            self.held.clear()
            self.served = 0
        return self.child

    def send(self, child: subprocess.Popen[bytes], data: bytes) -> None:
        assert child.stdin is not None
        try:
            child.stdin.write(data)
            child.stdin.flush()
        except (BrokenPipeError, OSError) as error:
            raise self.death(child) from error

    def line(self, child: subprocess.Popen[bytes]) -> bytes:
        searched = 0
        while (end := self.held.find(b"\n", searched)) < 0:
            searched = len(self.held)
            self.fill(child)
        line = bytes(self.held[:end])
        del self.held[: end + 1]
        return line

    def exactly(self, child: subprocess.Popen[bytes], size: int) -> bytes:
        while len(self.held) < size:
            self.fill(child)
        body = bytes(self.held[:size])
        del self.held[:size]
        return body

    def fill(self, child: subprocess.Popen[bytes]) -> None:
        """Wait for more of the child's answer, so long and no longer. Raises `Failed`."""
        assert child.stdout is not None
        if len(self.held) > 3 * MEGABYTE * 32:
            raise Failed("crash", "the parser's answer is too long")
        with selectors.DefaultSelector() as waiting:
            waiting.register(child.stdout, selectors.EVENT_READ)
            if not waiting.select(self.limits.seconds):
                raise Failed("too_slow", f"takes more than {self.limits.seconds:g} seconds to read")
        data = os.read(child.stdout.fileno(), 1 << 20)
        if not data:
            raise self.death(child)
        self.held += data

    def death(self, child: subprocess.Popen[bytes]) -> Failed:
        """What a child that went away died of."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(5)
        code = child.returncode
        return Failed("crash", f"the parser died on it ({'signal ' + str(-code) if code and code < 0 else f'status {code}'})")

    def stop(self) -> None:
        """End the child."""
        child, self.child = self.child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def peak_memory(self) -> int | None:
        """The most memory that the living child has held, in bytes; `None` where the system does not tell."""
        if self.child is None:
            return None
        try:
            status = Path(f"/proc/{self.child.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return None
        return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), None)


def delivered(items: Iterator[Any]) -> Iterator[Capture | Problem]:
    return (item for item in items if isinstance(item, (Capture, Problem)))
