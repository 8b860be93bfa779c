"""Measure `marsad.linking.link` on gold claims: pairwise and B-cubed precision, recall and F1 for each scope.

    python bench/linking.py --corpus FOLDER [--corpus FOLDER ...] [--misses] [--json FILE]
    python bench/linking.py --corpus FOLDER ... --fit      prints weights fitted by logistic regression

Gold claims that share a `key` are one incident, statistic or condition. Claims that did not happen are left out.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import time
from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import numpy as np

from marsad.linking import link
from marsad.linking.facts import read as read_facts
from marsad.linking.incident_pairs import features
from marsad.model import Anchor, Claim, Report, from_record

SCOPES = ("incident", "statistic", "condition")


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", required=True, type=pathlib.Path)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--scope", choices=SCOPES)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    if options.fit:
        return fit(options.corpus)
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
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
