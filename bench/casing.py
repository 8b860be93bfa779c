"""Texts in capitals, as the wires of 1990 sent them, put into ordinary case by what is usual in other texts."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
BEGINS = re.compile(r"(?:^|[.!?:]|\n\s*\n|--)[\"'”\s]*$")
INITIALS = re.compile(r"((?:[A-Z'-]+ ){2,8})\(([A-Z]{3,8})\)")
SMALL = frozenset(("of", "the", "and", "for", "de", "la", "del", "los", "las", "y", "en", "to", "in"))
ENDINGS = ("ing", "ed", "ly", "tions", "tion", "ment", "ments", "ness", "able", "ible", "ive", "ous", "ers", "ors", "ists", "ity")
AFTER_ARTICLE = re.compile(r"\b(?:A|AN|HIS|HER|ITS|THEIR|THESE|THOSE|SOME|MANY|SEVERAL|TWO|THREE|FOUR|FIVE) $", re.IGNORECASE)


def usual_case(texts: Iterable[str]) -> dict[str, str]:
    """Each word of the texts (lower case) in the case that it mostly has inside a sentence."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for word in WORD.finditer(text):
            if not BEGINS.search(text, max(0, word.start() - 6), word.start()):
                seen[word.group().lower()][word.group()] += 1
    return {low: usual_form(low, forms) for low, forms in seen.items()}


def usual_form(low: str, forms: Mapping[str, int]) -> str:
    """The commonest form; small letters where they are not rare, since headlines and titles add capitals."""
    most = max(forms, key=lambda form: (forms[form], form))
    return low if forms.get(low, 0) >= 0.3 * forms[most] else most


def names_with_initials(texts: Iterable[str]) -> dict[str, str]:
    """Names that stand before their initials: `NATIONAL LIBERATION ARMY (ELN)` gives `National Liberation Army` and `ELN`."""
    found: Counter[str] = Counter()
    for text in texts:
        for hit in INITIALS.finditer(" ".join(text.split())):
            found[hit[2]] += 1
            words = hit[1].split()
            for first in range(len(words) - 1):
                initials = "".join(w[0] for w in words[first:] if w.lower() not in SMALL)
                if initials == hit[2] and words[first].lower() not in SMALL:
                    found[" ".join(words[first:])] += 1
                    break
    return {name: name if " " not in name else title(name) for name in found}


def title(name: str) -> str:
    """A name with capitals on its words, small words small."""
    words = name.lower().split()
    return " ".join(w if n and w in SMALL else w.capitalize() for n, w in enumerate(words))


def in_ordinary_case(text: str, usual: Mapping[str, str], names: Mapping[str, str]) -> str:
    """The text in ordinary case, of the same length. Unknown words are taken for names, unless they end as other words do."""

    def cased(word: re.Match[str]) -> str:
        low = word.group().lower()
        if text[max(0, word.start() - 1) : word.start()].isdigit():
            form = low
        elif word.group() in names:
            form = names[word.group()]
        elif low in usual:
            form = usual[low]
        else:
            common = low.endswith(ENDINGS) or AFTER_ARTICLE.search(text, max(0, word.start() - 9), word.start())
            form = low if common else low.capitalize()
        begins = BEGINS.search(text, max(0, word.start() - 6), word.start())
        return form.capitalize() if form.islower() and begins else form

    out = WORD.sub(cased, text)
    for name, form in sorted(names.items()):
        at = text.find(name) if " " in name else -1
        while at >= 0:
            out = out[:at] + form + out[at + len(form) :]
            at = text.find(name, at + len(form))
    return out


def ordinary_texts(shared: Path) -> Iterator[str]:
    """English news in ordinary case: training corpora, articles, toponym corpora."""
    for path in sorted(shared.glob("corpus/train-*/reports.jsonl")):
        yield from (json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines())
    truth = json.loads((shared / "data/pages/ground-truth.json").read_text(encoding="utf-8"))
    yield from (truth[page]["articleBody"] for page in sorted(truth))
    for name in ("polnear/dev", "geoparsing/lgl", "geoparsing/geovirus"):
        with gzip.open(shared / "data" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as rows:
            yield from (json.loads(row)["text"] for row in rows)
