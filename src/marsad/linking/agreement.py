"""How claims of one fold agree: independent support, the actors, the place and the days that hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from marsad.coding.nearness import kilometres
from marsad.linking.facts import UNKNOWN, Facts
from marsad.linking.names import fold, iso
from marsad.linking.nearness import same_name
from marsad.model import Actor, Place, Speaker


def live(facts: Sequence[Facts]) -> list[Facts]:
    """The claims that assert; where none does, all of them."""
    return [f for f in facts if f.claim.stance == "asserts"] or list(facts)


def voices(facts: Iterable[Facts]) -> int:
    """How many independent voices: one speaker counts once, however many copies carry it."""
    return len({f.voice for f in facts})


def fuse_who(facts: Sequence[Facts]) -> tuple[Actor, ...]:
    """The actors that most independent voices name, named ones before unidentified ones, with those told beside them."""
    told = [f for f in live(facts) if f.claim.who]
    if not told:
        return ()
    support: dict[str, set[str]] = defaultdict(set)
    for f in told:
        for name in f.who:
            support[name].add(f.voice)
    top = min(support, key=lambda n: (n.startswith(UNKNOWN), -len(support[n]), _first_told(told, n), n))
    names = {n for f in told if top in f.who for n in f.who}
    if not top.startswith(UNKNOWN):
        names = {n for n in names if not n.startswith(UNKNOWN)}
    return _actors((a for f in told for a in f.claim.who), names, support)


def _first_told(told: Sequence[Facts], name: str) -> int:
    return next(i for i, f in enumerate(told) if name in f.who)


def fuse_whom(facts: Sequence[Facts], who: Sequence[Actor]) -> tuple[Actor, ...]:
    """All whom a voice names as those it was done to, most supported first, without those who did it."""
    doers = {fold(a.name) for a in who}
    support: dict[str, set[str]] = defaultdict(set)
    for f in live(facts):
        for name in f.whom - doers:
            support[name].add(f.voice)
    return _actors((a for f in live(facts) for a in f.claim.whom), set(support), support)


def _actors(actors: Iterable[Actor], names: set[str], support: dict[str, set[str]]) -> tuple[Actor, ...]:
    first: dict[str, Actor] = {}
    for a in actors:
        if fold(a.name) in names:
            first.setdefault(fold(a.name), a)
    order = {n: i for i, n in enumerate(first)}
    return tuple(first[n] for n in sorted(first, key=lambda n: (-len(support[n]), order[n])))


def fuse_place(facts: Sequence[Facts]) -> Place | None:
    """The most precise place that is told first, among those the most supported, then the oldest. A quarter or building without a
    point gives way to the town that it lies in, of precision 2."""
    told = [(f, pinned(f.claim.where)) for f in live(facts) if f.claim.where] or [
        (f, pinned(f.claim.where)) for f in facts if f.claim.where
    ]
    if not told:
        return None
    support = Counter(fold(p.name) for _, p in told)
    ranked = sorted(
        enumerate(told), key=lambda t: (t[1][1].precision or 4, t[1][1].latitude is None, -support[fold(t[1][1].name)], t[0])
    )
    return ranked[0][1][1]


def pinned(where: Sequence[Place]) -> Place:
    """The first place, or the one that it lies in where it has no point of its own; `where` is not empty."""
    first, *others = where
    if first.latitude is not None or first.precision == 3 or not others:
        return first
    return replace(others[0], precision=2) if others[0].latitude is not None and others[0].precision != 3 else first


def fuse_days(facts: Sequence[Facts]) -> tuple[str | None, str | None, int]:
    """First and last day and time precision (1 day, 2 week, 3 coarser).

    Of the spans that claims give, the one that most voices' spans overlap; of those the tightest, then the earliest.
    """
    told = [f for f in live(facts) if f.first is not None] or [f for f in facts if f.first is not None]
    spans = {(f.first, f.last) for f in told if f.first is not None and f.last is not None}
    if not spans:
        return None, None, 3

    def rank(span: tuple[int, int]) -> tuple[int, int, int]:
        meet = {f.voice for f in told if f.first is not None and f.last is not None and f.first <= span[1] and span[0] <= f.last}
        return -len(meet), span[1] - span[0], span[0]

    first, last = min(spans, key=rank)
    words = {f.claim.when.precision for f in told if (f.first, f.last) == (first, last)}
    days = last - first
    precision = 1 if "day" in words and days <= 2 else 2 if days <= 7 and words & {"day", "week"} else 3
    return iso(first), iso(last), precision


def places_differ(facts: Sequence[Facts], limit: float = 25.0) -> bool:
    """True where two voices give exact places more than `limit` km apart or, without coordinates, of unlike names."""
    exact = list(
        dict.fromkeys(
            (f.voice, f.names[0], f.claim.where[0]) for f in live(facts) if f.claim.where and f.claim.where[0].precision == 1
        )
    )
    for i, (voice, name, place) in enumerate(exact):
        for other_voice, other_name, other in exact[i + 1 :]:
            km = kilometres(place, other)
            if voice != other_voice and not same_name(name, other_name) and km is not None and km > limit:
                return True
    return False


def speakers(facts: Sequence[Facts]) -> tuple[Speaker, ...]:
    """The nearest speaker of each claim, each once, oldest first."""
    found: dict[str, Speaker] = {}
    for f in facts:
        for s in f.claim.according_to[:1]:
            found.setdefault(fold(s.name), s)
    return tuple(found.values())


def tellers(facts: Sequence[Facts]) -> tuple[Speaker, ...]:
    """The nearest speaker of each claim, or the outlet that tells it in its own voice, each once, speakers first."""
    outlets: dict[str, Speaker] = {}
    for f in facts:
        if not f.claim.according_to:
            name = (f.report.publisher or f.report.agency) if f.report else None
            outlets.setdefault(f.voice, Speaker(name=name or f"report {f.claim.report}", role="media"))
    named = speakers(facts)
    known = {fold(s.name) for s in named}
    return named + tuple(s for s in outlets.values() if fold(s.name) not in known)


def sources(facts: Sequence[Facts]) -> tuple[str, ...]:
    """Speakers and publishers (the wire where one wrote it), each once, in alphabetical order."""
    names: dict[str, str] = {}
    for f in facts:
        outlet = (f.report.publisher or f.report.agency) if f.report else None
        for name in (*(s.name for s in f.claim.according_to), outlet):
            if name:
                names.setdefault(fold(name), name)
    return tuple(sorted(names.values(), key=lambda n: (fold(n), n)))


def reports(facts: Sequence[Facts]) -> tuple[str, ...]:
    """The ids of the reports, each once, oldest first."""
    return tuple(dict.fromkeys(f.claim.report for f in facts))


def confidence(facts: Sequence[Facts]) -> float:
    """Noisy-or over independent voices, at most 0.98; lowered for each kind of objection, low where nobody asserts it."""
    best: dict[str, float] = {}
    for f in facts:
        if f.claim.stance == "asserts":
            best[f.voice] = max(best.get(f.voice, 0.0), min(1.0, max(0.0, f.claim.confidence)))
    miss = 1.0
    for voice in sorted(best):
        miss *= 1.0 - best[voice]
    stances = {f.claim.stance for f in facts}
    value = min(0.98, 1.0 - miss) if best else 0.2
    value *= 0.7 if best and "denies" in stances else 0.85 if best and "doubts" in stances else 1.0
    return round(value, 4)


def reasons(sentences: Sequence[str], number: int, limit: int = 20) -> tuple[str, ...]:
    """The first sentences of `number`, at most `limit`, with a last one that counts the rest."""
    rest = number - limit
    return (*sentences[:limit], f"And {rest} more claims joined in the same way.") if rest > 0 else tuple(sentences)
