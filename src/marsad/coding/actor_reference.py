"""What "the group", "the rebels" or "the army" stand for: the best actor that the report has named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.codebook.actors import actor_groups, phrase_parts
from marsad.coding.actor_mentions import ActorMention
from marsad.coding.actor_naming import EXTERNAL, STATE

NEAR = 400
WINDOW = 300
POINTERS = ("named_group", "named_body")
STATE_GROUPS = ("military", "police", "security", "government")
ARMED = ("Rebel Groups", "Political Militias", "Identity Militias")
PARTISAN = ("rebels", "islamists", "militants", "separatists", "fighters")
OTHERS = ("other ", "rival ", "foreign ", "former ", "pro", "anti")
HOME_WORDS = ("government ", "national", "federal", "junta", "regime", "state")


def resolve(mentions: Sequence[ActorMention], text: str) -> tuple[ActorMention, ...]:
    """The same mentions, those by a common noun linked to the actor that the report has named before them.

    A definite or possessive word ("the insurgents", "its fighters") takes the nearest earlier actor of a fitting kind, or the
    only one that comes later; "the front" one with that word in its name; "the army" the one last named with its country.
    `words` and offsets stay those of the text. What nothing fits keeps its own reading. The nearest 300 mentions are looked at.

    >>> from marsad.coding.actor_mentions import find_actors
    >>> text = "Al Shabaab shelled the base. The group said its fighters withdrew."
    >>> [(m.words, m.actor.name) for m in resolve(find_actors(text, country="SOM"), text) if m.actor]
    [('Al Shabaab', 'Al Shabaab'), ('group', 'Al Shabaab'), ('fighters', 'Al Shabaab')]
    """
    done: list[ActorMention] = []
    for at, mention in enumerate(mentions):
        found = _antecedent(mention, done[-WINDOW:], mentions[at + 1 : at + WINDOW], text) if mention.generic else None
        done.append(_linked(mention, found) if found else mention)
    return tuple(done)


def _antecedent(
    mention: ActorMention, before: Sequence[ActorMention], after: Sequence[ActorMention], text: str
) -> ActorMention | None:
    if mention.explicit or mention.group is None or mention.noun is None:
        return None
    parts = phrase_parts()
    named = [m for m in before if m.actor and not m.generic]
    if mention.possessive and mention.noun.split()[-1] in parts["own_people"]:
        return next((m for m in reversed(before) if m.armed and m.actor and m.actor.kind), None)
    if (mention.definite or mention.possessive) and mention.noun not in parts["plain_heads"]:
        full = [m for m in named if mention.words[0].isupper() and mention.words.casefold() in (m.noun or "")]
        same = full or [m for m in named if mention.noun in (m.noun or "").replace("-", " ").split()]
        if same:
            return same[-1]
    if mention.group in STATE_GROUPS:
        return _state(mention, before)
    refers = actor_groups()[mention.group].refers
    headline = mention.start < (text.find("\n") if "\n" in text[:300] else 0)
    if mention.plural and mention.group in PARTISAN and not mention.words.casefold().startswith(OTHERS):
        sole = _sole(refers, [*before, *after])
        if sole:
            return sole
    if not refers or not (mention.definite or mention.possessive or headline or mention.group == "named_group"):
        return None
    return _nearest(refers, named, pointer=mention.group in POINTERS) or _only_later(refers, after)


def _sole(refers: Sequence[str], mentions: Sequence[ActorMention]) -> ActorMention | None:
    """The one armed group of the report: where only one is named, its "rebels" need no article."""
    named = [m for m in mentions if m.actor and not m.generic and m.actor.kind in ARMED]
    return (
        named[0]
        if named and len({m.actor.name for m in named if m.actor}) == 1 and any(_fits(named[0], k, pointer=False) for k in refers)
        else None
    )


def _nearest(refers: Sequence[str], named: Sequence[ActorMention], *, pointer: bool) -> ActorMention | None:
    """The nearest earlier actor of the likeliest kind that any has."""
    for kind in refers:
        found = next((m for m in reversed(named) if _fits(m, kind, pointer=pointer)), None)
        if found:
            return found
    return None


def _only_later(refers: Sequence[str], after: Sequence[ActorMention]) -> ActorMention | None:
    """The actor that comes only later, where it is the only one of its kind: "Rebels took Goma. The M23 said …"."""
    later = [m for m in after if m.actor and not m.generic and any(_fits(m, kind, pointer=False) for kind in refers)]
    return later[0] if later and len({m.actor.name for m in later if m.actor}) == 1 else None


def _fits(mention: ActorMention, kind: str, *, pointer: bool) -> bool:
    if mention.actor is None:
        return False
    own = mention.actor.kind
    if kind == "armed":
        return own in ARMED or (pointer and own is None)
    return own == kind and (kind != EXTERNAL or mention.speaker_role in ("un", "military"))


def _state(mention: ActorMention, before: Sequence[ActorMention]) -> ActorMention | None:
    """The army, police or government last named with its country, where the words say no country of their own."""
    if mention.words.casefold().startswith(HOME_WORDS):
        return None
    for earlier in reversed(before):
        if earlier.actor is None or earlier.actor.kind not in (STATE, EXTERNAL) or earlier.group != mention.group:
            continue
        if not (mention.definite or mention.possessive) and (mention.group != "military" or mention.start - earlier.end > NEAR):
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
