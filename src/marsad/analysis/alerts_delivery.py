"""Delivering alerts: an Atom file, mails in a folder, a webhook; and remembering what was delivered, so that nothing comes twice.

What is new is decided by what it is about, not by when it is found: a sum whose days touch those of one told before for the same
rule and place is the same. Each channel is remembered by itself: one that failed is tried again next time, the others are not
repeated. A webhook whose answer was lost gets the alert again, under the same `Idempotency-Key`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import hmac
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from marsad.analysis.alerts import Alert
from marsad.analysis.alerts_rules import Channels
from marsad.linking.names import ordinal
from marsad.model import ConfigError, StoreError

FORM = 1
KEPT = 500
SHOWN = 100
ATOM = "http://www.w3.org/2005/Atom"
TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An alert that was found, when, and the channels that have had it."""

    alert: Alert
    at: str
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What was found before, oldest first; `spans` are the days told of each rule and key, for ever."""

    sent: tuple[Sent, ...] = ()
    spans: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def memory_file(ledger: str | Path, given: Path | None = None) -> Path:
    """Where it is remembered what was told. Raises `ConfigError` for a ledger on a server, where a file has to be named."""
    if given is not None:
        return given
    if str(ledger).startswith(("postgresql:", "postgres:", "postgresql+")):
        raise ConfigError("a ledger on a server has no folder beside it: say with --state where alerts are remembered")
    where = Path(ledger)
    return where.with_name(where.name + ".alerts.json")


def read_memory(where: Path) -> Memory:
    """What `keep_memory` wrote; nothing where there is no file. Raises `StoreError` where it can't be read."""
    if not where.exists():
        return Memory()
    try:
        table = json.loads(where.read_text("utf-8"))
        if table["form"] != FORM:
            raise StoreError(f"{where} was written by another version")
        sent = tuple(Sent(alert=alert_of(s["alert"]), at=s["at"], channels=tuple(s["channels"])) for s in table["sent"])
        spans = {key: tuple((a, b) for a, b in value) for key, value in table["spans"].items()}
        return Memory(sent=sent, spans=spans)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"can't read {where}, which remembers what was told: {error}") from error


def alert_of(table: Mapping[str, Any]) -> Alert:
    return Alert(**{**table, "items": tuple(table["items"]), "claims": tuple(table["claims"])})


def keep_memory(where: Path, memory: Memory) -> None:
    """Write it whole, through a file beside it."""
    table = {
        "form": FORM,
        "sent": [dataclasses.asdict(s) for s in memory.sent[-KEPT:]],
        "spans": {key: list(value) for key, value in sorted(memory.spans.items())},
    }
    write(where, json.dumps(table, ensure_ascii=False, indent=1).encode() + b"\n")


def write(where: Path, body: bytes) -> None:
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{where.name}.", dir=where.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(body)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(name, 0o644)
            os.replace(name, where)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise StoreError(f"can't write {where}: {error.strerror or error}") from error


def fresh(memory: Memory, found: Iterable[Alert], *, at: str) -> tuple[Memory, tuple[Alert, ...]]:
    """The alerts that are new, and the memory with them in it, no channel served yet."""
    spans = dict(memory.spans)
    new = []
    for alert in found:
        key = f"{alert.rule}\n{alert.key}"
        told = spans.get(key, ())
        if not any(touch(alert.first, alert.last, first, last) for first, last in told):
            new.append(alert)
        spans[key] = merged((*told, (alert.first, alert.last)))
    sent = (*memory.sent, *(Sent(alert=a, at=at) for a in new))
    return Memory(sent=sent, spans=spans), tuple(new)


def touch(first: str, last: str, other_first: str, other_last: str) -> bool:
    """Whether two stretches of days overlap or follow on each other."""
    a, b, c, d = (ordinal(day) or 0 for day in (first, last, other_first, other_last))
    return a <= d + 1 and c <= b + 1


def merged(spans: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Stretches in order, those that touch as one.

    >>> merged([("2026-02-05", "2026-02-06"), ("2026-02-01", "2026-02-02"), ("2026-02-03", "2026-02-03")])
    (('2026-02-01', '2026-02-03'), ('2026-02-05', '2026-02-06'))
    """
    made: list[tuple[str, str]] = []
    for first, last in sorted(spans):
        if made and touch(first, last, *made[-1]):
            made[-1] = (made[-1][0], max(made[-1][1], last))
        else:
            made.append((first, last))
    return tuple(made)


def deliver(memory: Memory, channels: Channels, *, secret: str | None = None) -> tuple[Memory, tuple[str, ...]]:
    """Serve every channel what it has not had. The memory afterwards, and what failed, in words."""
    failures: list[str] = []
    ways: dict[str, Callable[[Sent], None]] = {}
    if channels.mail is not None:
        ways["mail"] = lambda sent: drop_mail(sent, channels)
    if channels.webhook is not None:
        ways["webhook"] = lambda sent: post(sent, channels, secret)
    served = []
    for sent in memory.sent:
        done = list(sent.channels)
        for name, way in ways.items():
            if name not in done:
                try:
                    way(sent)
                    done.append(name)
                except (StoreError, OSError) as error:
                    failures.append(f"{name}: {sent.alert.title}: {error}")
        if channels.atom is not None and "atom" not in done:
            done.append("atom")
        served.append(dataclasses.replace(sent, channels=tuple(done)))
    if channels.atom is not None:
        try:
            write(channels.atom, feed(served, channels))
        except StoreError as error:
            failures.append(f"atom: {error}")
            served = [dataclasses.replace(s, channels=tuple(c for c in s.channels if c != "atom")) for s in served]
    return Memory(sent=tuple(served), spans=memory.spans), tuple(failures)


def links(alert: Alert, channels: Channels) -> list[tuple[str, str]]:
    """Each item with its address, or with the command that shows it where no address is set."""
    if channels.link is None:
        return [(item, f"marsad show {item}") for item in alert.items]
    return [(item, channels.link.replace("{id}", item)) for item in alert.items]


def body(alert: Alert, channels: Channels) -> str:
    """An alert as plain text."""
    shown = "\n".join(f"  {address}" for _, address in links(alert, channels)[:50])
    return f"{clean(alert.title)}\n\n{clean(alert.why)}\n\nSaved search: {clean(alert.rule)}\nBehind it:\n{shown}\n"


def clean(words: str) -> str:
    """Words on one line and without control characters."""
    return "".join(c if c.isprintable() else " " for c in words).strip()


def feed(sent: Sequence[Sent], channels: Channels) -> bytes:
    """The last hundred alerts as an Atom feed, newest first."""
    ElementTree.register_namespace("", ATOM)
    newest = sorted(sent, key=lambda s: (s.at, s.alert.id), reverse=True)[:SHOWN]
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    add(root, "id", "urn:marsad:alerts")
    add(root, "title", channels.atom_title)
    add(root, "updated", newest[0].at if newest else "1970-01-01T00:00:00Z")
    add(add(root, "author", None), "name", "Marsad")
    for item in newest:
        entry = add(root, "entry", None)
        add(entry, "id", f"urn:marsad:{item.alert.id}")
        add(entry, "title", clean(item.alert.title))
        add(entry, "updated", item.at)
        add(entry, "summary", clean(item.alert.why))
        add(entry, "category", None).set("term", clean(item.alert.rule))
        add(entry, "content", body(item.alert, channels)).set("type", "text")
        for name, address in links(item.alert, channels)[:50]:
            if channels.link is not None:
                link = add(entry, "link", None)
                link.set("rel", "related")
                link.set("title", name)
                link.set("href", address)
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def add(parent: ElementTree.Element, name: str, words: str | None) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}")
    made.text = words
    return made


def drop_mail(sent: Sent, channels: Channels) -> None:
    """A mail as a file in a folder, named by the alert: a mail program or a script sends what lies there."""
    import datetime as dt

    assert channels.mail is not None
    where = channels.mail / f"{sent.alert.id}.eml"
    if where.exists():
        return
    message = EmailMessage()
    message["Subject"] = f"[Marsad] {clean(sent.alert.title)}"[:200]
    message["From"] = channels.mail_from
    message["To"] = ", ".join(channels.mail_to) or channels.mail_from
    message["Date"] = format_datetime(dt.datetime.fromisoformat(sent.at))
    message["Message-ID"] = f"<{sent.alert.id}@marsad.invalid>"
    message.set_content(body(sent.alert, channels))
    write(where, message.as_bytes())


def post(sent: Sent, channels: Channels, secret: str | None) -> None:
    """Send an alert to the webhook as JSON. Raises `StoreError` for any answer but 2xx."""
    import httpx

    assert channels.webhook is not None
    alert = sent.alert
    items = [{"id": name, "link": address} for name, address in links(alert, channels)]
    table = {**dataclasses.asdict(alert), "items": items, "at": sent.at}
    content = json.dumps(table, ensure_ascii=False, sort_keys=True).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": alert.id}
    if secret:
        headers["X-Marsad-Signature"] = "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    try:
        answer = httpx.post(channels.webhook, content=content, headers=headers, timeout=TIMEOUT, follow_redirects=False)
    except httpx.HTTPError as error:
        raise StoreError(f"no answer: {error}") from error
    if not answer.is_success:
        raise StoreError(f"answered {answer.status_code}")
