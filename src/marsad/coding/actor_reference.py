"""What "the group", "the rebels" or "the army" stand for: the best actor that the report has named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.codebook.actors import actor_groups
from marsad.coding.actor_mentions import ActorMention
from marsad.coding.actor_naming import EXTERNAL, STATE

NEAR = 400
POINTERS = ("named_group", "named_body")
STATE_GROUPS = ("military", "police", "security")
HOME_WORDS = ("government", "national", "federal", "junta", "regime", "state")


def resolve(mentions: Sequence[ActorMention], text: str) -> tuple[ActorMention, ...]:
    """The same mentions, those by a common noun linked to the actor that the report has named before them.

    A definite or possessive word ("the insurgents", "its fighters") takes the nearest earlier actor of a fitting kind, or the
    only one that comes later; "the front" one with that word in its name; "the army" the one last named with its country.
    `words` and offsets stay those of the text. What nothing fits keeps its own reading.

    >>> from marsad.coding.actor_mentions import find_actors
    >>> text = "Al Shabaab shelled the base. The group said its fighters withdrew."
    >>> [(m.words, m.actor.name) for m in resolve(find_actors(text, country="SOM"), text) if m.actor]
    [('Al Shabaab', 'Al Shabaab'), ('group', 'Al Shabaab'), ('fighters', 'Al Shabaab')]
    """
    done: list[ActorMention] = []
    for at, mention in enumerate(mentions):
        found = _antecedent(mention, done, mentions[at + 1 :], text) if mention.generic else None
        done.append(_linked(mention, found) if found else mention)
    return tuple(done)


def _antecedent(
    mention: ActorMention, before: Sequence[ActorMention], after: Sequence[ActorMention], text: str
) -> ActorMention | None:
    if mention.group in STATE_GROUPS:
        return _state(mention, before)
    if mention.explicit or mention.group is None:
        return None
    group = actor_groups()[mention.group]
    pointing = mention.definite or mention.possessive
    named = [m for m in before if m.actor and not m.generic]
    if pointing and not mention.plural:
        same = [m for m in named if mention.noun and mention.noun in (m.noun or "").replace("-", " ").split()]
        if same:
            return same[-1]
    if mention.group == "named_body" or not group.refers:
        return None
    headline = mention.start < (text.find("\n") if "\n" in text[:300] else 0)
    if not (pointing or headline or (mention.group == "named_group")):
        return None
    fitting = [m for m in named if _fits(m, group.refers, pointer=mention.group in POINTERS)]
    if fitting:
        return fitting[-1]
    later = [m for m in after if m.actor and not m.generic and _fits(m, group.refers, pointer=False)]
    return later[0] if later and len({m.actor.name for m in later if m.actor}) == 1 else None


def _fits(mention: ActorMention, kinds: Sequence[str], *, pointer: bool) -> bool:
    if mention.actor is None:
        return False
    kind = mention.actor.kind
    return (
        kind in kinds
        or (pointer and kind is None)
        or (EXTERNAL in kinds and kind == EXTERNAL and mention.speaker_role in ("un", "military"))
    )


def _state(mention: ActorMention, before: Sequence[ActorMention]) -> ActorMention | None:
    """The army or police last named with its country, where the words say no country of their own."""
    if mention.explicit or mention.noun is None or mention.words.casefold().startswith(HOME_WORDS):
        return None
    for earlier in reversed(before):
        if earlier.actor is None or earlier.actor.kind not in (STATE, EXTERNAL) or earlier.group != mention.group:
            continue
        if not (mention.definite or mention.possessive) and mention.start - earlier.end > NEAR:
            return None
        return earlier if earlier.explicit or not earlier.generic else None
    return None


def _linked(mention: ActorMention, found: ActorMention) -> ActorMention:
    if found.actor is None:
        return mention
    actor = replace(found.actor, words=mention.words)
    role = found.speaker_role if mention.speaker_role != "military" else mention.speaker_role
    armed = mention.armed if mention.armed is not None else found.armed
    return replace(
        mention, actor=actor, agent=actor, country=found.country, speaker_role=role, armed=armed, explicit=found.explicit
    )
