"""What a story told, in words that an analyst would use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from marsad.ledger.findings import Findings
from marsad.model import Actor, Claim, Condition, Event, Place, Speaker, Statistic, Toll

Bounds = tuple[int | None, int | None]
Said = str | tuple[str, str] | None
ANY: Any = object()


def plain(words: str | None) -> str:
    """Words without case, accents, article and punctuation, to compare names by.

    >>> plain("The Adré crossing"), plain("Al-Shabaab")
    ('adre crossing', 'al shabaab')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", words or "") if not unicodedata.combining(c)).casefold()
    return re.sub(r"^(?:the|a|an) ", "", " ".join(re.findall(r"[\w']+", bare)))


def within(short: str, long: str) -> bool:
    """Whether the words of `short` stand together in `long`."""
    return bool(plain(short)) and f" {plain(short)} " in f" {plain(long)} "


def names(thing: Actor | Place | None, wanted: str) -> bool:
    """Whether an actor or a place is called so: by its canonical name, or in the words of the text."""
    return thing is not None and (plain(thing.name) == plain(wanted) or within(wanted, thing.words))


class Names:
    """Actors or places of a claim; equal to a set of names where each one is meant by one of them, and none is left over."""

    def __init__(self, things: Sequence[Actor | Place]) -> None:
        self.things = things

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return bool(self.things) and names(self.things[0], other)
        wanted = list(other) if isinstance(other, Iterable) else [other]
        left = list(self.things)
        for name in wanted:
            fits = next((t for t in left if isinstance(name, str) and names(t, name)), None)
            if fits is None:
                return False
            left.remove(fits)
        return not left

    __hash__ = None  # type: ignore[assignment]

    def __contains__(self, name: str) -> bool:
        return any(names(t, name) for t in self.things)

    def __len__(self) -> int:
        return len(self.things)

    @property
    def kinds(self) -> set[str | None]:
        """The kinds of the actors: State Forces, Rebel Groups, Protesters and so on."""
        return {t.kind for t in self.things if isinstance(t, Actor)}

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{t.name} ({t.words!r})" for t in self.things) + "}"


class Voice:
    """Who says so; equal to a name, or to a name and a role. The name is the canonical one or the words of the text."""

    def __init__(self, speaker: Speaker, words: Sequence[str]) -> None:
        self.name, self.role, self.words = speaker.name, speaker.role, words

    def __eq__(self, other: object) -> bool:
        if isinstance(other, tuple):
            return bool(self == other[0]) and self.role == other[1]
        forms = [self.name, *self.words]
        return isinstance(other, str) and any(within(other, form) or within(form, other) for form in forms)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{self.name!r} ({self.role}, {', '.join(map(repr, self.words))})"


class Heard:
    """One claim. Counts are (low, high), `None` for an open bound; a count that is not stated is `None`."""

    def __init__(self, claim: Claim, report: int) -> None:
        self.claim, self.report = claim, report
        self.scope, self.stance, self.status, self.background = claim.scope, claim.stance, claim.status, claim.background
        self.sub_event_type, self.event_type, self.measure = claim.sub_event_type, claim.event_type, claim.measure
        self.state = (claim.condition.subject, claim.condition.state) if claim.condition else None
        self.value: Bounds | None = (claim.value.low, claim.value.high) if claim.value else None
        self.who, self.whom, self.places = Names(claim.who), Names(claim.whom), Names(claim.where)
        self.parties = Names((*claim.who, *claim.whom))
        self.when = (claim.when.first, claim.when.last)
        self.time_precision, self.until = claim.when.precision, claim.when.until
        self.weapons = {w.class_ for w in claim.weapons}
        self.targets = {t.class_ for t in claim.targets}

    @property
    def place(self) -> Names:
        """The most specific place; compare it with a name."""
        return Names(self.claim.where[:1])

    @property
    def country(self) -> str | None:
        return self.claim.where[0].country if self.claim.where else None

    @property
    def admin1(self) -> str | None:
        return self.claim.where[0].admin1 if self.claim.where else None

    @property
    def geo_precision(self) -> int | None:
        return self.claim.where[0].precision if self.claim.where else None

    @property
    def speaker(self) -> Voice | None:
        """The nearest speaker; `None` where the report says it in its own voice."""
        quotes = [e.quote for e in self.claim.evidence if e.field == "according_to"]
        return Voice(self.claim.according_to[0], quotes) if self.claim.according_to else None

    @property
    def words(self) -> str:
        """The sentence or clause that the claim rests on."""
        return " … ".join(e.quote for e in self.claim.evidence if e.field == "claim")

    def count(self, effect: str, who: str | None = None) -> Bounds | None:
        """The first count of an effect; with `who`, the first that is about them."""
        for count in self.claim.counts:
            if count.effect == effect and (who is None or within(who, f"{count.who or ''} {count.words}")):
                return count.low, count.high
        return None

    @property
    def killed(self) -> Bounds | None:
        return self.count("killed")

    @property
    def injured(self) -> Bounds | None:
        return self.count("injured")

    @property
    def displaced(self) -> Bounds | None:
        return self.count("displaced")

    @property
    def abducted(self) -> Bounds | None:
        return self.count("abducted")

    @property
    def detained(self) -> Bounds | None:
        return self.count("detained")

    @property
    def reached(self) -> Bounds | None:
        return self.count("reached")

    @property
    def trucks(self) -> Bounds | None:
        return self.count("trucks")

    def shares_evidence_with(self, other: Heard) -> bool:
        """Whether both rest on a common piece of the text."""
        spans = [[(e.start, e.end) for e in h.claim.evidence if e.field == "claim"] for h in (self, other)]
        return self.report == other.report and any(a < d and c < b for a, b in spans[0] for c, d in spans[1])

    def is_about(self, wanted: dict[str, Any]) -> bool:
        """Whether the claim is as the selector asks."""
        return all(self._fits(field, value) for field, value in wanted.items() if value is not ANY)

    def _fits(self, field: str, value: Any) -> bool:
        if field == "place":
            return value in self.places if value is not None else not self.places
        if field in ("who", "whom"):
            return value in getattr(self, field)
        if field == "says":
            return within(value, self.words)
        if field == "speaker":
            return bool(self.speaker == value)
        return bool(getattr(self, field) == value)

    def __repr__(self) -> str:
        what = self.sub_event_type or self.measure or "?"
        if self.state:
            what = ": ".join(self.state)
        if self.measure:
            what = f"{self.measure} {self.value}" + (f" ({self.sub_event_type})" if self.sub_event_type else "")
        parts = [f"{self.scope} {what}", f"at {self.places}", f"when {self.when} {self.time_precision}"]
        parts += [f"until {self.until}"] if self.until else []
        parts += [f"{name} {value}" for name, value in (("who", self.who), ("whom", self.whom)) if value]
        parts += [f"{c.effect} {c.low}..{c.high} ({c.words!r})" for c in self.claim.counts if self.scope != "statistic"]
        parts += [f"says {self.speaker}" if self.speaker else "in its own voice", self.stance, self.status]
        parts += ["background"] if self.background else []
        return f"<{'; '.join(parts)}: {self.words!r}>"


class Claims(tuple[Heard, ...]):
    """Claims in the order of the text."""

    __slots__ = ()

    def that(self, **wanted: Any) -> Claims:
        """Those that fit: `told.incidents.that(stance="denies")`."""
        return Claims(h for h in self if h.is_about(wanted))

    def the(self, what: str, **wanted: Any) -> Heard:
        """The one that fits; `AssertionError` where none does, or more than one (`@story` adds what was told)."""
        __tracebackhide__ = True
        found = self.that(**wanted)
        if len(found) != 1:
            asked = ", ".join(f"{k}={v!r}" for k, v in wanted.items() if v is not ANY)
            many = f"{len(found)} claims are" if found else "no claim is"
            raise AssertionError(f"{many} the {what} with {asked or 'any value'}")
        return found[0]

    def __repr__(self) -> str:
        return "\n".join(f"  {h!r}" for h in self) or "  (nothing)"


class Folded:
    """An event, statistic or condition as the record holds it."""

    def __init__(self, item: Event | Statistic | Condition) -> None:
        self.item = item

    @property
    def place(self) -> Names:
        return Names([self.item.place] if self.item.place else [])

    @property
    def killed(self) -> tuple[int | None, int | None, int | None]:
        """Low, best and high."""
        toll = self.item.killed if isinstance(self.item, Event) else Toll()
        return toll.low, toll.best, toll.high

    def __getattr__(self, name: str) -> Any:
        return getattr(self.item, name)

    def __repr__(self) -> str:
        return repr(self.item)


class Told:
    """What was found in a story: `.claims`, `.incidents`, `.statistics`, `.conditions`, and what the record makes of it."""

    def __init__(self, found: Findings) -> None:
        order = {r.id: int(r.external_id or 1) for r in found.reports}
        heard = [Heard(claim, order[claim.report]) for claim in found.claims]
        self.reports = sorted(found.reports, key=lambda r: order[r.id])
        self.claims = Claims(sorted(heard, key=lambda h: (h.report, min(e.start for e in h.claim.evidence), h.claim.id)))
        self.events = [Folded(e) for e in found.events]
        self.problems = found.problems
        self.incidents = self.claims.that(scope="incident")
        self.statistics = self.claims.that(scope="statistic")
        self.conditions = self.claims.that(scope="condition")

    def incident(self, sub_event_type: str = ANY, *, place: str | None = ANY, speaker: Said = ANY, **wanted: Any) -> Heard:
        """The one incident claim that fits. `speaker=None` asks for the report's own voice; `says=` for words of its sentence."""
        __tracebackhide__ = True
        return self.incidents.the("incident", sub_event_type=sub_event_type, place=place, speaker=speaker, **wanted)

    def statistic(self, measure: str = ANY, *, place: str | None = ANY, speaker: Said = ANY, **wanted: Any) -> Heard:
        """The one statistic claim that fits."""
        __tracebackhide__ = True
        return self.statistics.the("statistic", measure=measure, place=place, speaker=speaker, **wanted)

    def condition(self, subject: str, state: str, *, place: str | None = ANY, speaker: Said = ANY, **wanted: Any) -> Heard:
        """The one condition claim that fits."""
        __tracebackhide__ = True
        return self.conditions.the("condition", state=(subject, state), place=place, speaker=speaker, **wanted)

    def event(self, sub_event_type: str = ANY, *, place: str = ANY) -> Folded:
        """The one event of the record that fits."""
        fits = [e for e in self.events if (sub_event_type is ANY or e.sub_event_type == sub_event_type)]
        fits = [e for e in fits if place is ANY or place in e.place]
        assert len(fits) == 1, f"{len(fits)} events fit; the record holds {self.events}"
        return fits[0]
