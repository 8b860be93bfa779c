"""A piece of a page → title, text and what its headers say. Repeats are kept once, furniture is taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from marsad.intake.clean import fold
from marsad.intake.headers import Header
from marsad.intake.overlap import coverage, vocabulary
from marsad.intake.paragraphs import BULLET, Paragraph
from marsad.intake.splitting import Piece

SUMMARY_BULLETS = 8
COVERED = 0.6
LONG = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A story before it is a report. `lines` are its paragraphs; `footer` its page's copyright line, where there is one."""

    title: str | None
    lines: tuple[str, ...]
    headers: tuple[Header, ...] = ()
    footer: str | None = None


def assemble(pieces: Sequence[Piece]) -> list[Draft]:
    """The stories of a page, each once: one that an earlier one holds already is merged into it."""
    drafts: list[Draft] = []
    footer = _page_footer(pieces)
    for piece in pieces:
        draft = _draft(piece, footer)
        twin = next((n for n, d in enumerate(drafts) if _is_twin(d, draft)), None)
        if twin is not None:
            drafts[twin] = _merged(drafts[twin], draft)
        elif draft.lines or draft.title:
            drafts.append(draft)
    return [replace(d, lines=_without_repeats(d, drafts[:n])) for n, d in enumerate(drafts)]


def _page_footer(pieces: Sequence[Piece]) -> str | None:
    found = [p.text for piece in pieces for p in (*piece.head, *piece.core, *piece.tail) if p.kind == "footer"]
    return found[-1] if found else None


def _draft(piece: Piece, page_footer: str | None) -> Draft:
    head, tail = _visible(piece.head), _visible(piece.tail)
    core = _visible(piece.core)
    words = vocabulary(p.text for p in core if p.running or p.kind == "headline")
    title, named = _title(head, tail, words)
    kept = [
        *_kept_head(head, title=title, named=named, words=words, core=core),
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
    head: Sequence[Paragraph], *, title: str | None, named: int, words: frozenset[str], core: Sequence[Paragraph]
) -> list[str]:
    """What stands above the running text and isn't title, header or summary: a standfirst, a bulletin's own bullets."""
    summaries = _summaries(head, named, words, core)
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


def _summaries(head: Sequence[Paragraph], named: int, words: frozenset[str], core: Sequence[Paragraph]) -> set[int]:
    """The bullets under a headline that the running text tells again at greater length."""
    bullets = [n for n, p in enumerate(head) if p.kind == "bullet" and n > named]
    if named < 0 or not bullets or len(bullets) > SUMMARY_BULLETS:
        return set()
    between = [p for p in head[named + 1 : bullets[0]] if not p.header and fold(p.text) != fold(head[named].text)]
    told = sum(p.words for p in core if p.running)
    if between or told < 2 * sum(head[n].words for n in bullets):
        return set()
    return {n for n in bullets if coverage(BULLET.sub("", head[n].text), words) >= COVERED}


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
            kept.append(line)
    return tuple(kept)


def _is_twin(earlier: Draft, later: Draft) -> bool:
    """Whether the earlier story holds four fifths of the later one, by characters."""
    held = {fold(line) for line in earlier.lines}
    whole = sum(len(line) for line in later.lines)
    return whole > 0 and sum(len(line) for line in later.lines if fold(line) in held) >= 0.8 * whole


def _merged(earlier: Draft, later: Draft) -> Draft:
    title = earlier.title or later.title
    extra = [line for line in (later.title,) if line and title and fold(line) != fold(title)]
    return replace(
        earlier, title=title, lines=_once([*earlier.lines, *extra, *later.lines]), headers=(*earlier.headers, *later.headers)
    )


def _without_repeats(draft: Draft, earlier: Sequence[Draft]) -> tuple[str, ...]:
    """Without a block at the end that is half or more of another story of the page told again."""
    lines = list(draft.lines)
    for other in earlier:
        held = {fold(line) for line in other.lines}
        end = len(lines)
        while end > 1 and fold(lines[end - 1]) in held:
            end -= 1
        block = sum(len(line) for line in lines[end:])
        if len(lines) - end >= 2 and block >= 0.5 * sum(len(line) for line in other.lines):
            del lines[end:]
    return tuple(lines)
