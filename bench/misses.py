"""A page of everything that is coded wrong: misses, false alarms and wrong fields, by kind, each in its sentence.

    python bench/misses.py --shared PATH --out misses.html [--corpora seeds sudan …] [--reader encoder|rules]

Without `--shared` the pinned corpora of the tests are read. The page is one file and asks for nothing outside itself.
"""

from __future__ import annotations

import argparse
import html
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.figures import Answer, Story, answers, breaches, field_marks, sentence
from bench.quality import CORPORA, code_corpus, stages_with
from marsad.coding.resources import ReaderName
from marsad.model import Claim, Place, When

ROOT = Path(__file__).resolve().parent.parent
AROUND = 160
GROUPS = ("firewall", "missed", "false alarm", "wrong")
STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse } th, td { border: 1px solid #ccc; padding: .2rem .6rem; text-align: right }
th:first-child { text-align: left } summary { cursor: pointer; font-weight: 600; margin: .6rem 0 }
article { border-left: 4px solid #ccc; margin: .8rem 0; padding: .1rem 0 .1rem .8rem } mark { background: #ffe08a }
small { color: #555 } dl { display: grid; grid-template-columns: max-content auto; gap: .1rem .8rem; margin: .3rem 0 }
dt { color: #555 } dd { margin: 0 } .gold { color: #075e25 } .coded { color: #8c1d18 }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing coded wrong. `kind` is `GROUP: what`; `gold` or `coded` is missing where there is none."""

    corpus: str
    kind: str
    story: Story
    gold: Claim | None = None
    coded: Claim | None = None
    field: str | None = None


def mistakes(corpus: str, given: Iterable[Answer]) -> list[Mistake]:
    """All that is wrong with the answers of a corpus."""
    found = []
    for answer in given:
        story = answer.story
        found += [Mistake(corpus=corpus, kind=f"firewall: {g.scope}", story=story, gold=g) for g in breaches(answer)]
        found += [Mistake(corpus=corpus, kind=f"missed: {label(g)}", story=story, gold=g) for g in answer.missed()]
        found += [Mistake(corpus=corpus, kind=f"false alarm: {label(c)}", story=story, coded=c) for c in answer.false_alarms()]
        for i, j in answer.pairs:
            gold, coded = answer.gold[i], answer.coded[j]
            for field, right in field_marks(gold, coded).items():
                if not right and field != "row":
                    kind = f"wrong: {gold.scope} {field}"
                    found.append(Mistake(corpus=corpus, kind=kind, story=story, gold=gold, coded=coded, field=field))
    return found


def label(claim: Claim) -> str:
    """What a claim is about, in a few words."""
    if claim.condition:
        return f"condition {claim.condition.subject} {claim.condition.state}"
    return f"{claim.scope} {claim.sub_event_type if claim.scope == 'incident' else claim.measure}"


def page(found: Sequence[Mistake]) -> str:
    """The whole page."""
    groups: dict[str, list[Mistake]] = defaultdict(list)
    for mistake in found:
        groups[mistake.kind].append(mistake)
    order = sorted(groups, key=lambda kind: (GROUPS.index(kind.split(":")[0]), -len(groups[kind]), kind))
    parts = [f"<h1>Mistakes: {len(found)}</h1>", counts(found)]
    for kind in order:
        shown = "".join(article(m) for m in groups[kind])
        parts.append(f"<details><summary>{escaped(kind)} ({len(groups[kind])})</summary>{shown}</details>")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><title>Mistakes</title>'
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head>\n<body>{"".join(parts)}</body></html>\n'


def counts(found: Sequence[Mistake]) -> str:
    """A table: groups by corpora."""
    corpora = list(dict.fromkeys(m.corpus for m in found))
    tally: dict[tuple[str, str], int] = defaultdict(int)
    for mistake in found:
        tally[mistake.kind.split(":")[0], mistake.corpus] += 1
    head = "".join(f"<th>{escaped(c)}</th>" for c in corpora)
    rows = "".join(f"<tr><th>{g}</th>{''.join(f'<td>{tally[g, c]}</td>' for c in corpora)}</tr>" for g in GROUPS)
    return f"<table><tr><th></th>{head}</tr>{rows}</table>"


def article(mistake: Mistake) -> str:
    """One mistake: its sentence, and what was wanted and what was coded."""
    claim = mistake.gold or mistake.coded
    assert claim
    where = f"<small>{escaped(mistake.corpus)} · {escaped(mistake.story.id)} · {escaped(mistake.story.title)}</small>"
    said = f"<p>{highlighted(mistake.story, claim)}</p>"
    if mistake.field:
        pairs = [("gold", mistake.gold, mistake.field), ("coded", mistake.coded, mistake.field)]
        told = "".join(f'<dt>{n}</dt><dd class="{n}">{escaped(shown(c, f))}</dd>' for n, c, f in pairs if c)
    else:
        side = "gold" if mistake.gold else "coded"
        fields = ("kind", "when", "where", "who", "whom", "counts", "according_to", "stance")
        told = "".join(f'<dt>{f}</dt><dd class="{side}">{escaped(shown(claim, f))}</dd>' for f in fields if shown(claim, f))
    return f"<article>{where}{said}<dl>{told}</dl></article>"


def highlighted(story: Story, claim: Claim) -> str:
    """The claim's words, marked, with some of the text before and after."""
    quote = next((e.quote for e in claim.evidence if e.field == "claim"), sentence(claim))
    at = story.text.find(quote)
    if at < 0 or not quote:
        return f"<mark>{escaped(quote)}</mark>"
    end = at + len(quote)
    before, after = story.text[max(0, at - AROUND) : at], story.text[end : end + AROUND]
    return f"{escaped(before)}<mark>{escaped(quote)}</mark>{escaped(after)}"


def shown(claim: Claim, field: str) -> str:
    """One field of a claim in words, empty where it says nothing."""
    if field in ("killed", "injured", "counts"):
        return "; ".join(f"{c.effect} {c.low}–{c.high} “{c.words}”" for c in claim.counts if field in ("counts", c.effect))
    if field in ("who", "whom"):
        return "; ".join(f"{a.name} “{a.words}”" for a in (claim.who if field == "who" else claim.whom))
    told = {
        "kind": label(claim) + (" (background)" if claim.background else ""),
        "when": days(claim.when),
        "where": "; ".join(map(spot, claim.where)),
        "according_to": "; ".join(f"{s.name} ({s.role})" for s in claim.according_to) or "own voice",
        "stance": claim.stance,
        "state": label(claim),
        "event_type": str(claim.event_type),
        "sub_event_type": str(claim.sub_event_type),
        "value": f"{claim.value.low}–{claim.value.high} “{claim.value.words}”" if claim.value else "",
    }
    return told[field]


def days(when: When) -> str:
    """The span, its precision, and when it ended."""
    span = " to ".join(dict.fromkeys(d for d in (when.first, when.last) if d)) or "no date"
    return f"{span} ({when.precision})" + (f" until {when.until}" if when.until else "")


def spot(place: Place) -> str:
    """A place with its country and point."""
    point = "no point" if place.latitude is None else f"{place.latitude}, {place.longitude}"
    return f"{place.name} “{place.words}” {place.country or '?'} ({point}; precision {place.precision})"


def escaped(text: str) -> str:
    """Text for HTML, quotation marks included."""
    return html.escape(text, quote=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, help="folder with corpus/")
    parser.add_argument("--corpora", nargs="+", help="names of folders in corpus/")
    parser.add_argument("--reader", choices=get_args(ReaderName), default="encoder")
    parser.add_argument("--out", type=Path, default=Path("misses.html"))
    options = parser.parse_args()
    home = options.shared / "corpus" if options.shared else ROOT / "tests" / "data" / "gold"
    names = options.corpora or (CORPORA if options.shared else sorted(p.name for p in home.iterdir() if p.is_dir()))
    stages, found = stages_with(options.reader), []
    for name in names:
        records = [json.loads(line) for line in code_corpus(home / name, stages).split("\n") if line]
        found += mistakes(name, answers(home / name, records))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(page(found), encoding="utf-8")
    print(f"{len(found)} mistakes in {options.out}")


if __name__ == "__main__":
    main()
