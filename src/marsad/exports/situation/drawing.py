"""Charts and maps as SVG, drawn without any library and the same bytes each time; every mark can lead to what it stands for.

Text is placed for readers of both directions: `rtl` drawings run from right to left, and each label is isolated from the others.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from marsad.exports.situation.words import Tongue

FONTS = "Vazirmatn, 'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, sans-serif"
WIDTH = 760.0
INK, FAINT, LAND, HOME, BAR = "#1f2933", "#6b7682", "#e9ecef", "#ffffff", "#b5432a"
ISOLATE = {"ltr": "\u2066", "rtl": "\u2067"}
END = "\u2069"
Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something on a map: where, how large (pixels), which colour and shape, what it leads to, what is written beside it."""

    at: Point
    size: float
    colour: str
    link: str
    title: str
    label: str = ""
    shape: str = "circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its label, its best figure with the range, a second figure under it, and what it leads to."""

    label: str
    low: int
    best: int
    high: int | None
    under: str = ""
    link: str = ""


def picture(width: float, height: float, body: Iterable[str], alt: str) -> str:
    """A whole drawing."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="img" direction="ltr" font-family="{html.escape(FONTS)}" font-size="11" fill="{INK}">'
        f"<title>{html.escape(alt)}</title>{''.join(body)}</svg>"
    )


def text(x: float, y: float, words: str, tongue: Tongue, *, anchor: str = "start", size: float = 11, more: str = "") -> str:
    """Words at a point, isolated; `anchor` is as SVG has it, counted from the left."""
    held = f"{ISOLATE[tongue.direction]}{words}{END}"
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}"{more}>{html.escape(held)}</text>'


def leading(link: str, body: str) -> str:
    """A mark that leads to an anchor."""
    return f'<a href="#{html.escape(link)}">{body}</a>' if link else body


# ---------------------------------------------------------------------------------------------------------------- charts


def over_time(bars: Sequence[Bar], tongue: Tongue, alt: str) -> str:
    """Bars side by side with their ranges, the second figure in a row under them; from right to left where one reads so."""
    height, left, right, top, bottom = 250.0, 46.0, 12.0, 14.0, 48.0
    inner = WIDTH - left - right
    most = ceiling(max((max(b.best, b.high or b.low) for b in bars), default=1))
    scale = (height - top - bottom) / most
    base = height - bottom
    slot = inner / max(len(bars), 1)
    flipped = tongue.direction == "rtl"

    def at(number: float) -> float:
        x = left + (number + 0.5) * slot
        return WIDTH - x if flipped else x

    body = list(grid(most, base, scale, tongue, left, right))
    every = max(1, math.ceil(len(bars) * 52 / inner))
    counted = max(1, math.ceil(len(bars) * 24 / inner))
    for number, bar in enumerate(bars):
        x, wide = at(number), max(1.0, slot * 0.68)
        tall = bar.best * scale
        mark = f'<rect x="{x - wide / 2:.1f}" y="{base - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{BAR}"/>'
        body.append(leading(bar.link, mark + whisker(x, bar, base, scale)) if bar.best or bar.high else "")
        if number % every == 0:
            body.append(text(x, base + 31, bar.label, tongue, anchor="middle", size=10, more=f' fill="{FAINT}"'))
        if number % counted == 0 and bar.under:
            body.append(text(x, base + 14, bar.under, tongue, anchor="middle", size=10))
    return picture(WIDTH, height, body, alt)


def whisker(x: float, bar: Bar, base: float, scale: float) -> str:
    """The range of a bar; an arrow's head where it is open above."""
    if bar.high == bar.low == bar.best:
        return ""
    high = bar.best if bar.high is None else bar.high
    low_y, high_y = base - bar.low * scale, base - high * scale
    line = f'<path d="M{x:.1f} {low_y:.1f}V{high_y - (6 if bar.high is None else 0):.1f}" stroke="{INK}" stroke-width="1.2"/>'
    if bar.high is None:
        return line + f'<path d="M{x - 3:.1f} {high_y - 4:.1f}l3 -5l3 5" fill="none" stroke="{INK}" stroke-width="1.2"/>'
    return line


def grid(most: int, base: float, scale: float, tongue: Tongue, left: float, right: float) -> Iterator[str]:
    """Lines across with their numbers at the side where one begins to read."""
    flipped = tongue.direction == "rtl"
    first, last = (right, WIDTH - left) if flipped else (left, WIDTH - right)
    for step in range(5):
        value = most * step / 4
        if value != int(value):
            continue
        y = base - value * scale
        yield f'<path d="M{first:g} {y:.1f}H{last:g}" stroke="{"#9aa5b1" if step == 0 else "#e4e7eb"}"/>'
        x, anchor = (WIDTH - left + 6, "start") if flipped else (left - 6, "end")
        yield text(x, y + 4, tongue.number(int(value)), tongue, anchor=anchor, size=10, more=f' fill="{FAINT}"')


def across(bars: Sequence[Bar], tongue: Tongue, alt: str) -> str:
    """Bars below each other, labels at the side where one begins to read, figures at the bars' ends."""
    row, side, room = 24.0, 210.0, 120.0
    height = row * max(len(bars), 1) + 8
    most = max((max(b.best, b.high or b.low) for b in bars), default=1) or 1
    scale = (WIDTH - side - room) / most
    flipped = tongue.direction == "rtl"
    body = []
    for number, bar in enumerate(bars):
        y = number * row + row / 2 + 4
        wide = bar.best * scale
        x = WIDTH - side - wide if flipped else side
        ends = [side + v * scale for v in (bar.low, bar.best if bar.high is None else bar.high)]
        first, last = (WIDTH - ends[0], WIDTH - ends[1]) if flipped else ends
        mark = f'<rect x="{x:.1f}" y="{y - 7:.1f}" width="{wide:.1f}" height="14" fill="{BAR}"/>'
        if abs(last - first) > 0.5:
            mark += f'<path d="M{first:.1f} {y:.1f}H{last:.1f}" stroke="{INK}" stroke-width="1.2"/>'
        body.append(leading(bar.link, mark))
        name, figure = (WIDTH - side + 8, last - 8) if flipped else (side - 8, last + 8)
        far = min(figure, x - 8) if flipped else max(figure, side + wide + 8)
        body.append(text(name, y + 4, bar.label[:34], tongue, anchor="start" if flipped else "end"))
        body.append(text(far, y + 4, bar.under, tongue, anchor="end" if flipped else "start", size=10.5))
    return picture(WIDTH, height, body, alt)


def ceiling(value: int) -> int:
    """A round number at or above a value, that four steps go into.

    >>> ceiling(0), ceiling(7), ceiling(241)
    (4, 8, 400)
    """
    for size in (4, 8, 12, 20):
        if value <= size:
            return size
    unit = 10 ** (len(str(value)) - 1)
    return next(int(unit * m) for m in (1, 2, 4, 6, 8, 10) if unit * m >= value)


# ------------------------------------------------------------------------------------------------------------------ maps


def atlas(
    marks: Sequence[Mark],
    legend: Sequence[tuple[str, str, str]],
    tongue: Tongue,
    alt: str,
    *,
    home: str,
    borders: Sequence[Sequence[Point]] = (),
    close: bool = False,
) -> str:
    """A map of a country (`home`, its ISO alpha-2 code) with its regions, the borders around it, and marks.

    `legend` has colour, shape and words. `close` frames the marks alone. Larger marks lie under smaller ones.
    """
    rings = regions().get(home, ())
    west, south, east, north = framed(marks, rings, close)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shrink)
    height = (north - south) * scale

    def place(point: Point) -> Point:
        return (point[0] - west) * shrink * scale, (north - point[1]) * scale

    shown = [r for r in rings if touches(r, (west, south, east, north))]
    body = [f'<rect width="{WIDTH:g}" height="{height:.1f}" fill="{LAND}"/>']
    body += [f'<path d="{path(map(place, r), closed=True)}" fill="{HOME}" stroke="#c9ced6" stroke-width=".7"/>' for r in shown]
    lines = [b for b in borders if touches(b, (west, south, east, north))]
    body += [f'<path d="{path(map(place, b))}" fill="none" stroke="#8f98a3" stroke-width=".9"/>' for b in lines]
    ordered = sorted(marks, key=lambda m: -m.size)
    body += [leading(m.link, shape(m.shape, place(m.at), m.size, m.colour, m.title)) for m in ordered]
    body += labels(ordered, place, height, tongue)
    inside = [f'<clipPath id="frame"><rect width="{WIDTH:g}" height="{height:.1f}"/></clipPath><g clip-path="url(#frame)">']
    return picture(WIDTH, height + 30, [*inside, *body, "</g>", *legend_of(legend, height, tongue)], alt)


def framed(marks: Sequence[Mark], rings: Sequence[Sequence[Point]], close: bool) -> Box:
    """What a map shows: the country, or around the marks alone where that is asked for or the country is too wide."""
    points = [p for r in rings for p in r] if rings and not close else []
    box = box_of(points) if points else (0.0, 0.0, 0.0, 0.0)
    if points and sum(box[0] <= m.at[0] <= box[2] and box[1] <= m.at[1] <= box[3] for m in marks) * 2 < len(marks):
        points += [m.at for m in marks]
    wide = points and max(x for x, _ in points) - min(x for x, _ in points) > 90
    if not points or wide:
        points = [m.at for m in marks] or points or [(0.0, 0.0)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    middle = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    shrink = max(0.2, math.cos(math.radians(middle[1])))
    width, height = max(max(xs) - min(xs), 1.5) * 1.08 * shrink, max(max(ys) - min(ys), 1.0) * 1.08
    width, height = max(width, height * 1.35), max(height, width * 0.5)
    half = width / shrink / 2
    return middle[0] - half, max(-89.0, middle[1] - height / 2), middle[0] + half, min(89.0, middle[1] + height / 2)


def box_of(points: Sequence[Point]) -> Box:
    """West, south, east, north of some points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def touches(line: Sequence[Point], box: Box) -> bool:
    """Whether a line's own box and a box overlap."""
    xs, ys = [x for x, _ in line], [y for _, y in line]
    return bool(line) and min(xs) <= box[2] and max(xs) >= box[0] and min(ys) <= box[3] and max(ys) >= box[1]


def path(points: Iterable[Point], *, closed: bool = False) -> str:
    """Points as the data of an SVG path."""
    found = [f"{x:.1f} {y:.1f}" for x, y in points]
    return f"M{'L'.join(found)}{'Z' if closed else ''}"


def shape(name: str, at: Point, size: float, colour: str, title: str = "") -> str:
    """A circle, square, diamond or cross at a point, with what is said of it on hover."""
    x, y = at
    told = f"<title>{html.escape(title)}</title>" if title else ""
    look = f'fill="{colour}" fill-opacity=".72" stroke="#fff" stroke-width="1"'
    if name == "square":
        return f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size:.1f}" height="{2 * size:.1f}" {look}>{told}</rect>'
    if name == "diamond":
        wide, tall = size * 1.2, size * 1.3
        data = f"M{x:.1f} {y - tall:.1f}L{x + wide:.1f} {y:.1f}L{x:.1f} {y + tall:.1f}L{x - wide:.1f} {y:.1f}Z"
        return f'<path d="{data}" {look}>{told}</path>'
    if name == "cross":
        s = size
        data = f"M{x - s:.1f} {y - s:.1f}L{x + s:.1f} {y + s:.1f}M{x + s:.1f} {y - s:.1f}L{x - s:.1f} {y + s:.1f}"
        drawn = f'<path d="{data}" stroke="{colour}" stroke-width="3.2">{told}</path>'
        return f'<path d="{data}" stroke="#fff" stroke-width="5"/>{drawn}'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" {look}>{told}</circle>'


def labels(marks: Sequence[Mark], place: Callable[[Point], Point], height: float, tongue: Tongue) -> Iterator[str]:
    """Names beside marks, the largest first, none over another."""
    taken: list[Box] = []
    for mark in marks:
        if not mark.label:
            continue
        x, y = place(mark.at)
        wide = 6.1 * len(mark.label[:32]) + 4
        left = x + mark.size + wide > WIDTH - 4
        start = x - mark.size - 3 - wide if left else x + mark.size + 3
        box = (start, y - 7, start + wide, y + 6)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken) or not 8 < y < height - 4:
            continue
        taken.append(box)
        halo = ' paint-order="stroke" stroke="#fff" stroke-width="3" stroke-linejoin="round"'
        yield text(start + wide if left else start, y + 4, mark.label[:32], tongue, anchor="end" if left else "start", more=halo)


def legend_of(items: Sequence[tuple[str, str, str]], height: float, tongue: Tongue) -> Iterator[str]:
    """Colours and shapes with their words, in a row under the map."""
    flipped = tongue.direction == "rtl"
    x = 12.0
    for colour, name, words in items:
        at = WIDTH - x if flipped else x
        yield shape(name, (at, height + 17), 5, colour)
        yield text(at - 10 if flipped else at + 10, height + 21, words, tongue, anchor="end" if flipped else "start", size=10.5)
        x += 30 + 5.7 * len(words)


@cache
def regions() -> Mapping[str, tuple[tuple[Point, ...], ...]]:
    """The rings of each country's first-level regions by its ISO alpha-2 code (Natural Earth; `tools/report_regions.py`)."""
    table: dict[str, list[list[int]]] = json.loads(
        resources.files("marsad.exports.situation").joinpath("regions.json").read_text("utf-8")
    )
    return {code: tuple(tuple(summed(ring)) for ring in rings) for code, rings in table.items()}


def summed(line: Sequence[int]) -> Iterator[Point]:
    x = y = 0
    for dx, dy in zip(line[::2], line[1::2], strict=True):
        x, y = x + dx, y + dy
        yield x / 100, y / 100
