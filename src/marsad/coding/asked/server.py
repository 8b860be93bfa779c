"""The only code that uses the network: one request to a chat-completions server, with retries, a deadline and a bound on size."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marsad.coding.asked.answer import schema
from marsad.coding.asked.meter import Meter
from marsad.coding.asked.question import Question
from marsad.coding.asked.settings import Settings

if TYPE_CHECKING:
    import httpx

LONGEST_WAIT = 60.0
BUSY = (408, 409, 425, 429)
REFUSED = (400, 404, 415, 422, 501)
FORMATS = ("json_schema", "json_object", "none")
CONNECT = 10.0


class ServerError(Exception):
    """The server gave no answer that can be used. The message says why, without anything that the server wrote."""


class _Busy(Exception):
    """A failure that may pass; `after` are the seconds that the server asks to be left alone."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class _Refused(Exception):
    """The server refused the request as it was put."""


@dataclass(slots=True, kw_only=True)
class Server:
    """A server, what it costs, and how it wants to be asked. `form` is the sort of `response_format` that it takes."""

    settings: Settings
    client: httpx.Client
    meter: Meter = field(default_factory=Meter)
    sleep: Callable[[float], None] = time.sleep
    form: str = FORMATS[0]
    failures: int = 0

    def close(self) -> None:
        """Close its connections."""
        self.client.close()


def connect(settings: Settings, *, key: str | None = None, sleep: Callable[[float], None] = time.sleep) -> Server:
    """A server by its settings; nothing is sent yet. Redirects are not followed."""
    import httpx

    headers = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {key}"} if key else {})}
    client = httpx.Client(
        headers=headers,
        follow_redirects=False,
        trust_env=not settings.is_local,
        timeout=httpx.Timeout(settings.timeout, connect=min(CONNECT, settings.timeout)),
    )
    return Server(settings=settings, client=client, sleep=sleep)


def ask(server: Server, question: Question, *, until: float) -> str:
    """The text of the server's answer. `until` is the moment (`time.monotonic()`) at which to give up.

    Asks again, with growing pauses, where the server is busy or the line fails, and more simply where it refuses the schema.
    Raises `ServerError`.
    """
    tries, why = 0, "no time is left"
    while tries < server.settings.tries and time.monotonic() < until:
        try:
            return _send(server, question, until)
        except _Refused as error:
            after = FORMATS.index(server.form) + 1
            if after >= len(FORMATS):
                raise ServerError(str(error)) from error
            server.form = FORMATS[after]
        except _Busy as error:
            tries, why = tries + 1, str(error)
            pause = _pause(server.settings, tries, error.after)
            if tries < server.settings.tries:
                if time.monotonic() + pause >= until:
                    raise ServerError(f"{why}; the deadline of {server.settings.deadline:g} s leaves no time to wait") from error
                server.sleep(pause)
    raise ServerError(f"{why} ({tries} {'try' if tries == 1 else 'tries'})")


def _pause(settings: Settings, tries: int, asked: float | None) -> float:
    own = settings.first_wait * 2.0 ** (tries - 1)
    return min(LONGEST_WAIT, max(own, asked or 0.0))


def _body(server: Server, question: Question) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": server.settings.model,
        "messages": [{"role": "system", "content": question.system}, {"role": "user", "content": question.user}],
        "temperature": 0,
        "max_tokens": server.settings.most_tokens,
        "stream": False,
    }
    if server.form == "json_schema":
        shape = {"name": "claims", "strict": True, "schema": schema()}
        body["response_format"] = {"type": "json_schema", "json_schema": shape}
    elif server.form == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def _send(server: Server, question: Question, until: float) -> str:
    import httpx

    url = f"{server.settings.base_url.rstrip('/')}/chat/completions"
    left = max(0.05, until - time.monotonic())
    wait = httpx.Timeout(min(server.settings.timeout, left), connect=min(CONNECT, server.settings.timeout, left))
    server.meter.requests += 1
    try:
        with server.client.stream("POST", url, json=_body(server, question), timeout=wait) as response:
            _check_status(response)
            raw = _read(response, server.settings.most_bytes, until)
    except httpx.TimeoutException as error:
        raise _Busy("the server took too long") from error
    except httpx.TransportError as error:
        raise _Busy(f"the line failed ({type(error).__name__})") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise ServerError(f"the request could not be made ({type(error).__name__})") from error
    return _content(raw, server.meter)


def _check_status(response: httpx.Response) -> None:
    code = response.status_code
    if code == 200:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ServerError("the answer is compressed, which was not asked for")
        return
    if code in BUSY or (code >= 500 and code != 501):
        raise _Busy(f"the server answered {code}", _seconds(response.headers.get("retry-after")))
    if code in REFUSED:
        raise _Refused(f"the server answered {code}")
    raise ServerError(f"the server answered {code}")


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, min(3600.0, float(header))) if header else None
    except ValueError:
        return None


def _read(response: httpx.Response, most: int, until: float) -> bytes:
    """The body, no more than `most` bytes of it, and not after the deadline however slowly it drips."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_raw():
        size += len(part)
        if size > most:
            raise ServerError(f"the answer is larger than {most:,} bytes")
        if time.monotonic() > until:
            raise ServerError("the answer was not there before the deadline")
        parts.append(part)
    return b"".join(parts)


def _content(raw: bytes, meter: Meter) -> str:
    """The text of the first choice of a chat completion."""
    try:
        whole = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ServerError("the answer is no chat completion") from error
    if not isinstance(whole, dict):
        raise ServerError("the answer is no chat completion")
    meter.add_usage(whole.get("usage"))
    choices = whole.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, Mapping) else None
    content = message.get("content") if isinstance(message, Mapping) else None
    if not isinstance(first, Mapping) or not isinstance(content, str) or not content.strip():
        raise ServerError("the answer is no chat completion")
    if first.get("finish_reason") in ("length", "content_filter"):
        raise ServerError(f"the server broke its answer off ({first['finish_reason']})")
    return content
