"""Whose words they are: the speaker of a verb in a parsed sentence, and the parse's usual mistakes put right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from marsad.coding.attribution_words import SpeechVerb, role_of, speech_verbs
from marsad.language.text import text_of

if TYPE_CHECKING:
    from spacy.tokens import Token

Found = tuple[tuple[int, int], str, int]

SUBJECTS = frozenset({"nsubj", "csubj"})
NOT_SPEAKERS = frozenset(
    [
        "readers",
        "which",
        "that",
        "this",
        "these",
        "those",
        "there",
        "what",
        "nobody",
        "none",
        "nothing",
        "everything",
        "something",
        "i",
        "we",
        "you",
        "me",
        "us",
        "anyone",
        "anybody",
        "toll",
        "number",
        "figure",
        "figures",
        "violence",
        "attack",
        "fighting",
        "strike",
        "death",
    ]
)
AUDIENCES = frozenset({"reporters", "journalists", "media", "press", "newsmen", "correspondents"})
RELATIVES = frozenset({"who", "which", "that"})
CLOSERS = ('"', "”", "’", "»", "''", ",'", ".'", "?'", "!'")
DATELINE = re.compile(r"^[^a-z\n]{0,4}[A-Z][^\n]{0,60}?\s[—–-]+\s")
PLACE_LINE = re.compile(
    r"^\W{0,3}[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]{2,30}(?:[ /][A-ZÀ-ÖØ-Þ.'’-]{1,30}){0,4}"
    r"(?:,\s[^\n:—–]{1,40})?(?:\s\([^)\n]{1,40}\))?(?::|\s[—–-]+)\s"
)
SKIPPED = re.compile(
    r"\s+(?:(?:has|have|had|also|later|still|then|now|again|since|meanwhile|repeatedly|nevertheless|earlier)\s+)*$", re.I
)
NAMED = re.compile(r"(?:^|[,;:—–]\s)(?P<name>(?:[A-Z][\w’'-]{1,30}\s){1,3}[A-Z][\w’'-]{1,30}),$")
PHRASE_OPENS = re.compile(r"(?:an?|the|one|two|three|several|some|local)\b|[A-Z]", re.I)
RANKED = re.compile(r"(?:\b(?:Brig|Maj|Lt|Col|Gen|Capt|Adm|Sgt|Dr|Prof)\.\s+)+$")
WHEN = re.compile(
    r"\s+(?:(?:late|early|earlier|also|then)\s+)?(?:(?:on|in|this|last)\s+)?"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\s+(?:meanwhile|yesterday|today|earlier|later)\b"
)


def subject_of(token: Token) -> tuple[Token | None, bool]:
    """The word that speaks, and whether it stands at this very verb (else it is had from the verb before)."""
    if any(c.dep_ in ("auxpass", "nsubjpass") for c in token.children):
        if quoted_passive(token):
            return next((c for c in token.children if c.dep_ == "nsubjpass"), None), True
        return agent_of(token), True
    subjects = [c for c in token.children if c.dep_ in SUBJECTS]
    own = next((c for c in subjects if c.lower_ not in RELATIVES), next(iter(subjects), None))
    if own is not None and own.lower_ in RELATIVES and token.dep_ == "relcl":
        return (None, True) if own.lower_ == "that" and token.head.pos_ == "PRON" else (token.head, False)
    if own is not None:
        return own, True
    inverted = next((c for c in token.children if c.dep_ in ("dobj", "attr") and c.i == token.i + 1 + _width(c)), None)
    if token.lower_ not in (
        "said",
        "says",
        "say",
        "added",
        "explained",
        "recalled",
        "retorted",
        "recounted",
        "warned",
        "tells",
        "reports",
    ):
        inverted = None
    if token.tag_ == "VBG":
        teller = next(
            (a for a in token.ancestors if a.lower_ in speech_verbs() and any(c.dep_ == "nsubj" for c in a.children)), None
        )
        if teller is not None:
            return next(c for c in teller.children if c.dep_ == "nsubj"), False
    if taken_for_participle(token):
        return token.head, True
    head, steps = token, 0
    while (
        head.dep_ in ("conj", "advcl", "xcomp", "acl", "dep")
        and steps < 4
        and (head.dep_ == "conj" or token.tag_ in ("VBG", "VB", "VBD", "VBN"))
    ):
        if (
            head.dep_ == "acl"
            and token.tag_ == "VBG"
            and head.head.pos_ in ("NOUN", "PROPN")
            and head.head.dep_ not in ("dobj", "pobj")
        ):
            return head.head, False
        head, steps = head.head, steps + 1
        if _told_before(token, head):
            head = head.head
        found = next((c for c in head.children if c.dep_ in (*SUBJECTS, "nsubjpass")), None)
        if found is not None and found.lower_ not in RELATIVES:
            return found, False
        if found is not None:
            return head.head, False
    quoted = token.i > 0 and token.nbor(-1).text in (",", "'", *CLOSERS)
    return (inverted, True) if inverted is not None and quoted else (None, True)


def _told_before(token: Token, head: Token) -> bool:
    """Whether a verb goes on with the one that tells, not with what is told: "said four men had died and added …"."""
    if head.dep_ != "ccomp" or head.head.lower_ not in speech_verbs() or token.tag_ != "VBD":
        return False
    return any(c.dep_ in ("aux", "auxpass") for c in head.children) and not any(c.dep_ == "aux" for c in token.children)


def taken_for_participle(token: Token) -> bool:
    """Whether the parse takes the verb for a participle behind an apposition: "A group, the X Front, bragged of it"."""
    return bool(
        token.dep_ == "acl"
        and token.tag_ == "VBN"
        and token.i > 0
        and token.nbor(-1).text == ","
        and token.head.dep_ == "ROOT"
        and token.head.pos_ in ("NOUN", "PROPN")
        and any(c.dep_ == "appos" for c in token.head.children)
        and agent_of(token) is None
    )


def _width(token: Token) -> int:
    return int(token.i - token.left_edge.i)


def quoted_passive(token: Token) -> bool:
    return token.lower_ in ("quoted", "cited") and text_of(token.doc)[token.idx : token.idx + 40].lower().find(" as ") > 0


def agent_of(token: Token) -> Token | None:
    by = next((c for c in token.children if c.dep_ == "agent"), None)
    return next((c for c in by.children if c.dep_ == "pobj"), None) if by is not None else None


def speakers_of(subject: Token) -> list[Found]:
    """The subject's span, its words with apposition, and where the whole phrase ends; one for each of "X and Y"."""
    heads = [subject, *(c for c in subject.children if c.dep_ == "conj")]
    found = []
    for head in heads:
        first, last = head.left_edge.i, head.right_edge.i
        if head is subject and len(heads) > 1:
            last = min(h.left_edge.i for h in heads[1:]) - 1
        comma = next((t.i for t in reversed(list(head.doc[first : head.i])) if t.text in (",", ";")), None)
        if comma is not None and role_of(head.doc[comma + 1 : head.i + 1].text) is not None:
            first = comma + 1
        piece = head.doc[first : last + 1]
        whole = piece.text.rstrip(" ,")
        cut = short_end(whole, head.idx + len(head) - piece.start_char)
        if head is subject and len(heads) > 1:
            cut = len(re.sub(r"[\s,]+(?:and|or|&)$", "", whole[:cut]))
        begin = RANKED.search(text_of(head.doc)[: piece.start_char])
        if cut > 0:
            found.append(
                (
                    (begin.start() if begin else piece.start_char, piece.start_char + cut),
                    whole,
                    head.doc[head.right_edge.i : head.right_edge.i + 1].end_char,
                )
            )
    return found


def short_end(words: str, head_end: int) -> int:
    """Where the speaker's own words end: before an apposition, a relative clause after a comma, a bracket, a verb's clause."""
    cut = re.compile(r"\s*[,;(:—–\"“]|\s-\s").search(words, head_end)
    day = WHEN.search(words, max(1, min(head_end, len(words))))
    return min(cut.start() if cut else len(words), day.start() if day else len(words))


def _before_auxiliaries(text: str, at: int) -> int:
    """Where the words before a verb end, its "has", "had", "later" left out."""
    start = max(0, at - 80)
    gap = SKIPPED.search(text[start:at])
    return start + gap.start() if gap else at


def _dateline(text: str) -> int:
    """Where the story begins behind a dateline such as "KISUMU — "; 0 without one."""
    hit = PLACE_LINE.match(text) or DATELINE.match(text)
    return hit.end() if hit else 0


def extended(text: str, end: int, cue: int) -> int:
    """The speaker's end with the proper name that stands between it and the verb: "the utility DTEK said"."""
    return end + len(text[end:cue].rstrip()) if re.fullmatch(r"(?:\s[A-Z][\w’'-]*){1,3}\s*", text[end:cue]) else end


def mistaken(token: Token, subject: Token, own: bool) -> bool:
    """Whether the parse's subject stands before a dateline, or before a comma behind which another phrase stands."""
    text = text_of(token.doc)
    if subject.idx < _dateline(text) < token.idx:
        return True
    before = subject.nbor(-1) if subject.i > 0 else None
    if (
        subject.lower_ in ("it", "him", "her", "them")
        and before is not None
        and before.pos_ == "VERB"
        and before.lower_ not in speech_verbs()
    ):
        return True
    if _introduced(subject):
        return False
    if token.dep_ == "conj" and not own and token.nbor(-1).text == ",":
        return True
    end = _before_auxiliaries(text, token.idx)
    mark = max(text.rfind(",", subject.idx, token.idx), text.rfind(";", subject.idx, token.idx))
    between = text[mark + 1 : end].strip() if mark > subject.idx else ""
    if token.dep_ == "conj" and not own and PHRASE_OPENS.match(between) and role_of(between) is not None:
        return True
    return own and bool(between) and not re.match(r"(?:who|which|whose|and|or|but|also|in|on|at|by|for|from)\b", between, re.I)


def _introduced(subject: Token) -> bool:
    """Whether a name that opens the sentence is followed by who they are: "Ana Costa, a manager with the relief council"."""
    name = subject.doc[subject.left_edge.i : subject.i + 1].text
    opens = subject.left_edge.i == 0 and len(name.split()) > 1 and all(w[:1].isupper() for w in name.split())
    return opens and role_of(name) is None and any(c.dep_ == "appos" for c in subject.children)


def phrase_before(token: Token, verb: SpeechVerb) -> list[Found]:
    """The speakers that stand left of a verb for which the parse found none; empty where no such words are there."""
    text = text_of(token.doc)
    end = _before_auxiliaries(text, token.idx)
    set_off = text[end - 1 : end] == ","
    begin = max(text.rfind(mark, 0, end - set_off) for mark in ',;:—–"”“') + 1
    if set_off or re.match(
        r"\s*(?:for|in|at|on|by|from|speaking|asked|who|reached|[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,2},?$)", text[begin:end]
    ):
        begin = max(text.rfind(mark, 0, max(0, begin - 1)) for mark in ',;:—–"”“') + 1
    clause = re.search(r".*\s(?:that|which)\s+(?=\w)", text[begin:end])
    begin += clause.end() if clause else 0
    named = NAMED.search(text[:begin]) if set_off else None
    begin = max(named.start("name") if named else begin, _dateline(text))
    words = text[begin:end]
    preposed = re.match(
        r"\s*(?:In|On|By|At|For|After|From|and|but|while)\s.*\s(?=(?:the|a|an|its|his|her|their)\s)|\s*(?:and|but|while)\s",
        words,
        re.I,
    )
    begin += preposed.end() if preposed else len(words) - len(words.lstrip())
    words = text[begin:end].rstrip(" ,")
    if not words or len(words.split()) > 14 or _verbs_between(token, begin, begin + len(words)):
        return []
    if (role_of(words) is None and not words[:1].isupper()) or (verb.pattern != "clause" and role_of(words) is None):
        return []
    if words.split()[0].lower() in NOT_SPEAKERS:
        return []
    parts = (
        [m.span() for m in re.finditer(r"(?:(?!\sand\s).)+", words)]
        if re.search(r"\sand (?:a|an|the|two|three)?\s*[a-z]+(?:\s[a-z]+)?$", words)
        else [(0, len(words))]
    )
    found = []
    for first, last in parts:
        piece = re.sub(r"^\s*and\s+", "", words[first:last])
        at = begin + words.find(piece)
        found.append(((at, at + short_end(piece, 1)), piece, end))
    return found


def _verbs_between(token: Token, start: int, end: int) -> bool:
    inside = [t for t in token.doc if start <= t.idx < end]
    return any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") and t.dep_ != "relcl" and (t.head.dep_ != "relcl") for t in inside)


def outlets(token: Token, subject: Token | None, verb: SpeechVerb) -> tuple[tuple[int, int], ...]:
    """The outlet in "X told Outlet" and "Outlet quoted X as saying"."""
    told = (
        next((c for c in token.children if c.dep_ in ("dobj", "dative") and c.i > token.i), None)
        if token.lower_ == "told"
        else None
    )
    outlet = subject if verb.pattern == "quote" else told
    if outlet is None or outlet.lower_ in AUDIENCES or not (outlet.pos_ == "PROPN" or role_of(outlet.text) == "media"):
        return ()
    return ((outlet.left_edge.idx, outlet.idx + len(outlet)),)


def quoted_speakers(token: Token) -> list[Found]:
    """In "X quoted Y as saying", Y."""
    quoted = next((c for c in token.children if c.dep_ == "dobj"), None)
    if quoted is None:
        quoted = next((t for t in token.doc[token.i + 1 : token.i + 12] if t.dep_ in ("nsubj", "dobj", "pobj")), None)
    if quoted is None:
        return []
    last = next((t.i for t in token.doc[quoted.i :] if t.lower_ == "as"), quoted.right_edge.i + 1)
    piece = token.doc[quoted.left_edge.i if quoted.left_edge.i > token.i else token.i + 1 : last]
    words = piece.text
    return (
        [
            (
                (
                    piece.start_char,
                    piece.start_char + short_end(words, min(len(words), quoted.idx + len(quoted) - piece.start_char)),
                ),
                words,
                piece.end_char,
            )
        ]
        if words
        else []
    )


def has_finite_verb(token: Token, start: int, end: int) -> bool:
    return any(
        t.tag_ in ("VBD", "VBZ", "VBP", "MD") or (t.tag_ == "VBN" and t.is_upper) or t.text in CLOSERS
        for t in token.doc
        if start <= t.idx < end
    )
