"""The access board as a picture: a map of the places and a timeline of their states, drawn offline."""

from __future__ import annotations

import datetime as dt
import io
import json
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from marsad.analysis.access import DELIVERY, WIDE, Entry, Interval, Track, openness, worst
from marsad.model import ConfigError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"open": "#0072b2", "partly": "#e69f00", "shut": "#d55e00", "held": "#7f7f7f"}
"""Blue, orange, vermilion: told apart by people who see few colours, and each with a sign of its own."""
SIGNS = {"open": "o", "partly": "D", "shut": "X", "held": "s"}
WORDS = {"open": "open", "partly": "in part", "shut": "shut or besieged", "held": "held (by whom: below)"}
HATCHES = {"partly": "////", "shut": "xxxx"}
FONTS = ["DejaVu Sans"]
MOST_TRACKS = 60
MOST_NAMED = 12
LETTER = 0.0062
"""Width of a letter of the labels, as a share of the timeline's."""
FEWEST_DEGREES = 6.0
FEWEST_LETTERS = 6
HEIGHT = 0.74


def picture(
    entries: Sequence[Entry], tracks: Sequence[Track], *, at: str, form: Literal["png", "svg"] = "png", since: str | None = None
) -> bytes:
    """Map and timeline in one picture, the same bytes each time. Raises `ConfigError` where matplotlib is not installed."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ConfigError("a picture of the board needs matplotlib: pip install 'marsad[analysis]'") from error
    shown = chosen(tracks, at, since)
    rows = max(sum(weight(t, first_day(tracks, at, since), at) for t in shown), 1)
    with matplotlib.rc_context({"font.family": FONTS, "svg.hashsalt": "marsad", "svg.fonttype": "none", "hatch.linewidth": 0.6}):
        figure = Figure(figsize=(11, 5.2 + 0.32 * rows + 0.8), layout="constrained")
        upper, lower = figure.subplots(2, 1, gridspec_kw={"height_ratios": [5.2, 0.32 * rows + 0.8]})
        draw_map(upper, entries, at)
        draw_timeline(lower, shown, at, since)
        out = io.BytesIO()
        figure.savefig(out, format=form, dpi=130, metadata={"Date": None} if form == "svg" else {"Software": None})
    return out.getvalue()


def chosen(tracks: Sequence[Track], at: str, since: str | None) -> Sequence[Track]:
    """The tracks that have something to show up to the day; the newest where there are too many."""
    start = first_day(tracks, at, since)
    alive = [t for t in tracks if any(span(i, start, at) for i in t.intervals)]
    newest = sorted(alive, key=lambda t: max(i.since or "" for i in t.intervals), reverse=True)[:MOST_TRACKS]
    return [t for t in alive if t in newest]


def first_day(tracks: Iterable[Track], at: str, since: str | None) -> str:
    """Where the timeline begins: where it was asked for, else two years before its end, later where nothing is told so early."""
    if since is not None:
        return since
    early = min((i.since for t in tracks for i in t.intervals if i.since and i.since <= at), default=at)
    two_years = (dt.date.fromisoformat(at) - dt.timedelta(days=730)).isoformat()
    return max(early, two_years)


def span(interval: Interval, start: str, end: str) -> tuple[str, str] | None:
    """The part of an interval that lies in the timeline; `None` where none does."""
    first, last = interval.since or start, interval.until or end
    return (max(first, start), min(last, end)) if first <= end and last >= start else None


def draw_map(axes: Axes, entries: Sequence[Entry], at: str) -> None:
    axes.set_title(f"Access on {at}", loc="left", fontweight="bold")
    points = [(e, e.place.longitude, e.place.latitude) for e in entries if e.place.precision != WIDE]
    known = [(e, x, y) for e, x, y in points if x is not None and y is not None]
    nowhere = pointless(entries, [e for e, _, _ in known])
    if not known:
        axes.text(0.5, 0.5, f"no place with a known point\n{nowhere}", ha="center", transform=axes.transAxes)
        axes.set_axis_off()
        return
    west, south, east, north = frame([(x, y) for _, x, y in known])
    for line in outline():
        if any(west <= x <= east and south <= y <= north for x, y in line):
            axes.plot([x for x, _ in line], [y for _, y in line], color="#999999", linewidth=0.7, zorder=1)
    for word in ("held", "open", "partly", "shut"):  # what shuts a place lies on top
        colour = COLOURS[word]
        of = [(x, y) for e, x, y in known if worst(e) == word]
        if of:
            axes.scatter(
                [x for x, _ in of],
                [y for _, y in of],
                marker=SIGNS[word],
                color=colour,
                s=70,
                label=WORDS[word],
                zorder=3,
                edgecolors="white",
                linewidths=0.8,
            )
    for entry, x, y in spaced(known, (north - south) / 28):
        doubt = " ?" if any(s.disputed_by or s.against or s.disputed for s in entry.standings) else ""
        near_edge = x > west + 0.8 * (east - west)
        axes.annotate(
            plain(entry.place.name) + doubt,
            (x, y),
            xytext=(-6 if near_edge else 6, 3),
            ha="right" if near_edge else "left",
            textcoords="offset points",
            fontsize=8,
            zorder=4,
        )
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / max(0.2, cosine((south + north) / 2)))
    axes.set_facecolor("#f7f7f5")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=len(COLOURS), fontsize=8, frameon=False)
    if nowhere:
        box = {"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 3}
        axes.text(0.006, 0.014, nowhere, fontsize=7.5, va="bottom", transform=axes.transAxes, zorder=5, bbox=box)


def pointless(entries: Sequence[Entry], known: Sequence[Entry]) -> str:
    """The places that have no point, being known to a region or country only, in words; empty where there are none."""
    names = list(dict.fromkeys(f"{plain(e.place.name)}: {WORDS[worst(e)].split(' (')[0]}" for e in entries if e not in known))
    if not names:
        return ""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return textwrap.fill(f"No point on the map: {', '.join(names[:MOST_NAMED])}{more}", 100)


def spaced(known: Sequence[tuple[Entry, float, float]], least: float) -> list[tuple[Entry, float, float]]:
    """The places to be named: of those that lie on top of each other, the first; shut ones before the others."""
    named: list[tuple[Entry, float, float]] = []
    rank = list(SIGNS)[::-1]
    for entry, x, y in sorted(known, key=lambda k: (rank.index("shut") != rank.index(worst(k[0])), k[0].place.name)):
        if all(abs(y - b) > least or abs(x - a) > 4 * least for _, a, b in named):
            named.append((entry, x, y))
    return named


def frame(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """A box around points with a margin, wide enough to show where on earth that is: west, south, east, north."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    width = max(max(xs) - min(xs), FEWEST_DEGREES * 1.8) * 1.25
    height = max(max(ys) - min(ys), FEWEST_DEGREES) * 1.3
    width, height = max(width, height * 1.9), max(height, width / 2.6)
    x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return x - width / 2, max(-89.0, y - height / 2), x + width / 2, min(89.0, y + height / 2)


def cosine(degrees: float) -> float:
    import math

    return math.cos(math.radians(degrees))


def draw_timeline(axes: Axes, tracks: Sequence[Track], at: str, since: str | None) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    start = first_day(tracks, at, since)
    axes.set_title(f"{start} to {at}", loc="left", fontweight="bold")
    legend = "crossed: shut · striped: in part · dashed, ?: disputed or undated · thin: not told since"
    axes.set_title(legend, loc="right", fontsize=8)
    top, middles = 0.0, []
    for track in reversed(tracks):
        height = weight(track, start, at)
        middles.append(top + height / 2)
        draw_track(axes, middles[-1], height - 1 + HEIGHT, track, start, at)
        top += height
    axes.set_yticks(middles, [label(t) for t in reversed(tracks)], fontsize=8)
    axes.set_ylim(-0.1, max(top, 1) + 0.1)
    axes.set_xlim(number(start), number(at) + 1)
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def weight(track: Track, start: str, at: str) -> float:
    """The height of a track's row: higher where several states hold at the same time."""
    lanes = lanes_of([within for interval in track.intervals if (within := span(interval, start, at))])
    return 1.0 if track.subject == DELIVERY else 1 + 0.45 * max(lanes, default=0)


def draw_track(axes: Axes, middle: float, room: float, track: Track, start: str, at: str) -> None:
    """The states of one subject at one place. Those that hold at the same time lie above each other in lanes."""
    drawn = [(interval, within) for interval in track.intervals if (within := span(interval, start, at))]
    if track.subject == DELIVERY:
        for interval, within in drawn:
            sign, colour = ("P", COLOURS["open"]) if interval.state == "delivered" else ("X", COLOURS["shut"])
            axes.plot([number(within[0])], [middle], marker=sign, color=colour, markersize=8, linestyle="none")
        return
    lanes = lanes_of([within for _, within in drawn])
    height = room / (max(lanes, default=0) + 1)
    days = max(number(at) - number(start), 1)
    for (interval, within), lane in zip(drawn, lanes, strict=True):
        level = middle + room / 2 - height * (lane + 0.5)
        draw_bar(axes, level, height, track, interval, within)
        later = [number(w[0]) for (_, w), other in zip(drawn, lanes, strict=True) if other == lane and w[0] > within[0]]
        free = min([*later, number(at)]) - number(within[0])
        words = worded(track, interval)
        fitting = int(free / days / LETTER)
        if fitting >= min(len(words), FEWEST_LETTERS):
            box = {"facecolor": "white", "alpha": 0.75, "pad": 0.8, "linewidth": 0}
            text = words if len(words) <= fitting else words[: fitting - 1].rstrip(" :,") + "…"
            left = number(within[0]) + 0.003 * days
            axes.text(left, level, text, va="center", ha="left", fontsize=min(7, 14 * height), clip_on=True, bbox=box)


def lanes_of(spans: Sequence[tuple[str, str]]) -> list[int]:
    """For each span the lowest lane in which none before it still goes on.

    >>> lanes_of([("2026-01-01", "2026-03-01"), ("2026-02-01", "2026-04-01"), ("2026-03-01", "2026-04-01")])
    [0, 1, 0]
    """
    ends: list[str] = []
    lanes = []
    for first, last in spans:
        lane = next((n for n, end in enumerate(ends) if end <= first), len(ends))
        ends[lane : lane + 1] = [max(last, first)]
        lanes.append(lane)
    return lanes


def draw_bar(axes: Axes, level: float, height: float, track: Track, interval: Interval, within: tuple[str, str]) -> None:
    """A bar for a state, hatched by how open it is; dashed where it is disputed or its beginning only assumed, and thin from
    the day on which it was last told."""
    first, last = number(within[0]), number(within[1])
    told = min(max(number(interval.told), first), last) if interval.told else last
    word = openness(track.subject, interval.state)
    doubtful = interval.disputed or interval.assumed
    for left, right, thickness in ((first, max(told, min(first + 0.6, last)), 0.95), (told, last, 0.4)):
        if right > left or (left == first == right and thickness > 0.5):
            axes.barh(
                level,
                max(right - left, 0.6),
                left=left,
                height=height * thickness,
                color=COLOURS[word] + ("88" if doubtful else "dd"),
                hatch=HATCHES.get(word),
                edgecolor="white" if not doubtful else "#222222",
                linestyle="--" if doubtful else "-",
                linewidth=0.7,
            )


def worded(track: Track, interval: Interval) -> str:
    """A state in words, with who holds the place."""
    who = f": {', '.join(interval.who)}" if track.subject == "territory" and interval.who else ""
    return plain(f"{interval.state.replace('_', ' ')}{who}") + (" ?" if interval.disputed else "")


def label(track: Track) -> str:
    return f"{plain(track.place.name)} · {track.subject.replace('_', ' ')}"


def plain(words: str) -> str:
    """Words that the drawing library takes as they are: no mark-up, no control characters."""
    return "".join(c if c.isprintable() else " " for c in words).replace("$", "\\$")[:60]


def number(day: str) -> float:
    """A day as the drawing library counts them."""
    return float((dt.date.fromisoformat(day[:10]) - dt.date(1970, 1, 1)).days)


@cache
def outline() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Coasts and borders as lines of longitude and latitude. The borders are Natural Earth's and no statement of ours."""
    lines: list[list[int]] = json.loads(files("marsad.analysis").joinpath("access_outline.json").read_text("utf-8"))["lines"]
    return tuple(tuple(steps(line)) for line in lines)


def steps(line: Sequence[int]) -> Iterable[tuple[float, float]]:
    x = y = 0
    for dx, dy in zip(line[::2], line[1::2], strict=True):
        x, y = x + dx, y + dy
        yield x / 100, y / 100
