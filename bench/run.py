"""Every measurement, one after the other, and the figures into the documentation.

    python bench/run.py --shared PATH [--only quality speed …] [--out FOLDER] [--write-docs]

Each measurement is a program of its own (see `bench/README.md`) and writes `FOLDER/NAME.json`. `--write-docs` puts the figures in
FOLDER into `docs/reference/accuracy.md`; with `--only` and no name it does nothing else.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.quality import ALL, CORPORA, cell, rank

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "accuracy.md"
Results = Mapping[str, Any]


def commands(shared: Path, out: Path) -> dict[str, list[str]]:
    """The arguments of each measurement, in the order in which they run."""
    data, quality = shared / "data", shared / "corpus"
    folders = [str(quality / name) for name in CORPORA]
    each = [word for folder in folders for word in ("--corpus", folder)]
    return {
        "quality": ["quality", "--shared", str(shared), "--keep", str(out / "coded")],
        "baseline": ["quality", "--shared", str(shared), "--reader", "rules"],
        "speed": ["speed", "--reports", *folders],
        "places": ["places", "--data", str(data / "geoparsing"), *each],
        "linking": ["linking", *each],
        "attribution": ["attribution", "--data", str(data / "polnear"), "--corpus", *folders],
        "pages": ["pages", "--data", str(data / "pages")],
        "muc": ["muc", "--shared", str(shared), "--split", "dev"],
    }


def measure(names: Sequence[str], shared: Path, out: Path) -> list[str]:
    """Run them; the names of those that failed."""
    out.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in names:
        program, *arguments = commands(shared, out)[name]
        written = ["--json" if program == "linking" else "--out", str(out / f"{name}.json")]
        print(f"\n== {name}", flush=True)
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, str(ROOT / "bench" / f"{program}.py"), *arguments, *written], check=False)
        print(f"-- {name}: {time.perf_counter() - begun:.0f} s", flush=True)
        failed += [name] if done.returncode else []
    return failed


def read_results(out: Path) -> dict[str, Any]:
    """What the measurements wrote."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(out.glob("*.json"))}


def write_docs(results: Results, page: Path = PAGE) -> None:
    """Put each table between its markers. A measurement without results leaves its table as it is.

    Raises `ValueError` where the page has no place for a table.
    """
    text = page.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        if all(needed in results for needed in NEEDS.get(name, (name,))):
            text = between(text, name, table(results))
    page.write_text(text, encoding="utf-8")


def between(text: str, name: str, table: str) -> str:
    """The text with what stands between the markers of `name` replaced.

    >>> between("<!-- speed -->\\nold\\n<!-- /speed -->", "speed", "new")
    '<!-- speed -->\\nnew\\n<!-- /speed -->'
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    found = re.compile(f"{re.escape(opening)}\n.*?{re.escape(closing)}", re.S)
    if not found.search(text):
        raise ValueError(f"no {opening} … {closing} on the page")
    return found.sub(lambda _: f"{opening}\n{table}\n{closing}", text)


def rows(head: Sequence[str], body: Sequence[Sequence[object]]) -> str:
    """A Markdown table, numbers to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def quality_table(results: Results) -> str:
    """The scorer's figures: the reader on each corpus and on all, and the rules alone on all."""
    scores, rules = results["quality"]["corpora"], results["baseline"]["corpora"][ALL]
    names = [name for name in (*CORPORA, ALL) if name in scores]
    figures = sorted({f for column in scores.values() for f in column}, key=rank)
    body = [[f"`{f}`", *(cell(scores[name].get(f)) for name in names), cell(rules.get(f))] for f in figures]
    return rows(["figure", *names, "rules alone"], body)


def confidence_table(results: Results) -> str:
    """How far confidence can be trusted."""
    trust = results["quality"]["calibration"]
    body = [[r["band"], r["claims"], f"{r['confidence']:.2f}", f"{r['right']:.2f}"] for r in trust["bands"]]
    told = f"Expected calibration error {trust['expected_calibration_error']:.3f} over {trust['claims']} claims."
    return told + "\n\n" + rows(["confidence", "claims", "said", "right"], body)


def speed_table(results: Results) -> str:
    """Speed, memory, start-up."""
    speed = results["speed"]
    body: list[list[object]] = [
        ["words a second", f"{speed['words_per_second']:,}"],
        ["reports of 400 words a second", speed["reports_per_second"]],
        ["memory at most, MiB", speed["memory_peak_mib"]],
        ["fresh start to the first line, s", speed["startup"]["first_line_s"]],
    ]
    body += [[f"{stage}, ms a report", value] for stage, value in sorted(speed["ms_per_report"].items(), key=lambda s: -s[1])]
    return f"One core of: {speed['machine']}.\n\n" + rows(["", "value"], body)


def muc_table(results: Results) -> str:
    """The roles of MUC-4."""
    roles = results["muc"]["roles"]
    body = [[role, *(f"{value[k]:.1f}" for k in ("precision", "recall", "f1"))] for role, value in roles.items()]
    return f"{results['muc']['documents']} documents.\n\n" + rows(["role", "precision", "recall", "F1"], body)


def parts_table(results: Results) -> str:
    """The parts by themselves: places, speakers, linking, pages."""
    body: list[list[object]] = []
    for row in results["places"]:
        if "overlap" in row:
            body += [[f"places found, {row['corpus']} (F1)", row["overlap"]["f1"]]]
            body += [[f"places within 161 km, {row['corpus']} (of those found)", row["within_161km"]]]
    attribution = results["attribution"]
    body += [["speakers found, PolNeAR (F1)", attribution["polnear.source"]["f1"]]]
    body += [["articles cut out of pages (F1)", results["pages"]["f1"]]]
    linking = results["linking"]
    for scope in ("incident", "statistic", "condition"):
        given = [v for k, v in linking.items() if k.endswith(f".{scope}")]
        claims = sum(v["claims"] for v in given)
        body += [[f"gold {scope} claims joined (B³ F1)", f"{sum(v['b3.f1'] * v['claims'] for v in given) / max(1, claims):.3f}"]]
    return rows(["part", "value"], body)


TABLES = {
    "quality": quality_table,
    "confidence": confidence_table,
    "speed": speed_table,
    "muc": muc_table,
    "parts": parts_table,
}
NEEDS = {
    "quality": ("quality", "baseline"),
    "confidence": ("quality",),
    "parts": ("places", "attribution", "pages", "linking"),
}


def main() -> None:
    names = list(commands(Path(), Path()))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="folder with corpus/, data/ and bench/")
    parser.add_argument("--only", nargs="*", choices=names, default=names, help="measurements to run")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench")
    parser.add_argument("--write-docs", action="store_true", help=f"write the figures into {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    failed = measure(options.only, options.shared, options.out)
    if options.write_docs:
        write_docs(read_results(options.out))
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
