"""Measure `marsad.linking.link`: how well it joins, and how its time grows.

    python bench/linking.py --corpus FOLDER [--corpus FOLDER ...] [--misses] [--json FILE]
    python bench/linking.py --shared PATH                  the development corpora, claims as written and as coded
    python bench/linking.py --scale 10000 --scale 100000   processor time on invented claims, all at once and 1,000 new ones
    python bench/linking.py --corpus FOLDER ... --fit      prints weights fitted by logistic regression

Pairwise and B-cubed precision, recall and F1 for each scope. Gold claims that share a `key` are one incident, statistic or
condition. Claims that did not happen are left out. As coded: `linking.b3` of the corpora's own scorer.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations
from typing import Any, TypeVar

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from bench.invented import claims_and_reports
from marsad.linking import ask_keys, block_keys, link, linked
from marsad.linking.facts import read as read_facts
from marsad.linking.incident_pairs import features
from marsad.model import Anchor, Claim, Report, from_record

SCOPES = ("incident", "statistic", "condition")
DEVELOPMENT = ("sudan", "access", "world")
NEW = 1000
T = TypeVar("T")


def lines(path: pathlib.Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as rows:
        return [json.loads(row) for row in rows if row.strip()]


def reports_of(folder: pathlib.Path) -> list[Report]:
    names = ("id", "text", "title", "publisher", "agency", "author", "url", "language", "published", "copy_of")
    return [
        Report(
            origin=f"{folder.name}#{i}",
            anchor=Anchor(date=row.get("published"), basis="caller"),
            **{k: row.get(k) for k in names},
        )
        for i, row in enumerate(lines(folder / "reports.jsonl"), 1)
    ]


def evidence_of(row: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """Quotes with offsets: the claim's own first; a field's quote is looked for from there on, then anywhere."""
    quotes = row.get("evidence") or {}
    begin = max(0, text.find(quotes.get("claim", "")))
    found = []
    for field, quote in quotes.items():
        at = text.find(quote, begin)
        at = at if at >= 0 and at <= begin + len(quotes.get("claim", "")) else text.find(quote)
        if at >= 0:
            found.append({"field": field, "start": at, "end": at + len(quote), "quote": quote})
    return found


def gold_of(folder: pathlib.Path) -> tuple[list[Report], list[Claim], dict[str, str]]:
    """Reports, the claims that happened or are ongoing, and the key of each claim's id."""
    reports = reports_of(folder)
    texts = {r.id: r.text for r in reports}
    claims, keys = [], {}
    for number, row in enumerate(lines(folder / "gold.jsonl")):
        if row["status"] not in ("happened", "ongoing"):
            continue
        given = {k: v for k, v in row.items() if v is not None and k not in ("evidence", "background")}
        given.update(kind="claim", id=f"{row['report']}-{number:04}", background=bool(row.get("background")))
        given["evidence"] = evidence_of(row, texts[row["report"]])
        claim = from_record({k: given[k] for k in sorted(given)})
        claims.append(claim)
        keys[claim.id] = f"{row['scope']}:{row['key']}"
    return reports, claims, keys


def f1(p: float, r: float) -> float:
    return 2 * p * r / (p + r) if p + r else 0.0


def measure(clusters: list[tuple[str, ...]], keys: dict[str, str]) -> dict[str, float]:
    gold: dict[str, set[str]] = defaultdict(set)
    mine: dict[str, set[str]] = {}
    for group in clusters:
        for name in group:
            mine[name] = set(group)
            gold[keys[name]].add(name)
    p = np.mean([len(mine[n] & gold[keys[n]]) / len(mine[n]) for n in mine]) if mine else 0.0
    r = np.mean([len(mine[n] & gold[keys[n]]) / len(gold[keys[n]]) for n in mine]) if mine else 0.0
    right = {pair for g in gold.values() for pair in combinations(sorted(g), 2)}
    said = {pair for g in clusters for pair in combinations(sorted(g), 2)}
    pp, pr = len(right & said) / len(said) if said else 1.0, len(right & said) / len(right) if right else 1.0
    return {"claims": len(mine), "b3.p": p, "b3.r": r, "b3.f1": f1(p, r), "pair.p": pp, "pair.r": pr, "pair.f1": f1(pp, pr)}


def show_misses(claims: list[Claim], clusters: list[tuple[str, ...]], keys: dict[str, str]) -> None:
    by_id = {c.id: c for c in claims}
    home = {n: i for i, g in enumerate(clusters) for n in g}
    for a, b in combinations(sorted(home), 2):
        same, joined = keys[a] == keys[b], home[a] == home[b]
        if same != joined:
            print("MISSED " if same else "WRONG  ", keys[a], "|", keys[b])
            for c in (by_id[a], by_id[b]):
                print("     ", brief(c))


def brief(c: Claim) -> str:
    kind = c.condition.state if c.condition else c.sub_event_type or c.measure
    figures = [c.value.words] if c.value else [f"{k.effect} {k.words}" for k in c.counts]
    said = next((e.quote for e in c.evidence if e.field == "claim"), "")[:150]
    who, places, speakers = [a.name for a in c.who], [p.name for p in c.where], [s.name for s in c.according_to]
    return f"{c.id} {kind} {places} {c.when.first} {c.when.last} {c.when.until} {speakers} {c.stance} {who} {figures} :: {said}"


def fit(folders: list[pathlib.Path]) -> None:
    """Weights by logistic regression over pairs inside a report."""
    rows, labels = [], []
    for folder in folders:
        reports, claims, keys = gold_of(folder)
        table = {r.id: r for r in reports}
        facts = [read_facts(c, table) for c in claims if c.scope == "incident"]
        for one, other in combinations(facts, 2):
            found = features(one, other) if one.claim.report == other.claim.report else {}
            if found:
                rows.append(found)
                labels.append(float(keys[one.id] == keys[other.id]))
    names = sorted({k for r in rows for k in r})
    x, y = np.array([[r.get(k, 0.0) for k in names] for r in rows]), np.array(labels)
    w = np.zeros(len(names))
    for _ in range(4000):
        w -= 0.5 * (x.T @ (1 / (1 + np.exp(-x @ w)) - y) / len(y) + 0.0005 * w)
    print(f"# {len(y)} pairs, {int(y.sum())} of one incident, {np.mean(((x @ w) > 0) == (y > 0.5)):.4f} right")
    for name, weight in zip(names, w, strict=True):
        print(f"{name} = {weight:.2f}")


def scale(number: int) -> dict[str, float]:
    """Processor seconds to link `number` invented claims, and to bring 1,000 new ones into them by their keys."""
    claims, reports = claims_and_reports(number + NEW)
    known, new = claims[:-NEW], claims[-NEW:]
    folds, seconds = timed(lambda: link(known, reports))
    table = {r.id: r for r in reports}
    held: dict[str, list[Claim]] = defaultdict(list)
    for claim in known:
        for key in block_keys(claim, table[claim.report]):
            held[key].append(claim)
    home = {name: part for part in folds.components for name in part}
    by_id = {c.id: c for c in known}

    def arrive() -> int:
        near = {c.id: c for claim in new for key in ask_keys(claim, table[claim.report]) for c in held.get(key, ())}
        touched = linked(new, list(near.values()), [table[c.report] for c in (*new, *near.values())])
        names = {other for name in touched for other in home[name]}
        again = [*new, *(by_id[name] for name in names)]
        link(again, [table[c.report] for c in again])
        return len(again)

    again, arrival = timed(arrive)
    return {"claims": len(known), "seconds": seconds, "microseconds_a_claim": 1e6 * seconds / len(known)} | {
        "largest_component": max(map(len, folds.components)),
        "new_claims_seconds": arrival,
        "linked_again": again,
    }


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the processor seconds it took."""
    begin = time.process_time()
    found = work()
    return found, time.process_time() - begin


def show_scale(numbers: list[int]) -> dict[str, dict[str, float]]:
    found = {}
    for number in numbers:
        got = found[str(number)] = scale(number)
        print(
            f"{got['claims']:>9,.0f} claims {got['seconds']:8.1f} s {got['microseconds_a_claim']:6.0f} µs a claim"
            f"   {NEW:,} new ones {got['new_claims_seconds']:6.2f} s, {got['linked_again']:,.0f} linked again"
            f"   largest component {got['largest_component']:,.0f}",
            flush=True,
        )
    return found


def as_coded(shared: pathlib.Path) -> dict[str, float]:
    """`linking.b3` of the development corpora, coded by the installed coder."""
    from bench.quality import code_corpus, score
    from marsad.stages import installed_stages

    stages, found = installed_stages(), {}
    with tempfile.TemporaryDirectory() as folder:
        for name in DEVELOPMENT:
            coded = pathlib.Path(folder) / f"{name}.jsonl"
            coded.write_text(code_corpus(shared / "corpus" / name, stages), encoding="utf-8")
            found[name] = score(shared / "bench" / "score.py", shared / "corpus" / name, coded)["linking.b3"]
            print(f"{name:16}as coded, linking.b3 {found[name]:.3f}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", default=[], type=pathlib.Path)
    parser.add_argument("--shared", type=pathlib.Path, help="folder with corpus/ and bench/score.py")
    parser.add_argument("--scale", action="append", default=[], type=int, help="how many invented claims")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--scope", choices=SCOPES)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    if not (options.corpus or options.shared or options.scale):
        parser.error("give --corpus, --shared or --scale")
    if options.fit:
        return fit(options.corpus)
    if options.scale:
        write(options.json, show_scale(options.scale))
        return
    if options.shared:
        options.corpus += [options.shared / "corpus" / name for name in DEVELOPMENT]
    total: dict[str, Counter[str]] = defaultdict(Counter)
    results: dict[str, Any] = {}
    print(
        f"{'corpus':16}{'scope':11}{'claims':>7}"
        + "".join(f"{k:>9}" for k in ("b3.p", "b3.r", "b3.f1", "pair.p", "pair.r", "pair.f1"))
    )
    for folder in options.corpus:
        reports, claims, keys = gold_of(folder)
        begin = time.perf_counter()
        folds = link(claims, reports)
        seconds = time.perf_counter() - begin
        for scope, items in zip(SCOPES, (folds.events, folds.statistics, folds.conditions), strict=True):
            if options.scope in (None, scope):
                clusters = [tuple(i.claims) for i in items]
                got = results[f"{folder.name}.{scope}"] = {k: float(v) for k, v in measure(clusters, keys).items()}
                total[scope].update({k: v * got["claims"] for k, v in got.items() if k != "claims"} | {"claims": got["claims"]})
                print(
                    f"{folder.name:16}{scope:11}{got['claims']:7.0f}" + "".join(f"{got[k]:9.3f}" for k in list(got)[1:]),
                    f"{seconds:7.2f} s",
                )
                if options.misses:
                    show_misses(claims, clusters, keys)
    for scope, sums in total.items():
        print(
            f"{'all':16}{scope:11}{sums['claims']:7.0f}"
            + "".join(f"{sums[k] / max(1, sums['claims']):9.3f}" for k in sums if k != "claims")
        )
    if options.shared:
        results["coded"] = as_coded(options.shared)
    write(options.json, results)


def write(path: pathlib.Path | None, results: dict[str, Any]) -> None:
    if path:
        path.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
