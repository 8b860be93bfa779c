"""Places that other names are called after: "the Rochester Fire Department", "University of Nebraska", "the Texas Army"."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.places.candidates import Candidate, longest
from marsad.places.choosing import SMALL, Chosen, weigh
from marsad.places.features import Earlier
from marsad.places.gazetteer import Gazetteer
from marsad.places.mentions import called_after
from marsad.places.names import fold
from marsad.places.reading import PlaceMention
from marsad.places.story import Story
from marsad.places.votes import Tally

# How many words of a run of capitals are looked at on either side of a name.
WINDOW = 6


def associated(
    story: Story, gazetteer: Gazetteer, tally: Tally, found: Sequence[Candidate], chosen: Sequence[Chosen]
) -> list[PlaceMention]:
    """A mention for each name of a place that is a part of another name, or of which the text elsewhere says that it is one.

    Nothing happened there for all that the text says: `relation` is `named`.
    """
    taken = {i for c in chosen for i in c.candidate.tokens} | story.people
    known = {fold(c.candidate.words) for c in chosen}
    earlier, made = Earlier.of(chosen), []
    for one in longest([c for c in found if not taken.intersection(c.tokens)]):
        name = fold(one.words)
        if one.single and (story.tokens[one.first].lower in story.names or lesser_word(story, one)):
            continue
        best = weigh(story, gazetteer, tally, one, earlier)
        if best and (name in known or (in_other_name(story, one) and sure(best))):
            made.append(called_after(story, best))
    return made


def lesser_word(story: Story, one: Candidate) -> bool:
    """Whether a single word is a common one that opens a sentence, or is written small elsewhere."""
    token = story.tokens[one.first]
    return story.lowers.get(token.lower, 0) > 0 and token.lower == fold(token.text)


def in_other_name(story: Story, one: Candidate) -> bool:
    """Whether the run of capitals round a name is an organisation's, a building's or an office's, or goes on after it."""
    begin, stop = story.runs[one.last]
    lowers = [t.lower for t in story.tokens[max(begin, one.first - WINDOW) : min(stop, one.last + WINDOW) + 1]]
    words = story.words
    return words.named(lowers) or any(w in words.title or w in words.inside for w in lowers) or story.after(one.last, words.local)


def sure(best: Chosen) -> bool:
    """Whether the text speaks so much of the country and the region that a namesake or a person is unlikely."""
    entry = best.entry
    if entry.kind in ("country", "adm1"):
        return best.share >= 0.2 or not best.candidate.single
    if entry.kind == "adm2":
        return best.candidate.unit is not None and best.region >= 0.3
    return best.share >= 0.5 and (best.region >= 0.4 or best.close or entry.population >= SMALL)
