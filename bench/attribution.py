"""How well speakers are found.

    bench/attribution.py --data PATH/polnear [--corpus FOLDER ...] [--limit N] [--out FILE.json]

PolNeAR: sources found by overlap of character spans, precision, recall and F1 (spans over 25 words are left out on both
sides), also with the content overlapping. Gold corpora: share of claims whose first speaker is right,
the report's own voice included.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from marsad.coding.attribution import Attribution, find_attributions, speaker_for
from marsad.language.text import load_model, parse, split

Spans = list[tuple[int, int]]
Pair = tuple[Spans, Spans]


def attributions_of(text: str, *, publisher: str | None = None, title: str | None = None) -> tuple[Attribution, ...]:
    return find_attributions(text, parse(split(text), model=load_model()), publisher=publisher, title=title)


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
        made = [
            ([(a.speaker_start, a.speaker_end)], list(a.content))
            for a in attributions_of(text)
            if a.speaker_end > a.speaker_start
        ]
        tally["wanted"] += len(gold)
        tally["found"] += len(made)
        for name, fits in (("source", _same_source), ("pair", _same_pair)):
            tally[f"{name} wanted"] += sum(any(fits(g, m) for m in made) for g in gold)
            tally[f"{name} found"] += sum(any(fits(g, m) for g in gold) for m in made)
    return {
        f"polnear.{name}": scores(tally["found"], tally[f"{name} found"], tally["wanted"], tally[f"{name} wanted"])
        for name in ("source", "pair")
    }


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
