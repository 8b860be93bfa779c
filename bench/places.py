"""How well places are found and resolved: public toponym corpora, and the places of gold corpora.

    python bench/places.py --data ../shared/data/geoparsing --corpus ../shared/corpus/world --out places.json

On the toponym corpora (LGL, GeoVirus) it prints recognition (a mention that overlaps a gold one; strict: the same offsets)
and, of those recognised that gold gives coordinates for, the share within 161 km. Half of the documents (whole papers of LGL) is
for development and for fitting the weights; the figures to go by are those of the other half. On a gold corpus it prints the
share of claims whose first place some mention of the same report answers: within 30 km, within 300 km where gold has precision
3, or by name where one has no coordinates.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marsad.model import Place
from marsad.places import Gazetteer, PlaceMention, PlaceReading, find_places, load_gazetteer

NEAR_KM, WIDE_KM, METRO_KM = 30, 300, 161
WIDE_GUIDELINES = frozenset(["lgl"])
Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def is_development(document: Row) -> bool:
    """Whether a document is of the half that may be looked at; the papers of LGL are kept whole."""
    return hashlib.sha256((document.get("domain") or document["docid"]).encode()).digest()[0] % 2 == 0


def km(a: tuple[float | None, float | None], b: tuple[float | None, float | None]) -> float | None:
    """Great-circle distance, `None` where a coordinate is missing."""
    if a[0] is None or a[1] is None or b[0] is None or b[1] is None:
        return None
    p, q = math.radians(a[0]), math.radians(b[0])
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(half)))


@dataclass(slots=True)
class Count:
    """What was found and where it was put, of some documents."""

    gold: int = 0
    found: int = 0
    gold_hit: int = 0
    found_hit: int = 0
    strict: int = 0
    resolved: int = 0
    near: int = 0
    towns: int = 0
    towns_near: int = 0

    def add(self, gold: Sequence[Row], mentions: Sequence[PlaceMention]) -> None:
        spans = {(m.start, m.end) for m in mentions}
        self.gold += len(gold)
        self.found += len(mentions)
        self.strict += sum((g["start"], g["end"]) in spans for g in gold)
        self.found_hit += sum(any(g["start"] < m.end and m.start < g["end"] for g in gold) for m in mentions)
        for g in gold:
            hit = next((m for m in mentions if g["start"] < m.end and m.start < g["end"]), None)
            self.gold_hit += hit is not None
            if hit is not None and g["lat"] is not None:
                self.resolve(g, hit.place)

    def resolve(self, gold: Row, place: Place | None) -> None:
        far = km((gold["lat"], gold["lon"]), (place.latitude, place.longitude)) if place else None
        near = far is not None and far <= METRO_KM
        self.resolved += 1
        self.near += near
        if not (place and place.id and place.id.startswith("iso:")):
            self.towns += 1
            self.towns_near += near

    def f1(self, hits: int, hits_found: int) -> Row:
        recall, precision = hits / max(self.gold, 1), hits_found / max(self.found, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        return {"p": round(precision, 3), "r": round(recall, 3), "f1": round(f1, 3)}

    def row(self) -> Row:
        return {
            "toponyms": self.gold,
            "overlap": self.f1(self.gold_hit, self.found_hit),
            "strict": self.f1(self.strict, self.strict),
            "within_161km": round(self.near / max(self.resolved, 1), 3),
            "within_161km_no_countries": round(self.towns_near / max(self.towns, 1), 3),
        }


def marks(corpus: str, text: str, reading: PlaceReading, gazetteer: Gazetteer) -> list[PlaceMention]:
    """The mentions that a corpus's own guidelines count: LGL marks adjectives ("Iraqi") and places inside other names
    ("Newark Police"), GeoVirus neither."""
    found = list(reading.mentions)
    if corpus in WIDE_GUIDELINES:
        found += reading.associated
        for start, end, country in reading.demonyms:
            land = gazetteer.lands.get(country)
            if land and not any(m.start < end and start < m.end for m in found):
                found.append(PlaceMention(start=start, end=end, words=text[start:end], place=land.entry.place(text[start:end])))
    return found


def toponyms(path: Path, gazetteer: Gazetteer) -> Row:
    """Recognition and resolution on one corpus of marked toponyms: of the half that nobody looks at, and of the other."""
    corpus = path.name.split(".")[0]
    halves = {True: Count(), False: Count()}
    words, began = 0, time.process_time()
    for document in read(path):
        words += len(document["text"].split())
        reading = find_places(document["text"], gazetteer=gazetteer)
        halves[is_development(document)].add(document["toponyms"], marks(corpus, document["text"], reading, gazetteer))
    seconds = time.process_time() - began
    return {
        "corpus": corpus,
        **halves[False].row(),
        "development": halves[True].row(),
        "words_per_second": round(words / seconds),
    }


def answers(gold: Row, place: Place | None) -> bool:
    """Whether a place is the gold one, as the claims' scorer has it."""
    if place is None:
        return False
    far = km((gold["latitude"], gold["longitude"]), (place.latitude, place.longitude))
    if far is not None:
        return far <= (WIDE_KM if gold["precision"] == 3 else NEAR_KM)
    return bool(gold["name"].casefold() == place.name.casefold())


def why_missed(gold: Row, text: str, mentions: tuple[PlaceMention, ...]) -> str:
    """The kind of a miss: not named so in the text, not found, or found and put elsewhere."""
    names = {gold["name"].casefold(), gold["words"].casefold()}
    if not any(gold["name"].casefold() in t for t in (text.casefold(),)):
        return "not named so" if gold["words"][:1].islower() or gold["words"][:4] == "The " else "spelt otherwise"
    hit = [m for m in mentions if m.place and (m.words.casefold() in names or m.place.name.casefold() in names)]
    return "elsewhere" if hit else "not found"


def claims(folder: Path, gazetteer: Gazetteer, *, show: bool) -> Row:
    """The share of a gold corpus's first places that a mention of the report (or its title) answers."""
    reports = {r["id"]: r for r in read(folder / "reports.jsonl")}
    readings = {}
    words, began = 0, time.process_time()
    for ident, report in reports.items():
        words += len(report["text"].split())
        readings[ident] = find_places(report["text"], gazetteer=gazetteer, title=report.get("title"))
    seconds = time.process_time() - began
    wanted = right = mention_count = landed = 0
    missed: Counter[str] = Counter()
    for reading in readings.values():
        mention_count += len(reading.mentions)
    for claim in read(folder / "gold.jsonl"):
        if not claim["where"]:
            continue
        wanted += 1
        gold, reading = claim["where"][0], readings[claim["report"]]
        landed += gold["country"] is None or reading.country == gold["country"]
        mentions = reading.mentions + reading.titled
        if any(answers(gold, m.place) for m in mentions):
            right += 1
            continue
        report = reports[claim["report"]]
        kind = why_missed(gold, f"{report['title']}\n{report['text']}", mentions)
        missed[kind] += 1
        if show:
            print(
                f"  {kind:15} {claim['report']}: {gold['name']} | {gold['words']} | {gold['country']}"
                f" {gold['latitude']} {gold['longitude']} p{gold['precision']}"
            )
            print(f"      {[(m.words, m.place.country, m.place.latitude, m.place.longitude) for m in mentions if m.place]}"[:700])
    return {
        "corpus": folder.name,
        "claims": wanted,
        "answered": round(right / max(wanted, 1), 3),
        "story_country": round(landed / max(wanted, 1), 3),
        "missed": dict(missed.most_common()),
        "mentions_per_report": round(mention_count / max(len(reports), 1), 1),
        "words_per_second": round(words / seconds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with lgl.jsonl.gz and geovirus.jsonl.gz")
    parser.add_argument("--corpus", type=Path, action="append", default=[], help="a gold corpus folder; may be given again")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--misses", action="store_true", help="print every gold place that no mention answers")
    options = parser.parse_args()
    gazetteer = load_gazetteer()
    results = []
    for name in ("lgl.jsonl.gz", "geovirus.jsonl.gz") if options.data else ():
        results.append(toponyms(options.data / name, gazetteer))
        r = results[-1]
        for half, figures in (("held out", r), ("development", r["development"])):
            print(
                f"{r['corpus']:10} {half:12} overlap P {figures['overlap']['p']:.3f} R {figures['overlap']['r']:.3f}"
                f" F1 {figures['overlap']['f1']:.3f}  strict F1 {figures['strict']['f1']:.3f}"
                f"  within 161 km {figures['within_161km']:.3f}, countries left out"
                f" {figures['within_161km_no_countries']:.3f}  {r['words_per_second']:,} words/s"
            )
    for folder in options.corpus:
        r = claims(folder, gazetteer, show=options.misses)
        results.append(r)
        print(
            f"{r['corpus']:15} answered {r['answered']:.3f} of {r['claims']}  country {r['story_country']:.3f}"
            f"  {r['mentions_per_report']} mentions a report  {r['words_per_second']:,} words/s  missed {r['missed']}"
        )
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
