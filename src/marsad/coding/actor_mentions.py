"""The actors that a text names: named ones by the actor table, unnamed ones by generic nouns, unlisted groups by their form.

`find_actors` gives mentions in text order; `resolve` (in `actor_reference`) links "the group" to the actor it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from marsad.codebook.actors import ActorNoun, GroupHead, NamedActor, actor_groups, countries
from marsad.coding.actor_lexicon import Name, fold, joined, longest
from marsad.coding.actor_naming import EXTERNAL, STATE, bracket, group_actor, slug
from marsad.coding.actor_scene import (
    Scene,
    capital_run,
    land_after,
    line_in_capitals,
    modifiers_before,
    only_land,
    set_scene,
    touching,
)
from marsad.model import Actor

MAX_TEXT = 400_000
BELONGING = re.compile(
    r"\s+(?:of|from|with|for|belonging to|loyal to|allied (?:to|with)|linked to|affiliated (?:to|with)"
    r"|(?:thought|believed) to belong to|who belong to|fighting for|suspected of belonging to)\s+(?:the\s+)?(?:so-called\s+)?"
)
DEFINED = re.compile(r"[\"'”’]?\s*\((?:the |or |also )?[\"“]?([A-Z][\w.\-/]{1,11})[\"”]?[)\],;]")
KNOWN_AS = re.compile(
    r",? (?:also |better |locally |commonly |widely )?(?:known (?:locally |here )?as|called|which calls itself) (?:the )?"
    r"[\"“']?([A-ZÀ-Þ][\w'’\-]{2,20})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorMention:
    """One place where a text names an actor: `text[start:end] == words`.

    `generic`: named by a common noun only. `armed` is `None` where the word leaves it open. `actor` is `None` for a word that
    only points ("the group") until `resolve` finds what to; `agent` is the reading where it is the one who acts ("youths" are
    civilians, unless they do it). `country` is the actor's own, `explicit` whether the words say so. `possessive`: "its men".
    """

    start: int
    end: int
    words: str
    actor: Actor | None
    generic: bool
    armed: bool | None
    plural: bool
    country: str | None
    speaker_role: str | None
    agent: Actor | None = None
    group: str | None = None
    noun: str | None = None
    definite: bool = False
    possessive: bool = False
    explicit: bool = False


def find_actors(
    text: str,
    *,
    country: str | None = None,
    when: str | None = None,
    demonyms: Sequence[tuple[int, int, str]] = (),
    sentences: Sequence[tuple[int, int]] | None = None,
) -> tuple[ActorMention, ...]:
    """Every actor that the text names, in text order, the longest name first, none overlapping.

    `country` is the story's (ISO 3166 alpha-3), `when` the ISO date as of which names and kinds are read, `demonyms` the spans of
    nationalities and country names with their codes, `sentences` the spans that no name may cross. Text past 400,000
    characters is not looked at.

    >>> [(m.words, m.actor.name) for m in find_actors("Fano fighters shot two police officers.", country="ETH")]
    [('Fano fighters', 'Fano'), ('police officers', 'Police Forces of Ethiopia')]
    """
    scene = set_scene(text[:MAX_TEXT], country, when, demonyms, sentences)
    mentions = _walk(scene, {})
    defined = _definitions(scene, mentions)
    if defined:
        mentions = _walk(scene, defined)
    return tuple(_merge(scene, mentions))


def _walk(scene: Scene, defined: Mapping[str, ActorMention]) -> list[ActorMention]:
    found: list[ActorMention] = []
    i = 0
    while i < len(scene.tokens):
        step = _known(scene, i, defined) or _unlisted(scene, i) or _unnamed(scene, i)
        if step is None:
            i += 1
            continue
        i, mention = step
        if mention is not None:
            found.append(mention)
    return found


def _known(scene: Scene, i: int, defined: Mapping[str, ActorMention]) -> tuple[int, ActorMention] | None:
    """The longest alias of the table that begins here and fits; an acronym that the text itself defines goes first."""
    own = defined.get(scene.tokens[i].raw)
    if own is not None and own.actor and own.actor.kind == "Identity Militias" and not (i and scene.tokens[i - 1].key == "the"):
        own = None
    fitting = _by_fit(scene, i)
    if fitting:
        generic = next((stop for stop, _ in longest(scene.lexicon.nouns, scene.text, scene.tokens, i)), 0)
        fore = _by_first_words(scene, i, capital_run(scene, i)) if scene.tokens[i].capital and not scene.capitals else None
    for stop, name in fitting:
        if fore is not None and fore[0] > stop:
            return fore
        if stop < generic or (own is not None and stop == i + 1):
            break
        return _extend(scene, i, stop, _named_mention(scene, i, stop, _row(name, scene.when)))
    if own is None:
        return None
    return _extend(scene, i, i + 1, _widened(scene, own, scene.tokens[i].start, scene.tokens[i].end))


def _by_fit(scene: Scene, i: int) -> list[tuple[int, Name]]:
    """The names that may stand here: the longest first, of equally long ones that of the story's country."""
    listed = longest(scene.lexicon.names, scene.text, scene.tokens, i)
    if not listed:
        return []
    fitting = [(stop, name) for stop, name in listed if _fits(scene, i, name)]
    return sorted(fitting, key=lambda f: (-f[0], not _near(scene, f[1])))


def _near(scene: Scene, name: Name) -> bool:
    return any(row.country == scene.country for row in name.rows)


def _fits(scene: Scene, i: int, name: Name) -> bool:
    written = scene.tokens[i : i + len(name.tokens)]
    if any(t.start in scene.breaks for t in written[1:]):
        return False
    if name.alias.not_in_capitals and line_in_capitals(scene, written[0]):
        return False
    if name.acronym and not (written[0].raw.isupper() or (len(written[0].raw) > 3 and written[0].capital)):
        return False
    wrong = sum(1 for have, want in zip(written, name.tokens, strict=True) if want.raw[0].isupper() and not have.capital)
    if wrong and (len(name.tokens) < 3 or wrong == len(name.tokens)):
        return False
    row = name.rows[-1]
    if row.kind == "Identity Militias" and name.tokens[-1].raw[0].islower() and scene.country not in (None, row.country):
        return False
    if name.alias.at_home and scene.country not in (None, row.country):
        return False
    if not name.guarded or row.country is None or row.country == scene.country or scene.country is None:
        return True
    return _spoken_of(scene, row)


def _spoken_of(scene: Scene, row: NamedActor) -> bool:
    """Whether the text names the row's country, or the row by a longer name."""
    if row.country in scene.lands_named:
        return True
    longer = (a.words.split() for a in row.aliases if " " in a.words)
    return any(all(fold(w) in scene.keys for w in words) for words in (*longer, row.name.split()))


def _row(name: Name, when: str | None) -> NamedActor:
    return next((row for row in reversed(name.rows) if row.holds(when)), name.rows[-1])


def _named_mention(scene: Scene, i: int, stop: int, row: NamedActor) -> ActorMention:
    start, end = scene.tokens[i].start, scene.tokens[stop - 1].end
    kind = EXTERNAL if row.kind == STATE and scene.country and row.country and row.country != scene.country else row.kind
    words = scene.text[start:end]
    return ActorMention(
        start=start,
        end=end,
        words=words,
        actor=Actor(name=row.name, words=words, kind=kind, id=row.id),
        generic=False,
        armed=_is_armed(row.kind, row.role),
        plural=True,
        country=row.country,
        speaker_role=row.role,
        explicit=row.country is not None,
        group="military" if row.role == "military" and row.kind == STATE else None,
        noun=" ".join([row.name, *(a.words for a in row.aliases)]).casefold(),
    )


def _is_armed(kind: str | None, role: str) -> bool | None:
    if kind is None:
        return False
    return role in ("armed_group", "military") if kind == EXTERNAL else role != "official" or None


def _extend(scene: Scene, i: int, stop: int, mention: ActorMention) -> tuple[int, ActorMention]:
    """The mention with the noun that follows the name: "Fano militiamen", "RSF fighters", "Hamas gunmen"."""
    if stop < len(scene.tokens) and joined(scene.text, scene.tokens[stop - 1], scene.tokens[stop]):
        if scene.tokens[stop].start in scene.breaks or scene.text[
            scene.tokens[stop - 1].end : scene.tokens[stop].start
        ].startswith(("'", "’", "(")):
            return stop, mention
        if scene.tokens[stop].key in scene.lexicon.parts["member_words"]:
            return stop + 1, _widened(scene, mention, mention.start, scene.tokens[stop].end)
        for after, noun in longest(scene.lexicon.nouns, scene.text, scene.tokens, stop):
            if noun.group.armed and noun.group.name not in ("sides", "state_arms"):
                return after, _widened(scene, mention, mention.start, scene.tokens[after - 1].end)
    return stop, mention


def _widened(scene: Scene, mention: ActorMention, start: int, end: int) -> ActorMention:
    words = scene.text[start:end]
    actor = replace(mention.actor, words=words) if mention.actor else None
    return replace(mention, start=start, end=end, words=words, actor=actor)


def _unlisted(scene: Scene, i: int) -> tuple[int, ActorMention] | None:
    """A group that the table lacks, told by the form of its name: "Union of Resistance Forces", "the Halaf clan"."""
    tokens, words = scene.tokens, scene.lexicon
    if not tokens[i].capital or tokens[i].key in words.parts["not_names"] or scene.capitals:
        return None
    run = min(capital_run(scene, i), i + 2) if tokens[i].raw.isdigit() else capital_run(scene, i)
    fore = _by_first_words(scene, i, run)
    if fore is not None:
        return fore
    if tokens[i].key in words.nouns.after and i + 1 < run and tokens[i + 1].key in ("of", "from", "for"):
        return None
    common = next((stop for stop, _ in longest(words.nouns, scene.text, tokens, i)), 0)
    for stop in range(run, max(i + 1, common), -1):
        for size in (3, 2, 1):
            key = tuple(t.key for t in tokens[max(i, stop - size) : stop])
            if len(key) == size and key in words.last and _name_like(scene, i, stop - size):
                return stop, _group_mention(scene, i, stop, words.last[key])
    return _by_lower_word(scene, i, run, common)


def _by_first_words(scene: Scene, i: int, run: int) -> tuple[int, ActorMention] | None:
    """ "Front for the Defence of the North": known by how it begins."""
    for stop, head in longest(scene.lexicon.first, scene.text, scene.tokens, i):
        if run > stop and scene.tokens[run - 1].capital:
            return run, _group_mention(scene, i, run, head)
    return None


def _by_lower_word(scene: Scene, i: int, run: int, common: int) -> tuple[int, ActorMention] | None:
    """ "Kokorat San Ras gang", "Kuki volunteers": a name and the word for what it is."""
    tokens, plain = scene.tokens, run
    while plain > i and not tokens[plain - 1].capital:
        plain -= 1
    if plain == len(tokens) or tokens[plain].raw not in scene.lexicon.lower or plain < common:
        return None
    if not _name_like(scene, i, plain) or not joined(scene.text, tokens[plain - 1], tokens[plain]):
        return None
    if scene.text[tokens[plain - 1].end] in " \u00a0":
        return plain + 1, _group_mention(scene, i, plain + 1, scene.lexicon.lower[tokens[plain].raw], cut=plain)
    return None


def _name_like(scene: Scene, i: int, stop: int) -> bool:
    """Whether the words before a head can be a group's own name: not a nationality, a number or a common word alone."""
    parts = scene.lexicon.parts
    if only_land(scene, i, stop):
        return False
    own = [t for t in scene.tokens[i:stop] if not t.raw[0].isdigit() and t.key not in parts["modifiers"]]
    return any(t.capital and t.key not in parts["not_names"] and t.key not in scene.lexicon.nouns.after for t in own)


def _group_mention(scene: Scene, i: int, stop: int, head: GroupHead, *, cut: int | None = None) -> ActorMention:
    start, end = scene.tokens[i].start, scene.tokens[stop - 1].end
    words = scene.text[start:end]
    name = scene.text[start : scene.tokens[(cut or stop) - 1].end]
    if cut is not None and head.kind == "Identity Militias":
        name = f"{name} Communal Militia{bracket(scene.country)}"
    military = head.kind == STATE
    actor = group_actor(actor_groups()["military"], scene.country, scene.country, words) if military else None
    actor = actor or Actor(name=name, words=words, kind=head.kind, id=slug(name))
    return ActorMention(
        start=start,
        end=end,
        words=words,
        actor=actor,
        generic=military,
        armed=True,
        plural=True,
        country=scene.country,
        speaker_role="military" if military else "armed_group",
        group="military" if military else None,
        noun=words.casefold(),
    )


def _unnamed(scene: Scene, i: int) -> tuple[int, ActorMention | None] | None:
    """A common noun for an actor with what stands before it: "US-backed Syrian rebels", "the army"."""
    for stop, noun in longest(scene.lexicon.nouns, scene.text, scene.tokens, i):
        if any(t.start in scene.breaks for t in scene.tokens[i + 1 : stop]):
            continue
        first, iso3 = modifiers_before(scene, i)
        if iso3 is None:
            iso3 = land_after(scene, stop, noun.group)
        determiner = scene.tokens[first - 1].key if first and touching(scene, first) else ""
        own = determiner in scene.lexicon.parts["possessives"]
        if noun.group.name == "state_arms" and (scene.tokens[first].key in scene.lexicon.peoples or (iso3 is None and not own)):
            return None
        if noun.group.name == "belongings" and not own:
            return None
        pointing = determiner in scene.lexicon.parts["determiners"] or determiner in scene.lexicon.parts["possessives"]
        if noun.group.name in ("named_group", "named_body") and not (pointing and iso3 is None):
            return None
        if noun.group.armed and _member_word(scene, stop, noun):
            stop += 1
        return stop, _noun_mention(scene, first, stop, noun, iso3, determiner)
    return None


def _member_word(scene: Scene, stop: int, noun: ActorNoun) -> bool:
    """Whether a word such as "leaders" follows, which makes one phrase with the noun: "terrorist leaders"."""
    members, tokens = scene.lexicon.parts["member_words"], scene.tokens
    if stop == len(tokens) or noun.words in members or tokens[stop].key not in members:
        return False
    return joined(scene.text, tokens[stop - 1], tokens[stop]) and scene.text[tokens[stop - 1].end] in " \u00a0"


def _noun_mention(scene: Scene, first: int, stop: int, noun: ActorNoun, iso3: str | None, determiner: str) -> ActorMention:
    start, end = scene.tokens[first].start, scene.tokens[stop - 1].end
    words = scene.text[start:end]
    group, agent = noun.group, noun.agent_group
    people = scene.tokens[first].key in scene.lexicon.peoples
    if group.name == "guards" and iso3 and not people:
        group = agent = actor_groups()["military"]
    if group.name == "state_arms" and iso3 is None:
        group = agent = actor_groups()["belongings"]
    land = iso3 if iso3 and not people else scene.country
    if group.name == "military" and iso3 is None and land in countries():
        land = countries()[land].army or land
    return ActorMention(
        start=start,
        end=end,
        words=words,
        actor=group_actor(group, land, scene.country, words) if group.pattern else None,
        generic=True,
        armed=group.armed if agent is group else None,
        plural=noun.plural,
        country=iso3 or scene.country,
        speaker_role=group.role,
        agent=group_actor(agent, land, scene.country, words) if agent.pattern else None,
        group=group.name,
        noun=noun.words.casefold(),
        definite=determiner in scene.lexicon.parts["determiners"],
        possessive=determiner in scene.lexicon.parts["possessives"],
        explicit=iso3 is not None,
    )


def _definitions(scene: Scene, mentions: Sequence[ActorMention]) -> dict[str, ActorMention]:
    """The short names that the text itself gives to the actors it names: "the Azawad Front (AF)", "known as Gado"."""
    found: dict[str, ActorMention] = {}
    for mention in mentions:
        if mention.generic or mention.actor is None:
            continue
        clan = mention.actor.name.partition(" Communal Militia")
        if clan[1] and " " not in clan[0]:
            found.setdefault(clan[0], mention)
        for pattern in (DEFINED, KNOWN_AS):
            match = pattern.match(scene.text, mention.end)
            if match and fold(match.group(1)) not in scene.lexicon.parts["not_names"]:
                found.setdefault(match.group(1).rstrip("."), mention)
    return found


def _merge(scene: Scene, mentions: Sequence[ActorMention]) -> list[ActorMention]:
    """The mentions with "fighters of the Front" made one, named after the Front."""
    merged: list[ActorMention] = []
    for mention in mentions:
        last = merged[-1] if merged else None
        if (
            last
            and last.generic
            and not mention.generic
            and mention.actor
            and mention.actor.kind
            and (last.armed or last.noun in scene.lexicon.parts["member_words"])
        ):
            gap = BELONGING.match(scene.text, last.end)
            if gap and gap.end() == mention.start and last.group not in ("sides", "government"):
                merged[-1] = _widened(scene, mention, last.start, mention.end)
                continue
        merged.append(mention)
    return merged
