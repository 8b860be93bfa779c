"""Reading one text: candidates from the gazetteer, the country it speaks of, and one place for each name."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from marsad.places.gazetteer import Entry, Gazetteer
from marsad.places.names import fold
from marsad.places.naming import usual
from marsad.places.reading import PlaceMention, Relation
from marsad.places.surroundings import CAPITAL, QUALIFIER, Surroundings, dateline
from marsad.places.tokens import Token, runs, spans, tokenise
from marsad.places.unknown import unknown_mentions
from marsad.places.votes import Tally, Vote
from marsad.places.words import Words, load_words

CURATED = frozenset(["crossing", "camp", "region", "front", "town", "quarter", "airport", "port", "corridor", "bridge", "road", "site", "water"])
WIDE = frozenset(["country", "adm1", "adm2", "region", "front", "water", "corridor"])
LARGE, MIDDLING, SMALL = 500_000, 100_000, 15_000
FEW = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of tokens that the gazetteer knows, and what is read round it."""

    first: int
    last: int
    start: int
    end: int
    words: str
    entries: tuple[Entry, ...]
    run: tuple[int, int]
    clean: bool
    unit: str | None
    round: Surroundings


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate and its best entry."""

    candidate: Candidate
    entry: Entry
    score: float
    ranked: tuple[Entry, ...]
    share: float
    reason: str


def kilometres(a: Entry, b: Entry) -> float:
    """Great-circle distance; infinite where one has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return math.inf
    p, q = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(half)))


class Reader:
    """One text being read. `read` does it once and fills `tally` and `demonyms`."""

    def __init__(
        self,
        *,
        text: str,
        gazetteer: Gazetteer,
        body: int,
        avoid: Sequence[tuple[int, int]],
        persons: Sequence[tuple[int, int]],
        hints: Sequence[tuple[int, int]],
    ) -> None:
        self.text, self.gazetteer, self.body = text, gazetteer, body
        self.words: Words = load_words()
        self.tokens: list[Token] = tokenise(text)
        self.starts = [t.start for t in self.tokens]
        self.runs = runs(self.tokens, self.words)
        self.lowers = Counter(t.lower for t in self.tokens if not t.capital)
        self.avoided = self._cover(avoid)
        self.people = self._cover(persons)
        self.hinted = self._cover(hints)
        self.dateline = dateline(text, body)
        self.demonyms: list[tuple[int, int, str]] = []
        self.tally = Tally(())
        self.names: set[str] = set()

    def _cover(self, ranges: Sequence[tuple[int, int]]) -> set[int]:
        """The tokens that lie in any of the character ranges."""
        found: set[int] = set()
        for start, end in ranges:
            index = bisect_left(self.starts, start)
            while index < len(self.tokens) and self.tokens[index].start < end:
                found.add(index)
                index += 1
        return found

    def read(self) -> list[PlaceMention]:
        """The mentions, in order."""
        self._read_demonyms()
        candidates = self._candidates()
        self.tally = Tally(self._first_votes(candidates))
        self._learn_names(candidates)
        chosen = self._choose(candidates, ())
        self.tally = Tally(self._second_votes(candidates, chosen))
        chosen = self._choose(candidates, chosen)
        mentions = [self._mention(c) for c in chosen]
        mentions += unknown_mentions(self, chosen)
        mentions += self._capitals(mentions)
        return sorted(mentions, key=lambda m: (m.start, -m.end))

    def _read_demonyms(self) -> None:
        known = self.gazetteer.demonyms
        taken = -1
        for index, token in enumerate(self.tokens):
            if not token.capital or index <= taken:
                continue
            for last in (index + 2, index + 1, index):
                if last >= len(self.tokens) or any(t.gap not in (" ", "-") for t in self.tokens[index + 1 : last + 1]):
                    continue
                name = self.text[token.start : self.tokens[last].end]
                found = known.get(fold(name))
                if found:
                    self.demonyms.append((token.start, self.tokens[last].end, found[0]))
                    taken = last
                    break
        self.demonym_tokens = self._cover([(a, b) for a, b, _ in self.demonyms])

    def _candidates(self) -> list[Candidate]:
        """Every stretch that the gazetteer knows, the longest first at each token."""
        named: dict[tuple[int, int], str] = {}
        for first, last in spans(self.tokens, self.words):
            if first == last and not self._wordlike(self.tokens[first]):
                continue
            if any(i in self.demonym_tokens for i in (first, last)) and first == last:
                continue
            named[first, last] = self.text[self.tokens[first].start : self.tokens[last].end]
        known = self.gazetteer.find(set(named.values()))
        return [self._candidate(first, last, words, known[words]) for (first, last), words in named.items() if words in known]

    def _wordlike(self, token: Token) -> bool:
        """Whether a single word may be a place at all."""
        if token.lower in self.words.stop or len(token.text) < 2 or token.text[0].isdigit():
            return False
        return len(token.text) > 3 or not token.text.isupper() or token.loud or token.lower in ("uk", "us", "usa", "uae", "drc", "car")

    def _candidate(self, first: int, last: int, words: str, entries: tuple[Entry, ...]) -> Candidate:
        start, end = self.tokens[first].start, self.tokens[last].end
        after = self.tokens[last + 1] if last + 1 < len(self.tokens) else None
        unit = after.lower if after and after.gap in (" ", "-") and not self.tokens[last].possessive and after.lower in self.words.unit else None
        around = Surroundings(self.text[max(0, start - 60) : start], self.text[end : end + 60])
        exact = tuple(e for e in entries if e.match == "exact")
        if self.tokens[last].text.isupper() and len(words) <= 3 and not self.tokens[last].loud:
            entries = tuple(e for e in exact if e.kind == "country" or e.id.startswith("marsad:"))
        return Candidate(first, last, start, end, words, entries, self.runs[last], self._clean(first, last), unit, around)

    def _clean(self, first: int, last: int) -> bool:
        """Whether what stands beside the stretch in its run of capitals lets it be a place by itself."""
        begin, stop = self.runs[last]
        begin = min(begin, first)
        left, right = self.tokens[begin:first], self.tokens[last + 1 : stop + 1]
        if self.tokens[first].loud or not (left or right):
            return True
        words = self.words
        if left:
            near = left[-1]
            fine = near.lower in words.stop or near.lower in words.direction or near.lower in words.settlement or near.lower in words.facility
            fine = fine or (first - 1) in self.demonym_tokens or near.lower in words.unit
            if near.lower in words.title or near.lower in words.first or not (fine or (near.initial and self.lowers[near.lower])):
                return False
        if right:
            near = right[0]
            allowed = words.unit | words.facility | words.title | words.settlement | words.inside
            if near.lower in words.stop or near.lower in allowed or (last + 1) in self.demonym_tokens:
                return near.lower not in words.organisation or near.lower in words.inside or near.lower in words.facility
            return False
        return True

    def _first_votes(self, candidates: Sequence[Candidate]) -> list[Vote]:
        """Votes before anything is chosen: demonyms, and each longest name for all the countries it may stand in."""
        votes = [Vote(a, c, 0.8 if a >= self.body else 0.5, c) for a, _, c in self.demonyms]
        for candidate in longest(candidates):
            weights: dict[str, float] = {}
            for entry in candidate.entries:
                if entry.country:
                    weights[entry.country] = max(weights.get(entry.country, 0.0), strength(entry, candidate.unit))
            if not weights:
                continue
            factor = self._trust(candidate)
            most, total = max(weights.values()), sum(weights.values())
            for country, weight in weights.items():
                votes.append(Vote(candidate.start, country, factor * most * weight / total, fold(candidate.words)))
        return votes

    def _trust(self, candidate: Candidate) -> float:
        if any(i in self.people for i in range(candidate.first, candidate.last + 1)):
            return 0.0
        if any(i in self.avoided for i in range(candidate.first, candidate.last + 1)):
            return 0.5
        if not candidate.clean:
            return 0.25 if candidate.entries[0].kind != "country" else 0.6
        return 1.0

    def _second_votes(self, candidates: Sequence[Candidate], chosen: Sequence[Chosen]) -> list[Vote]:
        """Votes once each name has a place."""
        votes = [Vote(a, c, 0.8, c) for a, _, c in self.demonyms]
        for one in chosen:
            if one.entry.country:
                weight = {"country": 2.0, "adm1": 1.2}.get(one.entry.kind, 1.0 if one.entry.id.startswith("marsad:") else 0.7)
                if self.dateline[0] <= one.candidate.start < self.dateline[1]:
                    weight *= 1.3
                votes.append(Vote(one.candidate.start, one.entry.country, weight, fold(one.candidate.words)))
        taken = {i for one in chosen for i in range(one.candidate.first, one.candidate.last + 1)}
        for candidate in longest(candidates):
            entry = candidate.entries[0] if candidate.entries else None
            if entry and entry.country and entry.kind in ("country", "adm1") and candidate.first not in taken:
                votes.append(Vote(candidate.start, entry.country, 0.6 * self._trust(candidate), fold(candidate.words)))
        return votes

    def _learn_names(self, candidates: Sequence[Candidate]) -> None:
        """Words of names of people: what stands beside a first name or a title, or in a name that is no place."""
        known = {i for c in candidates if c.clean for i in range(c.first, c.last + 1)}
        for index in self.people:
            self.names.add(self.tokens[index].lower)
        for begin, stop in sorted(set(r for r in self.runs if r[1] >= r[0])):
            if self.tokens[begin].loud:
                continue
            lowers = [t.lower for t in self.tokens[begin : stop + 1]]
            if any(w in self.words.organisation or w in self.words.facility for w in lowers):
                continue
            opened = lowers[0] in self.words.first or lowers[0] in self.words.title
            before = self.tokens[begin - 1] if begin else None
            titled = before is not None and before.lower in self.words.title and self.tokens[begin].gap in (" ", ". ")
            after = self.tokens[stop + 1].lower if stop + 1 < len(self.tokens) else ""
            if stop > begin and (opened or titled or (not any(i in known for i in range(begin, stop + 1)) and after in self.words.speech)):
                self.names.update(w for w in lowers if w not in self.words.title and w not in self.words.connector)
            elif titled and before is not None and before.lower not in ("prime", "chief", "deputy", "officer", "envoy", "resident"):
                self.names.update(lowers)

    def _choose(self, candidates: Sequence[Candidate], before: Sequence[Chosen]) -> list[Chosen]:
        """One entry for each accepted candidate; a longer name goes before a shorter one in it."""
        taken: set[int] = set()
        found: list[Chosen] = []
        for candidate in sorted(candidates, key=lambda c: (-(c.end - c.start), c.first)):
            if any(i in taken for i in range(candidate.first, candidate.last + 1)):
                continue
            best = self._best(candidate, before)
            if best and self._accept(best):
                found.append(best)
                taken.update(range(candidate.first, candidate.last + 1))
        return sorted(found, key=lambda c: c.candidate.start)

    def _best(self, candidate: Candidate, before: Sequence[Chosen]) -> Chosen | None:
        shares = self.tally.shares(candidate.start, fold(candidate.words))
        places = self._qualifiers(candidate, before)
        entries = candidate.entries
        if entries and all(e.latitude is None for e in entries):
            lands = sorted({e.country for e in entries if e.country and shares.get(e.country, 0) > 0.25})
            entries = entries + tuple(e for land in lands for e in self.gazetteer.similar(candidate.words, land) if e.latitude is not None)
        ranked = sorted(((self._score(e, candidate, shares, places, before), e) for e in entries), key=lambda r: (-r[0], r[1].id))
        if not ranked:
            return None
        score, entry = ranked[0]
        share = shares.get(entry.country or "", 0.0)
        others = tuple(dict.fromkeys(e for _, e in ranked[1 : 1 + FEW] if e.id != entry.id))
        return Chosen(candidate, entry, score, others, share, self._reason(entry, candidate, ranked, share, places))

    def _qualifiers(self, candidate: Candidate, before: Sequence[Chosen]) -> list[Entry]:
        """Countries and regions that the text names right after the name as what it lies in ("Kuriga, Kaduna State"), or before it ("Syria's")."""
        found = []
        for other in before:
            gap = self.text[candidate.end : other.candidate.start] if candidate.end <= other.candidate.start <= candidate.end + 60 else None
            if gap is not None and QUALIFIER.match(gap) and other.entry.kind in ("country", "adm1", "adm2", "region"):
                found.append(other.entry)
            left = self.text[other.candidate.end : candidate.start] if candidate.start - 40 <= other.candidate.end <= candidate.start else None
            if left is not None and other.entry.kind in ("country", "adm1") and left[:3] in ("'s ", "’s ") and left.count(" ") <= 4 and not any(c in left for c in ".,;"):
                found.append(other.entry)
        for start, end, country in self.demonyms:
            left = self.text[end : candidate.start] if candidate.start - 45 <= end <= candidate.start else None
            if left is not None and left.rstrip().endswith((" of", " city", " town", " village", " district", " province", " port", " capital")) and left.count(" ") <= 6:
                land = self.gazetteer.lands.get(country)
                if land and not any(c in left for c in ".,;"):
                    found.append(land.entry)
        return found

    def _score(self, entry: Entry, candidate: Candidate, shares: dict[str, float], places: Sequence[Entry], before: Sequence[Chosen]) -> float:
        score = base(entry) + 2.2 * shares.get(entry.country or "", 0.0)
        score -= {"exact": 0.0, "loose": 0.25, "fuzzy": 0.6}[entry.match]
        if candidate.unit:
            upper = candidate.unit in self.words.upper
            score += {"adm1": 1.6 if upper else 0.1, "adm2": 0.3 if upper else 0.45, "city": -0.3 if upper else 0.1, "country": -1.5 if upper else -1}.get(entry.kind, 0)
        elif candidate.round.settled and entry.kind in ("adm1", "adm2"):
            score -= 0.6
        for place in places:
            if place.kind == "country":
                score += 1.6 if place.country == entry.country and entry.kind != "country" else -1.2
            elif entry.id != place.id:
                score += 1.6 if place.admin1 == entry.admin1 and place.country == entry.country and entry.kind not in ("country", "adm1") else -0.5
        if entry.kind == "city" and before:
            nearest = min((kilometres(entry, o.entry) for o in before if o.entry.kind in ("city", "town", "camp", "crossing", "adm2") and o.candidate.words != candidate.words), default=math.inf)
            score += 0.5 if nearest < 60 else 0.35 if nearest < 150 else 0.15 if nearest < 400 else 0.0
        if entry.latitude is None:
            score -= 0.4
        return score

    def _accept(self, chosen: Chosen) -> bool:
        """Whether the candidate is a place at all."""
        candidate, entry, share = chosen.candidate, chosen.entry, chosen.share
        inside = range(candidate.first, candidate.last + 1)
        if any(i in self.avoided for i in inside) or not candidate.clean:
            return False
        first = self.tokens[candidate.first]
        located = candidate.round.located or candidate.unit is not None
        at_dateline = self.dateline[0] <= candidate.start < self.dateline[1]
        if any(i in self.people for i in inside) and not (candidate.unit or candidate.round.settled):
            return False
        single = candidate.first == candidate.last
        if single and first.lower in self.names and not ((located and entry.kind in ("country", "adm1")) or candidate.round.settled or candidate.unit or entry.kind == "country"):
            return False
        if single and (first.initial or first.loud) and not at_dateline and entry.kind != "country" and self.lowers[first.lower] and first.lower == fold(first.text):
            return False
        if entry.kind == "country":
            return True
        if entry.id.startswith("marsad:"):
            return share >= 0.08 or (entry.match == "exact" and (located or not single or not self.tally.total))
        if entry.match == "loose" and share < 0.3:
            return False
        told = any(p.country == entry.country for p in self._qualifiers(candidate, ()))
        if entry.kind in ("adm1", "adm2"):
            return share >= 0.2 or (candidate.unit is not None and share >= 0.05) or told or (entry.kind == "adm1" and (not single or located) and entry.population > MIDDLING)
        size = entry.population
        if share >= 0.5:
            return not single or located or candidate.round.weakly or size >= SMALL or at_dateline or first.lower not in self.words.first
        if share >= 0.22:
            return located or size >= SMALL or at_dateline or told or not single
        if at_dateline and size >= SMALL:
            return True
        if size >= LARGE:
            return True
        return told or (located and size >= MIDDLING) or (chosen.score > 2.6 and located)

    def _mention(self, chosen: Chosen) -> PlaceMention:
        """The mention as the text has it, with the relation and the precision that follows from it."""
        candidate, entry = chosen.candidate, chosen.entry
        first, last = candidate.first, candidate.last
        start, end, name = candidate.start, candidate.end, usual(entry, candidate.words)
        relation: Relation = "region" if entry.precision == 3 or entry.kind == "country" else "at"
        precision = entry.precision
        side = self.tokens[first - 1] if first and self.tokens[first].gap in (" ", "-") and self.tokens[first - 1].lower in self.words.direction else None
        after = self.tokens[last + 1] if last + 1 < len(self.tokens) and not self.tokens[last].possessive else None
        if side and relation == "region":
            start = side.start
            name = self.text[start:end]
            name = name[:1].upper() + name[1:]
        elif side and side.lower not in ("greater",):
            relation, precision = "part", 1
        if candidate.unit and entry.kind in ("adm1", "adm2", "city") and after:
            end = after.end if candidate.unit in self.words.upper or entry.kind == "adm2" else end
            if entry.kind == "adm2" or (entry.kind == "city" and candidate.unit not in ("council", "city", "town")):
                relation, precision = "near", 2
        elif after and after.gap == " " and entry.kind in ("city", "town", "adm2") and after.lower in self.words.extending:
            relation, precision, end = "part", 1, self._extended(last)
            if after.lower not in ("market", "prison", "road", "highway", "mountains", "hills"):
                name = self.text[start:end]
        if relation == "at" and candidate.round.near:
            relation, precision = "near", 2
        if relation in ("at", "part") and entry.kind == "adm2":
            precision = 2 if relation == "at" else precision
        return PlaceMention(
            start=start,
            end=end,
            words=self.text[start:end],
            place=entry.place(self.text[start:end], name=name, precision=precision),
            alternatives=tuple(e.place(candidate.words) for e in chosen.ranked),
            why=chosen.reason,
            relation=relation,
            dateline=self.dateline[0] <= candidate.start < self.dateline[1],
        )

    def _extended(self, last: int) -> int:
        """The end of "airport", "bridge" and the like after a name."""
        while last + 1 < len(self.tokens) and self.tokens[last + 1].gap == " " and self.tokens[last + 1].lower in self.words.extending:
            last += 1
        return self.tokens[last].end

    def _capitals(self, mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
        """ "The Sudanese capital", "the capital": the capital of that country, or of the story's."""
        found = []
        top = self.tally.ranked()
        for match in CAPITAL.finditer(self.text):
            word = match.group("dem") or match.group("land")
            country = None
            if match.group("dem"):
                country = (self.gazetteer.demonyms.get(fold(match.group("dem"))) or (None,))[0]
            elif word:
                country = next((e.country for e in self.gazetteer.find([word]).get(word, ()) if e.kind == "country"), None)
            elif top:
                country = top[0]
            entry = self.gazetteer.capital(country) if country else None
            start, end = match.span()
            if match.group().lower().startswith("the "):
                start += 4
            if entry is None or any(m.start < end and start < m.end and not word for m in mentions):
                continue
            words = self.text[start:end]
            why = f"the capital of {self.gazetteer.lands[country].name}" if country else ""
            found.append(PlaceMention(start=start, end=end, words=words, place=entry.place(words), why=why))
        return found

    def _reason(self, entry: Entry, candidate: Candidate, ranked: Sequence[tuple[float, Entry]], share: float, places: Sequence[Entry]) -> str:
        """One short sentence on why this place."""
        many = len({e.id for _, e in ranked})
        known = f"only {entry.name} is called so in the index" if many == 1 else f"first of {many} places called so"
        if entry.match != "exact":
            known += " (another spelling)"
        told = next((p for p in places if p.country == entry.country), None)
        if told:
            return f"{known}; the text puts it in {told.name}"
        top = self.tally.ranked()
        land = self.gazetteer.lands.get(entry.country or "")
        if land and entry.kind != "country":
            role = "the story's country is" if top and top[0] == entry.country else "in"
            return f"{known}; {role} {land.name} (weight {share:.2f})"
        return known

    def country_at(self, at: int, without: str) -> str | None:
        """The country that the text speaks of at an offset."""
        shares = self.tally.shares(at, without)
        best = max(shares, key=lambda c: (shares[c], c), default=None)
        return best if best and shares[best] >= 0.3 else None


def longest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates that lie in no longer one."""
    found: list[Candidate] = []
    taken: set[int] = set()
    for candidate in sorted(candidates, key=lambda c: (-(c.end - c.start), c.first)):
        if not candidate.entries or any(i in taken for i in range(candidate.first, candidate.last + 1)):
            continue
        taken.update(range(candidate.first, candidate.last + 1))
        found.append(candidate)
    return sorted(found, key=lambda c: c.start)


def strength(entry: Entry, unit: str | None) -> float:
    """How loud a name speaks for the country of one of its places."""
    factor = 0.5 if entry.match == "loose" else 1.0
    if entry.kind == "country":
        return 2.5 if unit is None else 0.8
    if entry.id.startswith("marsad:"):
        return 1.5 * factor
    if entry.kind == "adm1":
        return (2.0 if unit else 1.2) * factor
    if entry.kind == "adm2":
        return 0.25 * factor
    return max(0.08, min(2.0, math.sqrt(entry.population / 150_000))) * factor


def base(entry: Entry) -> float:
    """How likely a place is to be meant, before anything else is known."""
    if entry.kind == "country":
        return 2.2
    if entry.id.startswith("marsad:"):
        return 1.5 if entry.latitude is not None else 0.9
    if entry.kind == "adm1":
        return 0.85
    if entry.kind == "adm2":
        return 0.4
    if entry.kind == "airport":
        return 0.9
    return 0.3 + 0.17 * max(0.0, math.log10(max(entry.population, 1)) - 2)
