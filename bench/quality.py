"""How well claims are coded: every gold corpus through the coder, then through the corpora's own scorer.

    python bench/quality.py --shared PATH [--corpora seeds sudan …] [--reader encoder|rules] [--out FILE.json] [--keep FOLDER]

PATH holds `corpus/NAME/{reports,gold}.jsonl` and `bench/score.py`. Prints one table, figures by corpora, `all` being the corpora
as one; then how far `confidence` can be trusted: of the claims given so much, how many answer a gold claim.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, get_args
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import marsad
from bench.figures import Row, is_old, lines
from marsad.coding import resources
from marsad.exports import export
from marsad.model import from_record
from marsad.stages import Stages, installed_stages

CORPORA = ("seeds", "sudan", "access", "world")
ALL = "all"
BINS = 10
Graded = tuple[float, bool]


def stages_with(reader: resources.ReaderName) -> Stages:
    """The installed stages with one of the readers."""
    load = resources.load_resources
    with patch.object(resources, "load_resources", lambda: load(reader)):
        return installed_stages()


def code_corpus(folder: Path, stages: Stages) -> str:
    """What `marsad code FOLDER/reports.jsonl --format jsonl` prints."""
    return export(marsad.code(folder / "reports.jsonl", stages=stages), "jsonl")


def score(scorer: Path, folder: Path, coded: Path) -> dict[str, float]:
    """The scorer's figures. Raises `CalledProcessError` where it fails."""
    command = [sys.executable, str(scorer), str(folder), str(coded), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return dict(json.loads(done.stdout))


def as_one(folders: Sequence[Path], coded: Sequence[Path], target: Path) -> tuple[Path, Path]:
    """The corpora and their codings joined in `target`."""
    for name in ("reports.jsonl", "gold.jsonl"):
        (target / name).write_text("".join((f / name).read_text(encoding="utf-8") for f in folders), encoding="utf-8")
    joined = target / "coded.jsonl"
    joined.write_text("".join(path.read_text(encoding="utf-8") for path in coded), encoding="utf-8")
    return target, joined


def load_scorer(path: Path) -> ModuleType:
    """The scorer as a module: its pairing says which coded claims are right."""
    spec = importlib.util.spec_from_file_location("corpora_scorer", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def graded(scorer: Any, folder: Path, coded: Path) -> list[Graded]:
    """For each coded claim that counts, its confidence, and whether the scorer pairs it with a gold claim."""
    records = lines(coded)
    names = {r["id"]: r["external_id"] for r in records if r["kind"] == "report"}
    told = ("happened", "ongoing")
    gold = [g for g in lines(folder / "gold.jsonl") if g.get("status") in told]
    claims = [c for c in records if c["kind"] == "claim" and c["status"] in told]
    found: list[Graded] = []
    for report in lines(folder / "reports.jsonl"):
        ours = [c for c in claims if names[c["report"]] == report["id"]]
        wanted = [g for g in gold if g["report"] == report["id"]]
        right = {j for _, j in scorer.pair(wanted, ours)}
        for j, claim in enumerate(ours):
            if j in right or not optional(claim, report["published"]):
                found.append((claim["confidence"], j in right))
    return found


def optional(claim: Row, published: str | None) -> bool:
    """Whether a claim is background, which may be coded or not."""
    read = from_record(claim)
    return bool(read.background and read.when.last and (published is None or is_old(read, published)))


def reliability(claims: Iterable[Graded], bins: int = BINS) -> dict[str, Any]:
    """Expected calibration error, Brier score, and a row for each band of confidence that holds a claim.

    >>> reliability([(0.9, True), (0.9, True), (0.9, False), (0.2, False)])["expected_calibration_error"]
    0.225
    """
    claims = list(claims)
    rows, error = [], 0.0
    for number in range(bins):
        inside = [c for c in claims if min(int(c[0] * bins), bins - 1) == number]
        if not inside:
            continue
        said, right = sum(c[0] for c in inside) / len(inside), sum(c[1] for c in inside) / len(inside)
        error += len(inside) / len(claims) * abs(said - right)
        band = f"{number / bins:.1f} to {(number + 1) / bins:.1f}"
        rows.append({"band": band, "claims": len(inside), "confidence": round(said, 3), "right": round(right, 3)})
    brier = sum((c - r) ** 2 for c, r in claims) / max(1, len(claims))
    return {"expected_calibration_error": round(error, 3), "brier": round(brier, 3), "claims": len(claims), "bands": rows}


def measure(shared: Path, corpora: Sequence[str], reader: resources.ReaderName, keep: Path | None = None) -> dict[str, Any]:
    """All figures: `corpora` (name → figure → value), `calibration` and `seconds` of coding (name → s)."""
    stages, scorer = stages_with(reader), shared / "bench" / "score.py"
    folders = [shared / "corpus" / name for name in corpora]
    with tempfile.TemporaryDirectory() as temporary:
        place = keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        coded, seconds = [], {}
        for folder in folders:
            begun = time.perf_counter()
            coded.append(place / f"{folder.name}.jsonl")
            coded[-1].write_text(code_corpus(folder, stages), encoding="utf-8")
            seconds[folder.name] = round(time.perf_counter() - begun, 2)
        scores = {f.name: score(scorer, f, c) for f, c in zip(folders, coded, strict=True)}
        scores[ALL] = score(scorer, *as_one(folders, coded, Path(temporary)))
        module = load_scorer(scorer)
        judged = [g for f, c in zip(folders, coded, strict=True) for g in graded(module, f, c)]
    return {"reader": reader, "corpora": scores, "calibration": reliability(judged), "seconds": seconds}


def table(scores: dict[str, dict[str, float]]) -> str:
    """Figures by corpora, as text."""
    names = [*scores]
    out = [f"{'':30}" + "".join(f"{name:>10}" for name in names)]
    for figure in sorted({figure for column in scores.values() for figure in column}, key=rank):
        out.append(f"{figure:30}" + "".join(f"{cell(scores[name].get(figure)):>10}" for name in names))
    return "\n".join(out)


def rank(figure: str) -> tuple[int, str]:
    """Found first, then rows, firewall, inventions, linking, fields, sizes."""
    order = ("found.", "row", "firewall", "invented", "linking", "field.", "gold.")
    return next(i for i, head in enumerate((*order, "")) if figure.startswith(head)), figure


def cell(value: float | int | None) -> str:
    """A number for the table: three digits, a count whole, `–` where the corpus has nothing to measure."""
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="folder with corpus/ and bench/score.py")
    parser.add_argument("--corpora", nargs="+", default=list(CORPORA), help="names of folders in corpus/")
    parser.add_argument("--reader", choices=get_args(resources.ReaderName), default="encoder")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--keep", type=Path, help="keep the codings in this folder, as NAME.jsonl")
    options = parser.parse_args()
    result = measure(options.shared, options.corpora, options.reader, options.keep)
    print(table(result["corpora"]))
    trust = result["calibration"]
    print(f"\nconfidence: expected calibration error {trust['expected_calibration_error']:.3f}, Brier {trust['brier']:.3f}")
    for row in trust["bands"]:
        print(f"  {row['band']:12}{row['claims']:6} claims   said {row['confidence']:.2f}   right {row['right']:.2f}")
    print("coded in", ", ".join(f"{name} {value} s" for name, value in result["seconds"].items()))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
