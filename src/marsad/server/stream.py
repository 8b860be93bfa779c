"""What changes, as it changes: server-sent events. One look at the ledger a second serves everybody who listens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from marsad.ledger.bodies import Body, Gone, changes
from marsad.ledger.inforce import last_seq
from marsad.ledger.store import Ledger
from marsad.model import MarsadError
from marsad.server import shapes
from marsad.server.guard import may
from marsad.server.problems import Refused

LOG = logging.getLogger("marsad.server")
routes = APIRouter(prefix="/api/v1", tags=["stream"])
KINDS = ("event", "statistic", "condition")
PAUSE = 1.0
BEAT = 15.0
MOST_LISTENERS = 200
QUEUE = 2_000
MOST_MISSED = 5_000


class Listeners:
    """Everybody who listens, and the task that looks for what is new while there is anybody."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.queues: set[asyncio.Queue[bytes | None]] = set()
        self.task: asyncio.Task[None] | None = None
        self.seq = 0
        self.closed = False

    async def join(self) -> asyncio.Queue[bytes | None]:
        """A queue of what is new from now on; `None` in it ends the stream."""
        if len(self.queues) >= MOST_LISTENERS or self.closed:
            raise Refused(503, "busy", "too many listen already: try again later", {"Retry-After": "30"})
        if self.task is None or self.task.done():
            self.seq = await run_in_threadpool(self.last)
            self.task = asyncio.create_task(self.look())
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=QUEUE)
        self.queues.add(queue)
        return queue

    def last(self) -> int:
        with self.ledger.read() as connection:
            return last_seq(connection)

    async def look(self) -> None:
        """Tell what is new, once a second, until nobody listens."""
        while self.queues and not self.closed:
            await asyncio.sleep(PAUSE)
            try:
                found = await run_in_threadpool(self.new)
            except MarsadError as error:
                LOG.warning("stream: %s", error)
                continue
            for message in found:
                for queue in list(self.queues):
                    if queue.full():
                        self.leave(queue)
                        queue.get_nowait()
                        queue.put_nowait(None)
                    else:
                        queue.put_nowait(message)

    def new(self) -> list[bytes]:
        found = changes(self.ledger, after=self.seq, kinds=KINDS)
        self.seq = max([self.seq, *(change[0].seq for change in found)])
        return [message(*change) for change in found]

    def leave(self, queue: asyncio.Queue[bytes | None]) -> None:
        self.queues.discard(queue)

    def end(self) -> None:
        """End every stream, and begin no other."""
        self.closed = True
        for queue in list(self.queues):
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(None)

    async def close(self) -> None:
        """The same, and stop looking."""
        self.end()
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task


def message(item: Body | Gone, kind: str, why: str) -> bytes:
    """A change as a server-sent event: `id` is its number in the log, `event` says whether the item is now or was."""
    name = "gone" if isinstance(item, Gone) else kind
    data = b'{"seq":%d,"kind":%b,"id":%b,"why":%b,"record":%b}' % (
        item.seq,
        orjson.dumps(kind),
        orjson.dumps(item.id),
        orjson.dumps(why),
        item.text.encode() if isinstance(item, Body) else b"null",
    )
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (item.seq, name.encode(), data)


@routes.get(
    "/stream",
    dependencies=may("read"),
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, **shapes.failing()},
)
async def stream(
    request: Request,
    since: Annotated[int | None, Query(ge=0, le=2**62, description="Begin after this number of the log.")] = None,
    last_event_id: Annotated[str | None, Header(max_length=20, pattern=r"^\d{1,18}$")] = None,
) -> Response:
    """What changes, as it changes: `event`, `statistic`, `condition`, `gone`. `Last-Event-ID` takes up where it broke off."""
    listeners: Listeners = request.app.state.listeners
    start = int(last_event_id) if last_event_id else since
    queue = await listeners.join()
    missed: list[tuple[Any, str, str]] = []
    if start is not None:
        missed = await run_in_threadpool(lambda: changes(listeners.ledger, after=start, limit=MOST_MISSED, kinds=KINDS))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told(listeners, queue, missed), 200, headers, "text/event-stream")


async def told(
    listeners: Listeners, queue: asyncio.Queue[bytes | None], missed: list[tuple[Any, str, str]]
) -> AsyncIterator[bytes]:
    """What was missed, then what comes; a beat where nothing does."""
    try:
        yield b"retry: 3000\n\n"
        last = 0
        for change in missed:
            last = change[0].seq
            yield message(*change)
        while True:
            try:
                item = await asyncio.wait_for(queue.get(), BEAT)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if item is None:
                return
            if int(item[4 : item.index(b"\n")]) > last:
                yield item
    finally:
        listeners.leave(queue)
