"""Who a speaker is: pronouns, surnames and "the spokesman" led back to the speaker named before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from marsad.coding.attribution_layout import Cue
from marsad.coding.attribution_words import clean_name, governments, head_part, is_anonymous, nouns_in, person_in, role_of
from marsad.language.text import Sentence

Offsets = tuple[int, int]
People = dict[str, tuple[str, str]]

PRONOUNS = {
    "he": "one",
    "she": "one",
    "they": "many",
    "it": "body",
    "him": "one",
    "her": "one",
    "his": "one",
    "their": "many",
    "its": "body",
    "them": "many",
    "both": "many",
    "all": "many",
    "some": "many",
    "others": "many",
    "one": "many",
    "most": "many",
}
FOR_BODY = re.compile(
    r"(?:an?|the|one)\s(?:\w+\s)?spokes\w+\s(?:for|of)\sthe\s(?P<body>agency|organi[sz]ation|charity|group|movement)$", re.I
)
NO_NAME = re.compile(r"(?:who|which|whose|in|at|from|on|near|by|of|for|with|speaking|reached)\b", re.I)
OWNED = re.compile(r"(?:its|their|his|her)\s", re.I)
PLURAL = re.compile(r"(?:[^s]s|police|people|women|men|children|staff|personnel|media|authorities)$", re.I)
BODY_NAME = re.compile(r"(?:the\s)?(?P<name>[A-Z][\w’'-]*(?:\s(?:of|for|the|[A-Z][\w’'-]*)){0,6})(?:,|$)")
NAME_RUN = re.compile(r"[^\W\d_a-z][\w’'-]{1,30}\.?(?:\s[^\W\d_a-z][\w’'-]{0,30}\.?){1,6}")
INDEFINITE = re.compile(r"(?:an?\s|the\s(?:main|same|other)\s)", re.I)
GENERIC = {
    "agency": ("un", "aid", "media"),
    "organisation": ("aid", "un", "monitor"),
    "organization": ("aid", "un", "monitor"),
    "charity": ("aid",),
    "group": ("armed_group", "monitor", "aid"),
    "movement": ("armed_group",),
    "statement": ("military", "armed_group", "official", "un", "aid", "monitor"),
    "communiqué": ("military", "armed_group", "official"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A speaker met so far: `number` is one (a person), many or body (an organisation)."""

    name: str
    head: str
    role: str
    number: str
    anonymous: bool
    words: str


def people_in(sentences: Sequence[Sentence]) -> People:
    """Surname → full name and the words around its first full mention that tell a role, for back-references."""
    found: People = {}
    for sentence in sentences:
        for start, words in _names(sentence):
            left = sentence.text[max(0, start - 60) : start]
            before = re.split(r"[;:.]|\b(?:and|said|told|by|that)\b|,\s*(?=\w+ \w+ \w+ \w+)", left)[-1]
            after = sentence.text[start + len(words) : start + len(words) + 80]
            apposed = re.match(r",\s*(?:(?:a|an|the|who)\s)?[^,.;]{3,70}", after)
            about = before + words + (apposed.group() if apposed else "")
            if role_of(about) is not None:
                found.setdefault(words.split()[-1].lower(), (words, about))
    return found


def _names(sentence: Sentence) -> Iterator[tuple[int, str]]:
    """Runs of proper names that may be a person's, without rank and post; the offset of each."""
    for run in NAME_RUN.finditer(sentence.text) if sentence.doc is not None else ():
        person = person_in(run.group())
        words = run.group()[slice(*person)] if person else ""
        if person and len(words.split()) > 1 and not nouns_in(words) and words.lower() not in governments():
            yield run.start() + person[0], re.sub(r"['’]s$", "", words)


def actor_of(sentence: Sentence, people: People, cues: Sequence[Cue]) -> Known | None:
    """Who is the subject of a sentence whose main verb is no cue: the next "he" or "they" may be theirs."""
    root = next((t for t in sentence.doc if t.dep_ == "ROOT"), None) if sentence.doc is not None else None
    subject = next((c for c in root.children if c.dep_ == "nsubj"), None) if root is not None else None
    if (
        root is None
        or subject is None
        or any(c.cue[0] <= root.idx < c.cue[1] or subject.idx >= c.cue[0] for c in cues)
        or subject.pos_ not in ("PROPN", "NOUN")
    ):
        return None
    about = root.doc[subject.left_edge.i : subject.right_edge.i + 1].text
    words = root.doc[subject.left_edge.i : subject.i + 1].text
    who, _ = new_speaker(words, about, people)
    fits = who.number != "body" and (person_in(words) or who.role != "other")
    return who if fits and (who.number == "one" or who.role not in ("armed_group", "military")) else None


def antecedent_of(sentence: Sentence, cue: Cue, people: People) -> Known | None:
    """Who a pronoun goes back to in its own sentence: the nearest earlier subject that fits in number and has a role."""
    if sentence.doc is None:
        return None
    number = PRONOUNS[sentence.text[slice(*cue.speaker)].lower()]
    for token in reversed(
        [t for t in sentence.doc if t.idx < cue.clause[0] and t.dep_ == "nsubj" and t.pos_ in ("NOUN", "PROPN")]
    ):
        words = sentence.doc[token.left_edge.i : token.i + 1].text
        about = sentence.doc[token.left_edge.i : token.right_edge.i + 1].text
        about = about[: max(len(words), cue.clause[0] - token.left_edge.idx)]
        who, _ = new_speaker(words, re.split(r",|\swho\s", about)[0], people)
        if who.number == number and who.role != "other" and (number == "body" or who.role not in ("armed_group", "military")):
            return who
    return None


def back_reference(words: str, known: list[Known]) -> Known | None:
    """The speaker met before that "he", "the spokesman", "Birru" goes back to; `None` for a new one."""
    low = words.lower()
    if low in PRONOUNS:
        number = PRONOUNS[low]
        fits = {"one": ("one",), "many": ("many", "body"), "body": ("body", "many")}[number]
        exact = next((k for k in reversed(known) if k.number == fits[0]), None) if number != "many" else None
        return exact or next((k for k in reversed(known) if k.number in fits), None)
    bare = clean_name(words).lower()
    if (person_in(words) and len(bare.split()) == 1) or (len(low.split()) == 1 and words[:1].isupper()):
        return next((k for k in reversed(known) if k.name.lower().split()[-1] == bare and k.name.lower() != bare), None)
    if re.match(r"(?:the|this|that|the same) ", low) and len(head_part(words).split()) <= 3:
        head = re.sub(r"^(?:the same|the|this|that) ", "", low)
        if head in GENERIC:
            return next((k for k in reversed(known) if k.role in GENERIC[head] and k.number != "many"), None)
        return next(
            (
                k
                for k in reversed(known)
                if k.number != "many"
                and (k.head == head or k.words.lower().endswith(" " + head) or f"{head} " in k.words.lower()[:40])
            ),
            None,
        )
    return None


def owned_by(who: Known, words: str, known: list[Known]) -> Known:
    """ "Its spokesman" speaks for the body met last, "a spokesman for the group" for the last that may be called so."""
    named = FOR_BODY.match(words)
    if named:
        roles = GENERIC[named["body"].lower()]
        body = next((k for k in reversed(known) if k.number == "body" and k.role in roles), None)
        return replace(who, role=body.role) if body else who
    noun = nouns_in(head_part(words))
    if not OWNED.match(words) or not noun or noun[-1][2].kind == "noun":
        return who
    body = next((k for k in reversed(known) if k.number != "one" and k.role not in ("resident", "media", "other")), None)
    return replace(who, role=body.role) if body else who


def new_speaker(words: str, about: str, people: People) -> tuple[Known, Offsets]:
    person = person_in(words)
    name, span = clean_name(words), person or (0, len(words))
    apposed = about[len(words) :].lstrip(" ,(—–")[:120] if about[len(words) :].lstrip()[:1] in (",", "(", "—", "–") else ""
    other = person_in(apposed) if apposed and not person and not NO_NAME.match(apposed) else None
    if other and head_part(words) and role_of(words):
        name = apposed[slice(*other)]
        offset = about.find(name)
        span, person = (offset, offset + len(name)), other
    body = BODY_NAME.match(apposed) if not person and not other and INDEFINITE.match(words) else None
    if body:
        name = body["name"]
        span = (about.find(name), about.find(name) + len(name))
    role = role_of(about[:400])
    full = people.get(name.lower().split()[-1]) if name else None
    if full and (person or len(name.split()) == 1):
        name = full[0] if name.lower() in full[0].lower() else name
        role = role or role_of(full[1])
        person = person or span
    anonymous = is_anonymous(about)
    head = head_part(re.sub(r"^(?:the|a|an) ", "", words, flags=re.I)).split()
    many = bool(head and PLURAL.search(head[-1])) and not person
    noun = nouns_in(head_part(words))
    is_one = person is not None or bool(
        (noun and noun[-1][2].role in ("resident", "medical", "expert")) or (noun and noun[-1][2].kind in ("post", "rank"))
    )
    singular = (
        "one"
        if is_one or re.search(r"(?:man|woman|er|or|ist|chief|head|elder|minister|mayor|doctor)$", head[-1] if head else "")
        else "body"
    )
    return (
        Known(
            name=name,
            head=" ".join(head[-1:]).lower(),
            role=role or ("anonymous" if anonymous else "other"),
            number="many" if many else singular,
            anonymous=anonymous,
            words=about[:200],
        ),
        span,
    )
