"""How well speakers are found.

    bench/attribution.py --data PATH/polnear [--corpus FOLDER ...] [--limit N] [--out FILE.json]

PolNeAR marks every attribution of its news, thoughts and judgements as well as statements, but none within what another says:
`find_attributions(..., every=True)` without its nested ones is measured. A source counts as found where the character spans
overlap; of "X, who said" either word will do, as PolNeAR marks the "who". Gold sources of over 25 words are left out. `pair`
wants the content to overlap too. `statements` measures what the coder uses, and `with_nested` all that is found.
Gold corpora: share of claims whose first speaker is right, the report's own voice included.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from marsad.coding.attribution import Attribution, find_attributions, speaker_for
from marsad.language.text import load_model, parse, split

Spans = list[tuple[int, int]]
Pair = tuple[Spans, Spans]


def attributions_of(text: str, *, publisher: str | None = None, title: str | None = None) -> tuple[Attribution, ...]:
    return find_attributions(text, parse(split(text), model=load_model()), publisher=publisher, title=title)


def every_attribution(text: str) -> tuple[Attribution, ...]:
    return find_attributions(text, parse(split(text), model=load_model()), every=True)


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    yield from (json.loads(line) for line in text.split("\n") if line.strip())


def meet(one: Spans, other: Spans) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)


def scores(found: int, right_found: int, wanted: int, right_wanted: int) -> dict[str, float]:
    precision, recall = right_found / max(1, found), right_wanted / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3), "found": found, "wanted": wanted}


def polnear(folder: Path, limit: int) -> dict[str, dict[str, float]]:
    tally: Counter[str] = Counter()
    for number, row in enumerate(lines_of(folder / "dev.jsonl.gz")):
        if limit and number >= limit:
            break
        text = row["text"]
        gold = [(_spans(a["source"]), _spans(a["content"])) for a in row["attributions"] if a.get("source") and a.get("content")]
        gold = [(s, c) for s, c in gold if len(text[s[0][0] : s[-1][1]].split()) <= 25]
        found = [a for a in every_attribution(text) if a.speaker_end > a.speaker_start]
        outer = [a for a in found if not a.nested]
        spoken = [a for a in outer if a.kind == "speech"]
        _count(tally, "source", gold, outer, _same_source)
        _count(tally, "pair", gold, outer, _same_pair)
        _count(tally, "statements", gold, spoken, _same_source)
        _count(tally, "with_nested", gold, found, _same_source)
    names = ("source", "pair", "statements", "with_nested")
    return {f"polnear.{n}": scores(tally[f"{n} made"], tally[f"{n} right"], tally[f"{n} gold"], tally[f"{n} met"]) for n in names}


def _count(
    tally: Counter[str], name: str, gold: list[Pair], found: list[Attribution], fits: Callable[[Pair, Pair], bool]
) -> None:
    made = [([(a.speaker_start, a.speaker_end), *([a.stand_in] if a.stand_in else [])], list(a.content)) for a in found]
    tally[f"{name} made"] += len(made)
    tally[f"{name} gold"] += len(gold)
    tally[f"{name} met"] += sum(any(fits(g, m) for m in made) for g in gold)
    tally[f"{name} right"] += sum(any(fits(g, m) for g in gold) for m in made)


def _same_source(gold: Pair, made: Pair) -> bool:
    return meet(gold[0], made[0])


def _same_pair(gold: Pair, made: Pair) -> bool:
    return meet(gold[0], made[0]) and meet(gold[1], made[1])


def _spans(pieces: Iterable[dict[str, Any]]) -> Spans:
    return [(p["start"], p["end"]) for p in pieces]


def tidy(words: str | None) -> str:
    return " ".join((words or "").casefold().removeprefix("the ").split())


def same(gold: dict[str, Any], words: str | None, coded: Attribution) -> bool:
    wanted = {tidy(gold["name"]), tidy(words)} - {""}
    return any(x in y or y in x for x in wanted for y in {tidy(coded.name), tidy(coded.speaker_words)} - {""})


def corpus(folder: Path) -> dict[str, float]:
    reports = {r["id"]: r for r in lines_of(folder / "reports.jsonl")}
    made = {i: attributions_of(r["text"], publisher=r["publisher"], title=r["title"]) for i, r in reports.items()}
    tally: Counter[str] = Counter()
    for claim in lines_of(folder / "gold.jsonl"):
        quote = claim["evidence"]["claim"]
        at = reports[claim["report"]]["text"].find(quote)
        if at < 0:
            continue
        coded = speaker_for((at, at + len(quote)), made[claim["report"]])
        said = claim["according_to"] or []
        kind = "said" if said else "own"
        right = bool(coded) and same(said[0], claim["evidence"].get("according_to"), coded[0]) if said else not coded
        tally.update({kind: 1, f"{kind} right": int(right)})
        if said and right:
            tally.update(
                {"named": 1, "role": int(coded[0].role == said[0]["role"]), "stance": int(coded[0].stance == claim["stance"])}
            )
    claims = tally["said"] + tally["own"]
    return {
        "claims": claims,
        "accuracy": round((tally["said right"] + tally["own right"]) / max(1, claims), 3),
        "said": round(tally["said right"] / max(1, tally["said"]), 3),
        "own_voice": round(tally["own right"] / max(1, tally["own"]), 3),
        "role": round(tally["role"] / max(1, tally["named"]), 3),
        "stance": round(tally["stance"] / max(1, tally["named"]), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of PolNeAR (dev.jsonl.gz)")
    parser.add_argument("--corpus", type=Path, nargs="*", default=[], help="gold corpora")
    parser.add_argument("--limit", type=int, default=0, help="PolNeAR articles at most")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    args = parser.parse_args()
    figures: dict[str, dict[str, float]] = polnear(args.data, args.limit) if args.data else {}
    figures |= {folder.name: corpus(folder) for folder in args.corpus}
    for name, row in figures.items():
        print(f"{name:16}", "  ".join(f"{key} {value}" for key, value in row.items()))
    if args.out:
        args.out.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
