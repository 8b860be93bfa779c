"""From sources to captures with what is known of them: local files, and lists and pages of the web."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from marsad.intake.addresses import canonical
from marsad.intake.delivered import Hints, hints_of
from marsad.intake.files import LocalFile, list_files, read_file
from marsad.intake.inputs import STDIN, open_inputs
from marsad.intake.isolation import Parser
from marsad.intake.journal import Entry, Journal
from marsad.intake.listings import Listed, ListKind, as_capture, list_kind
from marsad.intake.sources import Fetching, Source
from marsad.model import Capture, Problem

if TYPE_CHECKING:
    from marsad.intake.fetching import Failure, Fetched, Fetcher, Known

AT_ONCE = 16
MAX_DEPTH = 2
MAX_TRIES = 8
LONGEST_WAIT = 86_400.0
NOTHING = Hints()
Expect = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A capture on its way into the ledger; once it is there, `after` is written into the journal. Without a capture there was
    nothing new, and only the journal is told."""

    capture: Capture | None
    hints: Hints = NOTHING
    after: Entry | None = None


class Stopped(Exception):
    """Somebody asked the program to stop."""


class Web:
    """The fetcher for callers that are not asynchronous; `stop` ends what is under way."""

    def __init__(self, fetching: Fetching, stop: threading.Event) -> None:
        self.fetching = fetching
        self.stop = stop
        self.runner = asyncio.Runner()
        self.fetcher: Fetcher | None = None

    def __enter__(self) -> Web:
        self.runner.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.fetcher is not None:
            self.runner.run(self.fetcher.__aexit__(None, None, None))
        self.runner.__exit__(kind, error, trace)

    def fetch(self, wanted: Sequence[tuple[str, Known]]) -> list[Fetched | Failure]:
        """An answer for each address, in order. Raises `Stopped`."""
        return self.runner.run(self.gather(wanted))

    async def gather(self, wanted: Sequence[tuple[str, Known]]) -> list[Fetched | Failure]:
        from marsad.intake.fetching import Fetcher

        if self.fetcher is None:
            self.fetcher = Fetcher(self.fetching)
        fetching = asyncio.gather(*(self.fetcher.fetch(address, known) for address, known in wanted))
        while not fetching.done():
            await asyncio.wait([fetching], timeout=0.1)
            if self.stop.is_set():
                fetching.cancel()
                await asyncio.gather(fetching, return_exceptions=True)
                raise Stopped
        return fetching.result()


def from_files(
    source: Source,
    parser: Parser,
    journal: Journal,
    *,
    follow: bool = False,
    again: bool = False,
    expect: Expect = lambda number: None,
) -> Iterator[Delivery | Problem]:
    """What local files hold. Of lists in files only what they tell themselves; with `follow` their addresses are put down for
    fetching. Files that were read whole and have not changed are passed over unless it is to be done `again`."""
    if source.at == STDIN:
        yield from (i if isinstance(i, Problem) else Delivery(capture=i, hints=hints(source, None)) for i in open_inputs([STDIN]))
        return
    files = list(list_files([source.at]))
    expect(len(files))
    for file in files:
        if isinstance(file, Problem):
            yield file
            continue
        entry = file_entry(file, source)
        known = journal.get(entry.address)
        if known and known.mark == entry.mark and not again:
            continue
        listed: list[Listed] = []
        whole = True
        for item in read_file(file, parser):
            if isinstance(item, Problem):
                whole = False
                yield item
            elif isinstance(item, Listed):
                listed.append(item)
            else:
                yield Delivery(capture=item, hints=hints(source, None))
        if follow:
            put_down(listed, source, journal)
        elif listed:
            told = f"lists {len(listed)} stories of which it holds no words: --follow fetches them"
            yield Problem(stage="intake", code="not_followed", message=told, at=str(file.path))
        if whole and (follow or not listed):
            yield Delivery(capture=None, after=entry)


def file_entry(file: LocalFile, source: Source) -> Entry:
    """A file that was read to its end: it is not opened again until its size or time changes."""
    state = file.path.stat()
    mark = f"{state.st_size}:{state.st_mtime_ns}"
    return Entry(address=f"file:{os.path.realpath(file.path)}", state="done", source=source.title, mark=mark)


def put_down(items: Sequence[Listed], source: Source, journal: Journal) -> int:
    """Write down as pending what is new or has changed; how many those are."""
    new: dict[str, Entry] = {}
    now = time.time()
    for item in items:
        key = key_of(item)
        known = new.get(key) or journal.get(key)
        mark = mark_of(item)
        if known is None:
            new[key] = Entry(address=key, source=source.title, listed=item, mark=mark, since=now)
        elif known.state != "pending" and known.state != "list" and item.changed and known.mark != mark:
            new[key] = dataclasses.replace(known, state="pending", source=source.title, listed=item, mark=mark, tries=0, due=0.0)
    journal.put(new.values())
    return len(new)


def key_of(item: Listed) -> str:
    """The name that an item goes by in the journal: its address, else its id, else a hash of its words."""
    if item.address:
        return canonical(item.address)
    words = item.ident or f"{item.title}\n{item.text}"
    return "item:" + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def mark_of(item: Listed) -> str:
    """A hash of what a list says of an item: it changes when the story was edited."""
    words = "\n".join((item.title or "", item.changed or "", item.text or ""))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def look(source: Source, web: Web, parser: Parser, journal: Journal) -> Iterator[Delivery | Problem]:
    """Fetch a source's list and put down what it lists; an address that is a page is delivered itself."""
    yield from look_at(source, source.list_address(), web, parser, journal, depth=0)


def look_at(
    source: Source, address: str, web: Web, parser: Parser, journal: Journal, *, depth: int
) -> Iterator[Delivery | Problem]:
    from marsad.intake.fetching import Failure

    entry = journal.get(address) or journal.get(canonical(address))
    answer = web.fetch([(address, validators(entry))])[0]
    if isinstance(answer, Failure):
        yield answer.problem
        return
    if answer.unchanged:
        return
    kind = kind_of(source, answer.body)
    if kind is None:
        yield page(source, answer, entry, journal)
        return
    items, problems = parser.listing(kind, answer.body, address, address=answer.address, media_type=answer.media_type)
    yield from problems
    put_down([i for i in items if not i.lists and admitted(i, address)][: source.limit], source, journal)
    inner = [i.address for i in items if i.lists and i.address and admitted(i, address)]
    for further in inner[: source.limit] if depth < MAX_DEPTH else []:
        yield from look_at(source, further, web, parser, journal, depth=depth + 1)
    if not any(p.code in ("no_list", "too_slow", "too_much_memory", "crash") for p in problems):
        journal.put([list_entry(address, source, answer)])


def admitted(item: Listed, address: str) -> bool:
    """Whether an item has anything that can be read; a list that lists itself is not followed."""
    return item.address != address and bool(item.address or item.text)


def kind_of(source: Source, body: bytes) -> ListKind | None:
    """What kind of list an answer is; `None` for a page."""
    if source.kind in ("feed", "sitemap", "reliefweb", "gdelt"):
        return source.kind
    return list_kind(body) if source.kind == "address" else None


def validators(entry: Entry | None) -> Known:
    from marsad.intake.fetching import Known

    return Known(etag=entry.etag, modified=entry.modified) if entry else Known()


def list_entry(address: str, source: Source, answer: Fetched) -> Entry:
    known = answer.known
    return Entry(address=address, state="list", source=source.title, etag=known.etag, modified=known.modified, since=time.time())


def page(source: Source, answer: Fetched, entry: Entry | None, journal: Journal) -> Delivery:
    """A page that is a source itself."""
    key = canonical(answer.asked)
    before = entry or Entry(address=key, source=source.title, since=time.time())
    return Delivery(capture=capture_of(answer), hints=hints(source, None), after=done(before, source, answer))


def hints(source: Source, item: Listed | None) -> Hints:
    return hints_of(item, publisher=source.publisher, language=source.language)


def capture_of(answer: Fetched) -> Capture:
    address = canonical(answer.address)
    return Capture(
        id=hashlib.sha256(answer.body).hexdigest(),
        origin=address,
        body=answer.body,
        url=address,
        fetched=answer.at,
        media_type=answer.media_type,
    )


def done(entry: Entry, source: Source, answer: Fetched | None) -> Entry:
    """The entry of an item that was read: done, or pending until it is to be looked at again."""
    again = source.revisit[entry.visits] if entry.visits < len(source.revisit) and entry.address.startswith("http") else None
    return dataclasses.replace(
        entry,
        state="done" if again is None else "pending",
        due=0.0 if again is None else (entry.since or time.time()) + again,
        visits=entry.visits + 1,
        tries=0,
        etag=answer.known.etag if answer and not answer.unchanged else entry.etag,
        modified=answer.known.modified if answer and not answer.unchanged else entry.modified,
    )


def drain(source: Source, web: Web, journal: Journal, *, expect: Expect = lambda number: None) -> Iterator[Delivery | Problem]:
    """Everything that is pending for a source and due; `expect` is told how many those are."""
    due = list(journal.pending(source.title, time.time()))
    expect(len(due))
    told = [entry for entry in due if entry.visits == 0 and told_itself(entry, source)]
    for entry in told:
        yield as_told(entry, source)
    rest = [entry for entry in due if entry not in told]
    for start in range(0, len(rest), AT_ONCE):
        entries = rest[start : start + AT_ONCE]
        answers = web.fetch([(address_of(entry), validators(entry)) for entry in entries])
        for entry, answer in zip(entries, answers, strict=True):
            yield from outcome(entry, answer, source)


def address_of(entry: Entry) -> str:
    """The address as its list spells it."""
    return entry.listed.address or entry.address if entry.listed else entry.address


def told_itself(entry: Entry, source: Source) -> bool:
    """Whether the list's own words are the story."""
    item = entry.listed
    return item is not None and bool(item.text) and (item.whole or not source.follow or not item.address)


def as_told(entry: Entry, source: Source) -> Delivery:
    """The story in its list's words."""
    assert entry.listed is not None
    after = dataclasses.replace(done(entry, source, None), listed=None)
    return Delivery(capture=as_capture(entry.listed, entry.address), hints=hints(source, entry.listed), after=after)


def outcome(entry: Entry, answer: Fetched | Failure, source: Source) -> Iterator[Delivery | Problem]:
    """What fetching an item came to. Where it can never be had, its list's words are better than nothing."""
    from marsad.intake.fetching import Fetched

    if isinstance(answer, Fetched):
        after = done(entry, source, answer)
        after = after if after.state == "pending" else dataclasses.replace(after, listed=None)
        yield Delivery(capture=None if answer.unchanged else capture_of(answer), hints=hints(source, entry.listed), after=after)
        return
    yield answer.problem
    if answer.later is not None and entry.tries + 1 < MAX_TRIES:
        wait = min(answer.later * 2**entry.tries, LONGEST_WAIT)
        yield Delivery(capture=None, after=dataclasses.replace(entry, tries=entry.tries + 1, due=time.time() + wait))
        return
    failed = dataclasses.replace(entry, state="failed", listed=None)
    words = as_capture(entry.listed, entry.address) if entry.listed and not entry.visits else None
    yield Delivery(capture=words, hints=hints(source, entry.listed), after=failed)


def dry_run(
    source: Source, web: Web, parser: Parser, journal: Journal, *, follow: bool
) -> Iterator[tuple[str, str, str, str] | Problem]:
    """What would be read: its kind, `new`, `changed` or `known`, its size, its name. Lists are fetched, stories are not."""
    if source.kind == "files":
        for file in list_files([source.at]):
            if isinstance(file, Problem):
                yield file
                continue
            entry = file_entry(file, source)
            known = journal.get(entry.address)
            state = "new" if known is None else "known" if known.mark == entry.mark else "changed"
            yield file.kind, state, str(file.size), str(file.path)
            if follow and file.kind in ("feed", "sitemap"):
                put_down([item for item in read_file(file, parser) if isinstance(item, Listed)], source, journal)
    else:
        for item in look(source, web, parser, journal):
            if isinstance(item, Problem):
                yield item
            elif item.capture:
                yield "page", "new", str(len(item.capture.body)), item.capture.origin
    for entry in journal.pending(source.title, time.time()):
        size = str(len(entry.listed.text)) if entry.listed and told_itself(entry, source) and entry.listed.text else "-"
        yield "story", "changed" if entry.visits else "new", size, entry.address
