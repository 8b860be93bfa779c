"""Children that work on a ledger and are killed: forked, so that they are at work within a millisecond."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Say = Callable[[str], None]


@dataclass(slots=True)
class Child:
    """A child process and the lines that it said."""

    pid: int
    pipe: int
    heard: list[str] = field(default_factory=list)
    rest: str = ""
    status: int | None = None

    def listen(self, until: float) -> None:
        """Take in what it says until that moment (of `time.monotonic`), or until it ends."""
        while self.status is None and (left := until - time.monotonic()) > 0:
            if not select.select([self.pipe], [], [], left)[0]:
                return
            self._take()

    def _take(self) -> None:
        data = os.read(self.pipe, 65536)
        if not data:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self.pipe)
            return
        *lines, self.rest = (self.rest + data.decode()).split("\n")
        self.heard += lines

    def kill(self) -> None:
        """SIGKILL; what it had said before that is still heard."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
        self.end()

    def end(self, limit: float = 60) -> int:
        """Wait until it ends; its exit status, below 0 for a signal."""
        self.listen(time.monotonic() + limit)
        assert self.status is not None, f"still running after {limit} seconds"
        return self.status


def start(work: Callable[[Say], None], **environment: str) -> Child:
    """Run `work` in a child of its own, with those variables in its environment. An exception in it gives the status 1."""
    taken, given = os.pipe()
    pid = os.fork()
    if pid:
        os.close(given)
        return Child(pid=pid, pipe=taken)
    status = 1
    try:
        os.close(taken)
        os.environ.update(environment)
        work(lambda line: (os.write(given, f"{line}\n".encode()), None)[1])
        status = 0
    except BaseException as error:
        os.write(given, f"error: {type(error).__name__}: {error}\n".encode())
    os._exit(status)
