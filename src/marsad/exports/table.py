"""Tables for the screen, at most 100 columns wide: events, then statistics, conditions, and one line that sums up."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from marsad.exports import wording
from marsad.ledger.findings import Findings
from marsad.model import Anchor, Claim, Condition, Event, Report, Speaker, Statistic

WIDTH = 100
MARK = "†"
SHORTEST = 8


def plain(found: Findings) -> str:
    """The tables as plain text, 100 columns wide."""
    console = Console(file=io.StringIO(), width=WIDTH, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(render(found))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in str(text).splitlines()) + "\n"


def render(found: Findings, *, notes: Sequence[str] = (), anchors: bool = False) -> RenderableType:
    """What to print: only the tables that have rows, `notes` on the statistics, and a summary line.

    With `anchors`, what relative dates were read against in reports that have no date of publication. Claims are shown where
    there is nothing that they were joined into.
    """
    folds: list[Event | Statistic | Condition] = [*found.events, *found.statistics, *found.conditions]
    short = shorten(item.id for item in folds or found.claims)
    parts: list[RenderableType] = [] if folds or not found.claims else [claim_table(found.claims, short)]
    if found.events:
        parts.append(event_table(found.events, short))
    if found.statistics:
        parts.append(statistic_table(found.statistics, short))
        parts += [Text(f"! {note}", style="yellow") for note in notes]
    if found.conditions:
        parts.append(condition_table(found.conditions, short))
    if any(e.disputed for e in found.events):
        parts.append(Text(f"{MARK} sources differ: `marsad show ID` sets them side by side", style="dim"))
    if anchors and found.claims:
        parts += [Text(line, style="dim") for line in anchor_lines(found.reports)]
    parts.append(Text(sum_up(found)))
    return Group(*parts)


def anchor_lines(reports: Sequence[Report]) -> list[str]:
    """One line for each way in which reports without a date of publication were dated, with the first reports of each."""
    found: dict[str, list[str]] = {}
    for report in reports:
        if report.anchor.basis in ("inferred", "none"):
            found.setdefault(dated(report.anchor), []).append(wording.printable(report.origin, limit=40))
    return [f"{how}: {several(sorted(names))}" for how, names in sorted(found.items())]


def dated(anchor: Anchor) -> str:
    """What relative dates were read against, in words."""
    if anchor.date is None:
        return "no date of publication (give one with --published), so that relative dates stay open"
    day = {"year": anchor.date[:4], "month": anchor.date[:7]}.get(anchor.precision, anchor.date)
    grounds = f", from: {wording.printable(anchor.because, limit=80)}" if anchor.because else ""
    return f"relative dates read against {day} (inferred{grounds})"


def sum_up(found: Findings) -> str:
    """One line: how many of each, out of how many reports, and how many copies and problems."""
    copies = sum(r.copy_of is not None for r in found.reports)
    source = wording.plural(len(found.reports), "report") + (f" ({wording.plural(copies, 'copy')})" if copies else "")
    counts = [(found.events, "event"), (found.statistics, "statistic"), (found.conditions, "condition")]
    some = [wording.plural(len(items), noun) for items, noun in counts if items]
    if not some and found.claims:
        some = [wording.plural(len(found.claims), "claim") + " (none joined)"]
    body = f"{', '.join(some)} in {source}" if some else f"no event, statistic or condition found in {source}"
    tail = f"; {wording.plural(len(found.problems), 'problem')}" if found.problems else ""
    return f"{body}{tail}."


def event_table(events: Sequence[Event], short: dict[str, str]) -> Table:
    table = frame("Events", {"date": -11, "type": 15, "where": 16, "who → whom": 18, "killed": 0, "sources": 15, "id": 0})
    for event in events:
        table.add_row(
            marked(wording.days(event.date_first, event.date_last), "when" in event.disputed or "date" in event.disputed),
            marked(event.sub_event_type.replace("/", "/ "), bool({"event_type", "sub_event_type"} & set(event.disputed))),
            marked(wording.place(event.place), bool({"where", "place"} & set(event.disputed))),
            marked(sides(event), bool({"who", "whom"} & set(event.disputed))),
            marked(wording.toll(event.killed), "killed" in event.disputed),
            Text(several([wording.printable(s, limit=40) for s in event.sources], most=2)),
            Text(short[event.id], style="cyan"),
            style="dim" if event.background else None,
        )
    return table


def statistic_table(items: Sequence[Statistic], short: dict[str, str]) -> Table:
    columns = {"period": -11, "measure": -10, "figure": 0, "about": 24, "where": 16, "according to": 18, "id": 0}
    table = frame("Statistics (figures over many incidents or a period; never added to events)", columns)
    for item in items:
        about = [item.sub_event_type or item.event_type or "", arrow(wording.actors(item.who), wording.actors(item.whom))]
        table.add_row(
            Text(wording.days(item.first, item.last)),
            Text(item.measure.replace("_", " ")),
            Text(wording.bounds(item.low, item.high)),
            Text("; ".join(a for a in about if a)),
            Text(wording.place(item.place)),
            Text(voices(item.according_to)),
            Text(short[item.id], style="cyan"),
        )
    return table


def condition_table(items: Sequence[Condition], short: dict[str, str]) -> Table:
    columns = {"since": -11, "what": 16, "where": 18, "who": 16, "according to": 16, "disputed by": 12, "id": 0}
    table = frame("Conditions (how things stand)", columns)
    for item in items:
        since = wording.since(item.since, item.precision)
        table.add_row(
            Text(f"until {item.until}" if item.until and not item.since else f"{since} to {item.until}" if item.until else since),
            Text(f"{item.subject.replace('_', ' ')}: {item.state.replace('_', ' ')}", style="red" if item.disputed_by else ""),
            Text(wording.place(item.place)),
            Text(wording.actors(item.who)),
            Text(voices(item.according_to)),
            Text(", ".join(wording.printable(s.name) for s in item.disputed_by), style="red"),
            Text(short[item.id], style="cyan"),
        )
    return table


def claim_table(items: Sequence[Claim], short: dict[str, str]) -> Table:
    columns = {"when": -11, "what": 20, "where": 16, "who → whom": 18, "counts": 12, "said by": 15, "id": 0}
    table = frame("Claims", columns)
    for item in items:
        status = item.status if item.status not in ("happened", "ongoing") else ""
        stance = item.stance if item.stance != "asserts" else ""
        table.add_row(
            Text(wording.days(item.when.first, item.when.last)),
            Text("; ".join(w for w in (told(item), status, stance) if w)),
            Text(wording.place(item.where[0]) if item.where else ""),
            Text(arrow(wording.actors(item.who), wording.actors(item.whom))),
            Text(", ".join(f"{c.effect} {wording.bounds(c.low, c.high)}".strip() for c in item.counts)),
            Text(voices(item.according_to)),
            Text(short[item.id], style="cyan"),
            style="dim" if item.background else None,
        )
    return table


def told(claim: Claim) -> str:
    """What a claim is about: its sub-event type, its state, or its figure."""
    if claim.condition:
        return f"{claim.condition.subject}: {claim.condition.state}".replace("_", " ")
    if claim.value:
        return f"{claim.measure or 'figure'} {wording.bounds(claim.value.low, claim.value.high)}".replace("_", " ")
    return (claim.sub_event_type or claim.event_type or claim.scope).replace("/", "/ ")


def frame(title: str, columns: Mapping[str, int]) -> Table:
    """An empty table in the house style.

    A column's number is its share of the width; below 0 so many characters; 0 as wide as its longest cell.
    """
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, expand=True)
    table.pad_edge, table.padding = False, (0, 1, 0, 0)
    for name, share in columns.items():
        table.add_column(
            name, ratio=max(share, 0) or None, width=-share if share < 0 else None, no_wrap=not share, overflow="fold"
        )
    return table


def marked(words: str, disputed: bool) -> Text:
    """Words with the mark of a dispute."""
    return Text(f"{words}{MARK}", style="red") if disputed else Text(words)


def sides(event: Event) -> str:
    return arrow(wording.actors(event.who), wording.actors(event.whom))


def arrow(who: str, whom: str) -> str:
    """`who → whom`; a question mark stands for a side that nobody names, nothing where neither is."""
    return f"{who or '?'} → {whom}" if whom else who


def voices(group: Sequence[Speaker]) -> str:
    return several([wording.printable(s.name) for s in group]) or "the report"


def several(words: Sequence[str], most: int = 3) -> str:
    """The first few, and how many more there are."""
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" +{rest}" if rest > 0 else "")


def shorten(ids: Iterable[str]) -> dict[str, str]:
    """Each id's shortest prefix, of at least eight characters, that no other id shares.

    >>> shorten(["evt-1111222233334444", "evt-1111999933334444"])
    {'evt-1111222233334444': 'evt-11112', 'evt-1111999933334444': 'evt-11119'}
    """
    every = sorted(set(ids))
    short: dict[str, str] = {}
    for index, name in enumerate(every):
        length = SHORTEST
        for other in every[max(0, index - 1) : index] + every[index + 1 : index + 2]:
            while length < len(name) and other.startswith(name[:length]):
                length += 1
        short[name] = name[:length]
    return short
