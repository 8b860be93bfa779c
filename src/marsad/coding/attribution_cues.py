"""One sentence's attributions: the cue, the speaker's words and what is said, by the sentence's parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from marsad.coding.attribution_surface import surface_cues
from marsad.coding.attribution_words import SpeechVerb, role_of, speech_verbs
from marsad.language.text import Sentence
from marsad.model import Stance

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = frozenset({"nsubj", "csubj"})
OWN_VOICE = re.compile(r"(?:our|this)\s", re.I)
NOT_SPEAKERS = frozenset(
    "readers which that this these those there what nobody none nothing everything something i we you me us anyone anybody"
    " toll number figure figures violence attack fighting strike death".split()
)
RELATIVES = frozenset({"who", "which", "that"})
CONJUNCTION = re.compile(
    r"(?:,\s*(?:and|but|while|whereas|though|although|yet|so)|\s+(?:and|but|while|whereas|although)|\s[-–—])\s+(?:[^,;]{0,30},?\s+)?$"
)
OPENERS = "\"“‘«"
CLOSERS = "\"”’»"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A speaker and a cue in one sentence; all offsets count from the sentence's start.

    `about` is the speaker's words with their apposition, from which the role is read; `clause` runs over speaker and cue;
    `side` is where the thing said stands ("left", "right" or "both"), and `content` what `lay_out` makes of it.
    """

    speaker: tuple[int, int]
    about: str
    cue: tuple[int, int]
    clause: tuple[int, int]
    stance: Stance
    status: str
    pattern: str
    side: str
    own_subject: bool = True
    nested: bool = False
    place: bool = False
    reach: int | None = None
    via: tuple[tuple[int, int], ...] = ()
    content: tuple[tuple[int, int], ...] = ()


def cues_in(sentence: Sentence) -> tuple[Cue, ...]:
    """The sentence's cues in order, each with its content. Without a parse the words alone decide."""
    if sentence.doc is None:
        found = [_from_surface(sentence.text, *hit) for hit in surface_cues(sentence.text)]
    else:
        found = list(_parsed(sentence.doc))
    found.sort(key=lambda c: (c.cue, c.speaker))
    return lay_out(sentence.text, _once(found))


def _from_surface(text: str, speaker: tuple[int, int], cue: tuple[int, int], verb: SpeechVerb) -> Cue:
    clause = min(speaker[0], cue[0]), max(speaker[1], cue[1])
    left = text[: clause[0]].rstrip()
    side = "left" if left.endswith((",", *CLOSERS)) and len(left.split()) > 2 else "right"
    return Cue(
        speaker=speaker, about=text[slice(*speaker)], cue=cue, clause=clause, stance=verb.stance, status=verb.status,
        pattern=verb.pattern, side=side,
    )


def _once(cues: list[Cue]) -> list[Cue]:
    kept: list[Cue] = []
    for cue in cues:
        if not any(cue.speaker == k.speaker and cue.cue[0] <= k.clause[1] and k.cue[0] <= cue.clause[1] for k in kept):
            kept.append(cue)
    return kept


def _parsed(doc: Doc) -> Iterator[Cue]:
    table = speech_verbs()
    for token in doc:
        entries = table.get(token.lower_, ())
        if not entries:
            continue
        cues = list(_verb_cue(token, entries)) if _is_verb(token) else []
        yield from cues or _tail_cue(token, entries)
    yield from _phrases(doc)


OBJECT = re.compile(r"\s+(?:(?:only |some |at least )?\d|(?:the|an?|both|any|all|its|his|that|it|responsibility|no)\b|[A-Z]|[,.]$)")


def _is_verb(token: Token) -> bool:
    behind = token.doc.text[token.idx + len(token) :]
    if token.lower_.endswith("s") and (re.match(r"\s+that\b|[.,]?$", behind)) and token.dep_ not in ("pobj", "nsubj", "nsubjpass", "dobj"):
        return True
    if token.lower_.endswith("s") and token.tag_ in ("NNS", "NNPS") and OBJECT.match(behind) and token.i > 0 and token.nbor(-1).pos_ in ("PROPN", "NOUN"):
        return True
    if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
        return True
    return token.is_upper and any(c.dep_ in SUBJECTS or c.dep_ == "ccomp" for c in token.children)


TAIL = re.compile(r"\s*(?:[.,;]|$|(?:on|in|late|yesterday|today)\b)")


def _tail_cue(token: Token, entries: tuple[SpeechVerb, ...]) -> Iterator[Cue]:
    """A "…, the White Helmets report" whose verb the parse took for a noun or hung elsewhere."""
    text = token.doc.text
    verb = next((e for e in entries if e.pattern == "clause" and e.after is None), None)
    if verb is None or token.tag_ == "VBG" or not TAIL.match(text[token.idx + len(token) :]) or any(c.dep_ == "neg" for c in token.children):
        return
    for speaker, about, _ in _phrase_before(token, verb):
        left = text[: speaker[0]].rstrip()
        if not left.endswith((",", *CLOSERS)) or role_of(about) is None or not _finite(token, 0, speaker[0]):
            continue
        clause = speaker[0], token.idx + len(token)
        yield Cue(
            speaker=speaker, about=about, cue=(token.idx, clause[1]), clause=clause, stance=verb.stance, status=verb.status,
            pattern=verb.pattern, side="left",
        )


def _verb_cue(token: Token, entries: tuple[SpeechVerb, ...]) -> Iterator[Cue]:
    text = token.doc.text
    behind = text[token.idx + len(token) : token.idx + len(token) + 160].lstrip()
    usable = [e for e in entries if e.after is None or e.after.match(behind)]
    if not usable or _unreal(token):
        return
    subject, own = _subject(token)
    if token.dep_ == "relcl" and subject is not None and not own and text[: token.idx].rfind(",", subject.idx) < 0:
        return
    verb, stance = _choose(token, usable, subject)
    if verb is None:
        return
    nearer = _phrase_before(token, verb) if subject is None or _mistaken(token, subject, own) else []
    if subject is None or nearer:
        speakers, own, before = nearer, True, True
    elif subject.lower_ in NOT_SPEAKERS:
        return
    else:
        speakers, before = _speakers(subject), subject.i < token.i
    if verb.pattern == "quote":
        speakers = _quoted(token) or speakers
    for speaker, about, edge in speakers:
        if OWN_VOICE.match(about):
            continue
        clause = min(speaker[0], token.idx), max(edge, token.idx + len(token))
        if before:
            clause = min(s[0] for s, _, _ in speakers), token.idx + len(token)
            speaker = speaker[0], _extended(text, speaker[1], token.idx)
        side = "right" if verb.pattern == "quote" else _side(token, before, clause, own)
        yield Cue(
            reach=token.right_edge.idx + len(token.right_edge) if token.dep_ == "relcl" and subject is not None else None,
            place=subject is not None and subject.ent_type_ == "GPE", via=_outlets(token, subject, verb),
            speaker=speaker, about=about, cue=(token.idx, token.idx + len(token)), clause=clause, stance=stance,
            status=verb.status, pattern=verb.pattern, side=side, own_subject=own, nested=token.dep_ == "ccomp" and token.head.lower_ in speech_verbs(),
        )


DATELINE = re.compile(r"^[^a-z\n]{0,4}[A-Z][^\n]{0,60}?\s[—–-]+\s")
SKIPPED = re.compile(r"\s+(?:(?:has|have|had|also|later|still|then|now|again|since|meanwhile|repeatedly|nevertheless|earlier)\s+)*$", re.I)


def _dateline(text: str) -> int:
    """Where the story begins behind a dateline such as "KISUMU — "; 0 without one."""
    hit = DATELINE.match(text)
    return hit.end() if hit else 0


def _extended(text: str, end: int, cue: int) -> int:
    """The speaker's end with the proper name that stands between it and the verb: "the utility DTEK said"."""
    return end + len(text[end:cue].rstrip()) if re.fullmatch(r"(?:\s[A-Z][\w’'-]*){1,3}\s*", text[end:cue]) else end


def _mistaken(token: Token, subject: Token, own: bool) -> bool:
    """Whether the parse's subject stands before a dateline, or before a comma behind which another phrase stands."""
    text = token.doc.text
    if subject.idx < _dateline(text) < token.idx:
        return True
    before = subject.nbor(-1) if subject.i > 0 else None
    if subject.lower_ in ("it", "him", "her", "them") and before is not None and before.pos_ == "VERB" and before.lower_ not in speech_verbs():
        return True
    gap = SKIPPED.search(text[: token.idx])
    mark = max(text.rfind(",", subject.idx, token.idx), text.rfind(";", subject.idx, token.idx))
    between = text[mark + 1 : gap.start() if gap else token.idx].strip() if mark > subject.idx else ""
    return own and bool(between) and not re.match(r"(?:who|which|whose|and|or|but|also|in|on|at|by|for|from)\b", between, re.I)


def _phrase_before(token: Token, verb: SpeechVerb) -> list[tuple[tuple[int, int], str, int]]:
    """The speakers that stand left of a verb for which the parse found none; empty where no such words are there."""
    text = token.doc.text
    gap = SKIPPED.search(text[: token.idx])
    end = gap.start() if gap else token.idx
    set_off = text[end - 1 : end] == ","
    begin = max(text.rfind(mark, 0, end - set_off) for mark in ",;:—–\"”“") + 1
    if set_off or re.match(r"\s*(?:for|in|at|on|by|from|speaking|asked|who|reached|[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,2},?$)", text[begin:end]):
        begin = max(text.rfind(mark, 0, max(0, begin - 1)) for mark in ",;:—–\"”“") + 1
    begin = max(begin, _dateline(text))
    words = text[begin:end]
    preposed = re.match(r"\s*(?:In|On|By|At|For|After|From|and|but|while)\s.*\s(?=(?:the|a|an|its|his|her|their)\s)|\s*(?:and|but|while)\s", words, re.I)
    begin += preposed.end() if preposed else len(words) - len(words.lstrip())
    words = text[begin:end].rstrip(" ,")
    if not words or len(words.split()) > 14 or _verbs_between(token, begin, begin + len(words)):
        return []
    if role_of(words) is None and not words[:1].isupper() or verb.pattern != "clause" and role_of(words) is None:
        return []
    if words.split()[0].lower() in NOT_SPEAKERS:
        return []
    parts = [m.span() for m in re.finditer(r"(?:(?!\sand\s).)+", words)] if re.search(r"\sand (?:a|an|the|two|three)?\s*[a-z]+(?:\s[a-z]+)?$", words) else [(0, len(words))]
    found = []
    for first, last in parts:
        piece = re.sub(r"^\s*and\s+", "", words[first:last])
        at = begin + words.find(piece)
        found.append(((at, at + _short_end(piece, 1)), piece, end))
    return found


def _verbs_between(token: Token, start: int, end: int) -> bool:
    inside = [t for t in token.doc if start <= t.idx < end]
    return any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") and t.dep_ != "relcl" and (t.head.dep_ != "relcl") for t in inside)


def _outlets(token: Token, subject: Token | None, verb: SpeechVerb) -> tuple[tuple[int, int], ...]:
    """The outlet in "X told Outlet" and "Outlet quoted X as saying"."""
    told = next((c for c in token.children if c.dep_ in ("dobj", "dative") and c.i > token.i), None) if token.lower_ == "told" else None
    outlet = subject if verb.pattern == "quote" else told
    if outlet is None or not (outlet.pos_ == "PROPN" or role_of(outlet.text) == "media"):
        return ()
    return ((outlet.left_edge.idx, outlet.idx + len(outlet)),)


def _quoted(token: Token) -> list[tuple[tuple[int, int], str, int]]:
    """In "X quoted Y as saying", Y."""
    quoted = next((c for c in token.children if c.dep_ == "dobj"), None)
    if quoted is None:
        quoted = next((t for t in token.doc[token.i + 1 : token.i + 12] if t.dep_ in ("nsubj", "dobj", "pobj")), None)
    if quoted is None:
        return []
    last = next((t.i for t in token.doc[quoted.i :] if t.lower_ == "as"), quoted.right_edge.i + 1)
    piece = token.doc[quoted.left_edge.i if quoted.left_edge.i > token.i else token.i + 1 : last]
    words = piece.text
    return [((piece.start_char, piece.start_char + _short_end(words, min(len(words), quoted.idx + len(quoted) - piece.start_char))), words, piece.end_char)] if words else []


HEARSAY = re.compile(r"(?:said|thought|believed|alleged|known|reported|suspected|held) to (?:be|have|belong|\w+)\b", re.I)


def _unreal(token: Token) -> bool:
    """Not said: an infinitive ("asked to say"), a passive without a speaker, "would say", "did not say"."""
    children = [c for c in token.children if c.i < token.i]
    if token.i > 0 and token.nbor(-1).lower_ == "as" or token.tag_ in ("VBN", "VBD") and HEARSAY.match(token.doc.text[token.idx :]):
        return True
    if token.tag_ == "VB" and any(c.lower_ == "to" for c in children) and token.head.lower_ not in ("went", "going", "continued"):
        return True
    if any(c.dep_ == "neg" for c in children) and token.lemma_.lower() not in ("confirm", "verify", "believe", "think"):
        return True
    if any(c.lower_ in ("would", "will", "should", "must", "might") for c in children):
        return True
    if token.tag_ == "VBN" and token.dep_ == "acl" and _agent(token) is None:
        return True
    if token.dep_ == "relcl" and not any(c.dep_ in ("ccomp", "dobj") for c in token.children if c.i > token.i) and not _set_off(token):
        return True
    return any(c.dep_ in ("auxpass", "nsubjpass") for c in token.children) and _agent(token) is None and not _quoted_passive(token)


def _quoted_passive(token: Token) -> bool:
    return token.lower_ in ("quoted", "cited") and token.doc.text[token.idx : token.idx + 40].lower().find(" as ") > 0


def _agent(token: Token) -> Token | None:
    by = next((c for c in token.children if c.dep_ == "agent"), None)
    return next((c for c in by.children if c.dep_ == "pobj"), None) if by is not None else None


def _subject(token: Token) -> tuple[Token | None, bool]:
    """The word that speaks, and whether it stands at this very verb (else it is had from the verb before)."""
    if any(c.dep_ in ("auxpass", "nsubjpass") for c in token.children):
        if _quoted_passive(token):
            return next((c for c in token.children if c.dep_ == "nsubjpass"), None), True
        return _agent(token), True
    own = next((c for c in token.children if c.dep_ in SUBJECTS), None)
    if own is not None and own.lower_ in RELATIVES and token.dep_ == "relcl":
        return (None, True) if own.lower_ == "that" and token.head.pos_ == "PRON" else (token.head, False)
    if own is not None:
        return own, True
    inverted = next((c for c in token.children if c.dep_ in ("dobj", "attr") and c.i == token.i + 1 + _width(c)), None)
    if token.lower_ not in ("said", "says", "say", "added", "explained", "recalled", "retorted", "recounted", "warned", "tells", "reports"):
        inverted = None
    if token.tag_ == "VBG":
        teller = next((a for a in token.ancestors if a.lower_ in speech_verbs() and any(c.dep_ == "nsubj" for c in a.children)), None)
        if teller is not None:
            return next(c for c in teller.children if c.dep_ == "nsubj"), False
    head, steps = token, 0
    while head.dep_ in ("conj", "advcl", "xcomp", "acl", "dep") and steps < 4 and (head.dep_ == "conj" or token.tag_ in ("VBG", "VB", "VBD", "VBN")):
        if head.dep_ == "acl" and token.tag_ == "VBG" and head.head.pos_ in ("NOUN", "PROPN") and head.head.dep_ not in ("dobj", "pobj"):
            return head.head, False
        head, steps = head.head, steps + 1
        found = next((c for c in head.children if c.dep_ in (*SUBJECTS, "nsubjpass")), None)
        if found is not None and found.lower_ not in RELATIVES:
            return found, False
        if found is not None:
            return head.head, False
    quoted = token.i > 0 and token.nbor(-1).text in (",", *CLOSERS)
    return (inverted, True) if inverted is not None and quoted else (None, True)


def _width(token: Token) -> int:
    return int(token.i - token.left_edge.i)


def _choose(token: Token, usable: list[SpeechVerb], subject: Token | None) -> tuple[SpeechVerb | None, Stance]:
    """The entry that fits the verb's surroundings, and the stance it gives."""
    negated = any(c.dep_ == "neg" for c in token.children)
    said = _says_something(token)
    known = subject is None or _known(subject)
    for verb in [*(v for v in usable if v.pattern == "quote"), *(v for v in usable if v.stance != "asserts"), *usable]:
        if verb.pattern == "clause" and (said or _set_off(token)):
            return verb, "doubts" if negated else verb.stance
        if verb.pattern == "object":
            return verb, verb.stance
        if verb.pattern == "weak" and known and any(c.dep_ in ("dobj", "ccomp", "oprd", "dative", "prep", "attr", "xcomp") for c in token.children):
            return verb, "doubts" if negated else verb.stance
        if verb.pattern == "quote":
            return verb, verb.stance
    return None, "asserts"


def _known(subject: Token) -> bool:
    words = " ".join(t.text for t in subject.subtree)[:300]
    return role_of(words) is not None or subject.pos_ == "PRON" or subject.ent_type_ in ("ORG", "GPE", "PERSON", "NORP")


def _says_something(token: Token) -> bool:
    text = token.doc.text
    behind = text[token.idx + len(token) :].lstrip()
    before = text[: token.idx].rstrip()
    if token.lemma_.lower() in ("say", "tell") and len(behind.split()) > 2:
        return True
    return any(c.dep_ in ("ccomp", "parataxis") for c in token.children) or behind.startswith(("that ", ":", *OPENERS)) or before.endswith(tuple(CLOSERS))


def _set_off(token: Token) -> bool:
    """Whether the clause of cue and subject is set off by a comma or quote, as in "…, the army said"."""
    text = token.doc.text
    start = min([token.idx, *(c.left_edge.idx for c in token.children if c.dep_ in SUBJECTS)])
    return text[:start].rstrip().endswith((",", "—", "–", *CLOSERS)) or text[token.idx + len(token) :].strip() in ("", ".")


RANKED = re.compile(r"(?:\b(?:Brig|Maj|Lt|Col|Gen|Capt|Adm|Sgt|Dr|Prof)\.\s+)+$")


def _speakers(subject: Token) -> list[tuple[tuple[int, int], str, int]]:
    """The subject's span, its words with apposition, and where the whole phrase ends; one for each of "X and Y"."""
    heads = [subject, *(c for c in subject.children if c.dep_ == "conj")]
    found = []
    for head in heads:
        first, last = head.left_edge.i, head.right_edge.i
        if head is subject and len(heads) > 1:
            last = min(h.left_edge.i for h in heads[1:]) - 1
        piece = head.doc[first : last + 1]
        whole = piece.text.rstrip(" ,")
        cut = _short_end(whole, head.idx + len(head) - piece.start_char)
        if head is subject and len(heads) > 1:
            cut = len(re.sub(r"[\s,]+(?:and|or|&)$", "", whole[:cut]))
        begin = RANKED.search(head.doc.text[: piece.start_char])
        if cut > 0:
            found.append(((begin.start() if begin else piece.start_char, piece.start_char + cut), whole, head.doc[head.right_edge.i : head.right_edge.i + 1].end_char))
    return found


WHEN = re.compile(
    r"\s+(?:(?:late|early|earlier|also|then)\s+)?(?:(?:on|in|this|last)\s+)?"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\s+(?:meanwhile|yesterday|today|earlier|later)\b"
)


def _short_end(words: str, head_end: int) -> int:
    """Where the speaker's own words end: before an apposition, a relative clause after a comma, a bracket, a verb's clause."""
    cut = re.compile(r"\s*[,;(:—–\"“]|\s-\s").search(words, head_end)
    day = WHEN.search(words, max(1, min(head_end, len(words))))
    return min(cut.start() if cut else len(words), day.start() if day else len(words))


def _side(token: Token, before: bool, clause: tuple[int, int], own: bool) -> str:
    text = token.doc.text
    left, right = text[: clause[0]].rstrip(), text[clause[1] :].lstrip()
    set_off = left.endswith((",", "—", "–", *CLOSERS, "?", "!"))
    clauses = [c for c in token.children if c.dep_ == "ccomp"]
    if not own or not set_off:
        return "right"
    if right.startswith("that ") and before:
        return "right"
    if token.dep_ == "parataxis" and token.head.i > token.i and right.startswith(","):
        return "both"
    if any(c.i < token.i for c in clauses) or left.endswith(tuple(CLOSERS)) or token.dep_ == "parataxis":
        return "left" if _finite(token, text.rfind(";", 0, clause[0]) + 1, clause[0]) else "both"
    if any(c.i > token.i for c in clauses) and before:
        return "right"
    if _finite(token, text.rfind(";", 0, clause[0]) + 1, clause[0]) and (not right or right[0] in ".,;:" or _adjunct(token)):
        return "left"
    return "both" if not before or right.startswith(",") else "right"


def _adjunct(token: Token) -> bool:
    following = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    return following is not None and (following.pos_ in ("ADP", "ADV", "SCONJ", "PUNCT", "CCONJ") or following.ent_type_ == "DATE" or following.dep_ in ("npadvmod", "nsubj", "det", "dobj", "compound", "dative"))


def _finite(token: Token, start: int, end: int) -> bool:
    return any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") or (t.tag_ == "VBN" and t.is_upper) or t.text in CLOSERS for t in token.doc if start <= t.idx < end)


PHRASE = re.compile(
    r"\b(?P<phrase>"
    + "|".join(sorted((re.escape(form).replace(r"\ ", r"\s+") for form, es in speech_verbs().items() if es[0].pattern == "phrase"), key=len, reverse=True))
    + r")\s+(?=[\w\"“])",
    re.I,
)
POSSESSIVE = re.compile(
    r"\b(?:by|in|on)\s+(?P<speaker>(?:(?:(?!(?:by|in|on)\s)[\w-]+\s+){0,5}?[\w-]+)(?=['’]s\s|(?<=s)['’]\s)|his|her|their|its)(?:['’]s?)?\s+(?:own\s+)?(?:\w+\s+)?(?P<cue>"
    + "|".join(form for form, es in speech_verbs().items() if any(e.pattern == "possessive" for e in es))
    + r")\b",
    re.I,
)


LABEL = re.compile(r"\A(?:\d{1,2}[:.]\d\d\s*[—–-]+\s*)?(?P<speaker>(?:[\w’'-]+\s+){0,4}[\w’'-]+(?:, (?:[A-Z][\w’'-]+ ?){1,3})?):\s+(?=[\w\"“])")


def _phrases(doc: Doc) -> Iterator[Cue]:
    text = doc.text
    for hit in PHRASE.finditer(text):
        verb = speech_verbs()[" ".join(hit["phrase"].lower().split())][0]
        inside = [t for t in doc if t.idx >= hit.end()]
        if not inside:
            continue
        head = next((t for t in inside[:12] if t.dep_ in ("pobj", "dobj") and t.head.idx < hit.end() and t.head.idx >= hit.start()), None)
        if head is None or head.left_edge.idx < hit.start():
            head = next((t for t in inside[:12] if t.pos_ in ("NOUN", "PROPN", "PRON") and (t.i + 1 == len(doc) or doc[t.i + 1].dep_ != "compound" and t.dep_ not in ("compound", "poss"))), None)
        if head is None or head.lower_ in NOT_SPEAKERS:
            continue
        for speaker, about, edge in _speakers(head):
            if hit["phrase"].lower().endswith("ing") and role_of(about) is None and not head.ent_type_:
                continue
            yield _phrase_cue(text, hit.span("phrase"), speaker, about, edge, verb)
    for hit in LABEL.finditer(text):
        if role_of(hit["speaker"]) not in (None, "anonymous") and not _finite(doc[0], 0, hit.end("speaker")):
            yield _phrase_cue(text, (hit.end("speaker"), hit.end()), hit.span("speaker"), hit["speaker"], hit.end(), _possession())
    for hit in POSSESSIVE.finditer(text):
        speaker = hit.span("speaker")
        yield _phrase_cue(text, hit.span("cue"), speaker, hit["speaker"], hit.end(), _possession())


def _possession() -> SpeechVerb:
    return next(e for e in speech_verbs()["count"] if e.pattern == "possessive")


def _phrase_cue(text: str, cue: tuple[int, int], speaker: tuple[int, int], about: str, edge: int, verb: SpeechVerb) -> Cue:
    clause = min(cue[0], speaker[0]), max(edge, cue[1], speaker[1])
    left = text[: clause[0]].strip()
    tail = text[clause[1] :].lstrip(" ,")
    side = "right" if len(left.split()) < 3 else "left" if len(left.split()) > 5 or not tail.strip(". ") else "both"
    return Cue(
        speaker=speaker, about=about, cue=cue, clause=clause, stance=verb.stance, status=verb.status, pattern=verb.pattern, side=side,
    )


def lay_out(text: str, cues: list[Cue]) -> tuple[Cue, ...]:
    """The same cues with `content`: for "left" back to the last boundary, for "right" up to the next speaker's clause."""
    laid: list[Cue] = []
    for at, cue in enumerate(cues):
        floor, ceiling = _floor(text, cue, cues[:at]), _ceiling(text, cue, cues[at + 1 :])
        spans = []
        if cue.side in ("left", "both"):
            spans.append((floor, cue.clause[0]))
        if cue.side in ("right", "both"):
            spans.append((cue.clause[1] if cue.pattern in ("clause", "phrase", "possessive") else cue.cue[0], ceiling))
        elif TRAILING.match(text[cue.clause[1] : ceiling]):
            spans.append((cue.clause[1], ceiling))
        elif re.match(r"[^;\"“]{0,60}[\"“]", text[cue.clause[1] : ceiling]):
            spans.append((cue.clause[1] + text[cue.clause[1] : ceiling].index(next(c for c in text[cue.clause[1] :] if c in "\"“")), ceiling))
        content = tuple(s for s in (_trim(text, *s) for s in spans) if s[1] - s[0] > 1)
        laid.append(replace(cue, content=content))
    return tuple(c for c in laid if c.content)


TRAILING = re.compile(r"\s*(?:;|,\s+(?!(?:\w+\s+)?(?:after|as|when|while|but|though|although|who|which|hours|days|where)\b))")


def _floor(text: str, cue: Cue, before: list[Cue]) -> int:
    semicolon = text.rfind(";", 0, cue.clause[0]) + 1
    marks = [0, semicolon if any(b.clause[1] < semicolon for b in before) else 0]
    marks += [b.clause[1] for b in before if b.side == "left" and b.clause[1] <= cue.clause[0] and b.speaker != cue.speaker]
    return max(marks)


def _ceiling(text: str, cue: Cue, behind: list[Cue]) -> int:
    stop = text.find(";", cue.clause[1])
    marks = [cue.reach if cue.reach is not None else len(text), stop if stop >= 0 and any(b.clause[0] > stop for b in behind) else len(text)]
    for other in behind:
        if other.own_subject and other.side == "right" and not other.nested and other.clause[0] >= cue.clause[1]:
            link = CONJUNCTION.search(text[cue.clause[1] : other.clause[0]])
            if link:
                marks.append(cue.clause[1] + link.start())
                break
    return min(marks)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    head = re.match(r"(?:[\s,;:—–-]+|(?:and|but|that)\s)*", text[start:end])
    start += head.end() if head else 0
    while end > start and text[end - 1] in " ,;:—–-\n":
        end -= 1
    return start, max(start, end)
