"""A piece of a page → title, text and what its headers say. Repeats are kept once, furniture is taken away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from marsad.intake.clean import fold
from marsad.intake.headers import Header, read_dateline
from marsad.intake.overlap import coverage, vocabulary
from marsad.intake.paragraphs import BULLET, Paragraph
from marsad.intake.splitting import Piece

SUMMARY_BULLETS = 8
COVERED = 0.6
LONG = 8
MOST_HOLDERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A story before it is a report. `lines` are its paragraphs; `footer` its page's copyright line, where there is one."""

    title: str | None
    lines: tuple[str, ...]
    headers: tuple[Header, ...] = ()
    footer: str | None = None


def assemble(pieces: Sequence[Piece], *, titled: bool = False) -> list[Draft]:
    """The stories of a page, each once: one that an earlier one holds already is merged into it.

    `titled`: the first piece stands right below a title that is not among its lines.
    """
    drafts: list[Draft] = []
    holders: dict[str, list[int]] = {}
    footer = _page_footer(pieces)
    for n, piece in enumerate(pieces):
        draft = _draft(piece, footer, titled=titled and n == 0)
        twin = _twin(draft, holders)
        if twin is not None:
            drafts[twin] = _merged(drafts[twin], draft)
        elif draft.lines or draft.title:
            lines = _without_repeats(draft.lines, drafts, holders)
            _hold(lines, len(drafts), holders)
            drafts.append(replace(draft, lines=lines))
    return drafts


def _hold(lines: Sequence[str], number: int, holders: dict[str, list[int]]) -> None:
    """Note which stories have which lines; of a line that very many have, the first ones are enough."""
    for key in dict.fromkeys(fold(line) for line in lines):
        known = holders.setdefault(key, [])
        if len(known) < MOST_HOLDERS:
            known.append(number)


def _page_footer(pieces: Sequence[Piece]) -> str | None:
    found = [p.text for piece in pieces for p in (*piece.head, *piece.core, *piece.tail) if p.kind == "footer"]
    return found[-1] if found else None


def _draft(piece: Piece, page_footer: str | None, *, titled: bool) -> Draft:
    head, tail = _visible(piece.head), _visible(piece.tail)
    core = _visible(piece.core)
    words = vocabulary(p.text for p in core if p.running or p.kind == "headline")
    title, named = _title(head, tail, words)
    kept = [
        *_kept_head(head, title=title, named=named, summaries=_summaries(head, named, core, titled=titled), words=words),
        *(p.text for p in core if not title or fold(p.text) != fold(title)),
        *_kept_tail(tail, title=title, words=words),
    ]
    own = [p.text for p in (*piece.core, *piece.tail) if p.kind == "footer"]
    headers = tuple(p.header for p in (*head, *tail) if p.header)
    return Draft(title=title, lines=_once(kept), headers=headers, footer=own[-1] if own else page_footer)


def _visible(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Without furniture, separators, copyright lines and the lists of links under their headings."""
    kept: list[Paragraph] = []
    linking = False
    for p in paragraphs:
        if p.kind == "links":
            linking = True
        elif p.running or p.kind in ("separator", "header"):
            linking = False
        if p.kind in ("links", "furniture", "separator", "footer") or (linking and p.kind in ("headline", "bullet")):
            continue
        kept.append(p)
    return kept


def _title(head: Sequence[Paragraph], tail: Sequence[Paragraph], words: frozenset[str]) -> tuple[str | None, int]:
    """The title and its place in the head (-1 where it stands elsewhere). Section names of one or two words give way."""
    labelled = next((n for n, p in enumerate(head) if p.header and p.header.field == "title"), None)
    if labelled is not None:
        header = head[labelled].header
        return (header.value if header else None), labelled
    heads = [n for n, p in enumerate(head) if p.kind == "headline"]
    doubled = [n for n in heads if n + 1 < len(head) and fold(head[n].text) == fold(head[n + 1].text)]
    good = doubled or [n for n in heads if head[n].words > 2] or heads
    if good:
        return head[good[0]].text, good[0]
    after = [p for p in tail if p.kind == "headline" and p.words > 2 and coverage(p.text, words) >= 0.5]
    return (after[0].text, -1) if after else (None, -1)


def _kept_head(
    head: Sequence[Paragraph], *, title: str | None, named: int, summaries: set[int], words: frozenset[str]
) -> list[str]:
    """What stands above the running text and isn't title, header or summary: a standfirst, a bulletin's own bullets."""
    kept: list[str] = []
    for n, p in enumerate(head):
        if p.header or n == named or n in summaries or (title and fold(p.text) == fold(title)):
            continue
        if p.kind == "headline" and (
            (p.words <= 2 and n < named) or (n > named and p.words > 4 and coverage(p.text, words) >= 0.8)
        ):
            continue
        kept.append(p.text)
    return kept


def _summaries(head: Sequence[Paragraph], named: int, core: Sequence[Paragraph], *, titled: bool) -> set[int]:
    """The bullets under a headline that the running text tells again at greater length: all, where it tells half of them."""
    bullets = [n for n, p in enumerate(head) if p.kind == "bullet" and n > named]
    if (named < 0 and not titled) or not bullets or len(bullets) > SUMMARY_BULLETS:
        return set()
    headline = fold(head[named].text) if named >= 0 else None
    between = [p for p in head[named + 1 : bullets[0]] if not p.header and fold(p.text) != headline]
    told = sum(p.words for p in core if p.running)
    if between or told < 2 * sum(head[n].words for n in bullets):
        return set()
    words = vocabulary(p.text for p in core if p.running or p.kind == "headline")
    covered = {n for n in bullets if coverage(BULLET.sub("", head[n].text), words) >= COVERED}
    return set(bullets) if 2 * len(covered) >= len(bullets) else covered


def _kept_tail(tail: Sequence[Paragraph], *, title: str | None, words: frozenset[str]) -> list[str]:
    """What stands under the running text: bullets that carry on are kept; the headline and its summary told again are not."""
    kept: list[str] = []
    headed = False
    for p in tail:
        if p.header:
            continue
        if p.kind == "headline":
            headed = bool(title) and coverage(p.text, vocabulary([title or ""])) >= COVERED
            if headed:
                continue
        if p.kind == "bullet" and headed and coverage(BULLET.sub("", p.text), words) >= COVERED:
            continue
        kept.append(p.text)
    return kept


def _once(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines in order, repeats dropped: a long line told again, and short ones that follow on within a repeated block."""
    seen: dict[str, int] = {}
    kept: list[str] = []
    keys = [fold(line) for line in lines]
    repeated = False
    for n, (line, key) in enumerate(zip(lines, keys, strict=True)):
        known = key in seen
        follows = known and n > 0 and repeated
        leads = known and n + 1 < len(keys) and keys[n + 1] in seen and len(keys[n + 1].split()) >= LONG
        adjacent = known and n > 0 and keys[n - 1] == key
        repeated = known and (len(key.split()) >= LONG or follows or leads or adjacent)
        if not repeated:
            seen.setdefault(key, n)
            seen.setdefault(_undated(line), n)
            kept.append(line)
    return tuple(kept)


def _undated(line: str) -> str:
    """A line as a repeat of it may be that has lost the dateline."""
    dateline = read_dateline(line)
    return fold(line[dateline.length :] if dateline else line)


def _twin(draft: Draft, holders: dict[str, list[int]]) -> int | None:
    """The first story that holds four fifths of this one, by characters."""
    shared: Counter[int] = Counter()
    for line in draft.lines:
        for number in holders.get(fold(line), ()):
            shared[number] += len(line)
    whole = sum(len(line) for line in draft.lines)
    return min((n for n, size in shared.items() if size >= 0.8 * whole), default=None)


def _merged(earlier: Draft, later: Draft) -> Draft:
    title = earlier.title or later.title
    extra = [line for line in (later.title,) if line and title and fold(line) != fold(title)]
    return replace(
        earlier, title=title, lines=_once([*earlier.lines, *extra, *later.lines]), headers=(*earlier.headers, *later.headers)
    )


def _without_repeats(lines: Sequence[str], drafts: Sequence[Draft], holders: dict[str, list[int]]) -> tuple[str, ...]:
    """Without a block at the end that is half or more of an earlier story of the page told again."""
    kept = list(lines)
    for number in holders.get(fold(kept[-1]), ()) if kept else ():
        other = drafts[number].lines
        held = {fold(line) for line in other}
        end = len(kept)
        while end > 1 and fold(kept[end - 1]) in held:
            end -= 1
        if len(kept) - end >= 2 and sum(len(line) for line in kept[end:]) >= 0.5 * sum(len(line) for line in other):
            del kept[end:]
    return tuple(kept)
