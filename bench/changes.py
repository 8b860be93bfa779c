"""What a change to the coder gains and loses: claims by claims, before and after.

    python bench/changes.py BEFORE [AFTER] --reports FOLDER-or-FILE [...] [--out FILE.jsonl]

BEFORE and AFTER are each a coding (`*.jsonl`) or a git revision, which is coded in a worktree of its own; without AFTER it is the
checkout as it is. `--out` keeps AFTER's coding, to compare with next time. Without `--reports` the pinned corpora are read.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.figures import Row, lines, sentence, shared_words
from bench.misses import label, shown
from marsad.model import Claim, from_record

ROOT = Path(__file__).resolve().parent.parent
COMPARED = ("kind", "when", "where", "who", "whom", "counts", "value", "according_to", "stance")
ALIKE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A claim of one report that is gained (`before` is missing), lost (`after` is missing) or told otherwise."""

    report: str
    before: Claim | None = None
    after: Claim | None = None

    @property
    def sort(self) -> str:
        return "gained" if self.before is None else "lost" if self.after is None else "changed"


def by_report(records: Iterable[Row]) -> dict[str, list[Claim]]:
    """The claims of each report, by the id that the caller gave it."""
    records = list(records)
    names = {r["id"]: str(r.get("external_id") or r.get("origin")) for r in records if r["kind"] == "report"}
    found: dict[str, list[Claim]] = {name: [] for name in names.values()}
    for record in records:
        if record["kind"] == "claim":
            found[names[record["report"]]].append(from_record(record))
    return found


def changes(before: Iterable[Row], after: Iterable[Row]) -> list[Change]:
    """What differs, report by report. A claim with other values, on mostly the same words, is a change."""
    old, new = by_report(before), by_report(after)
    found: list[Change] = []
    for report in sorted({*old, *new}):
        kept = {c.id for c in old.get(report, [])} & {c.id for c in new.get(report, [])}
        lost = [c for c in old.get(report, []) if c.id not in kept]
        gained = [c for c in new.get(report, []) if c.id not in kept]
        for one in lost:
            near = max(gained, key=lambda c, one=one: likeness(one, c), default=None)  # type: ignore[misc]
            if near is not None and likeness(one, near) >= ALIKE:
                gained.remove(near)
                if differences(one, near):
                    found.append(Change(report=report, before=one, after=near))
            else:
                found.append(Change(report=report, before=one))
        found += [Change(report=report, after=c) for c in gained]
    return found


def likeness(one: Claim, other: Claim) -> float:
    """0 for claims of another scope; else the words they share, a little more with the same speaker."""
    if one.scope != other.scope:
        return 0.0
    return shared_words(one, other) + 0.1 * (one.according_to == other.according_to) + 0.1 * (label(one) == label(other))


def differences(before: Claim, after: Claim) -> list[tuple[str, str, str]]:
    """Fields with their values before and after, where these differ."""
    values = [(field, shown(before, field), shown(after, field)) for field in COMPARED]
    return [(field, old, new) for field, old, new in values if old != new]


def told(change: Change) -> str:
    """A change in a few lines."""
    claim = change.after or change.before
    assert claim
    sign = {"gained": "+", "lost": "-", "changed": "~"}[change.sort]
    out = [f"{sign} {change.report}  {label(claim)}: {' '.join(sentence(claim).split())[:160]}"]
    if change.before and change.after:
        out += [f"    {field}: {old or '–'}  →  {new or '–'}" for field, old, new in differences(change.before, change.after)]
    return "\n".join(out)


def records_of(name: str | None, reports: Sequence[Path]) -> list[Row]:
    """The records of a coding, of a revision, or of the checkout as it is. Raises `SystemExit` where there is none."""
    if name is None:
        return coded(ROOT, reports)
    if name.endswith(".jsonl"):
        return lines(Path(name))
    with worktree(name) as folder:
        return coded(folder, reports)


@contextmanager
def worktree(revision: str) -> Iterator[Path]:
    """The files of a revision, for a while."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(folder), revision], check=True)
        try:
            yield folder
        finally:
            subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def coded(folder: Path, reports: Sequence[Path]) -> list[Row]:
    """What the program in `folder` prints for the reports."""
    files = [str((p / "reports.jsonl" if p.is_dir() else p).resolve()) for p in reports]
    command = [sys.executable, "-m", "marsad", "code", *files, "--format", "jsonl", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    if not done.stdout:
        raise SystemExit(f"nothing was coded in {folder}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", help="a coding (*.jsonl) or a git revision, as main or HEAD~1")
    parser.add_argument("after", nargs="?", help="the same; the checkout as it is where left out")
    parser.add_argument("--reports", type=Path, nargs="+", default=sorted((ROOT / "tests" / "data" / "gold").glob("*/")))
    parser.add_argument("--out", type=Path, help="keep AFTER's coding in this file")
    options = parser.parse_args()
    before, after = records_of(options.before, options.reports), records_of(options.after, options.reports)
    found = changes(before, after)
    for change in found:
        print(told(change))
    print(", ".join(f"{sum(c.sort == sort for c in found)} {sort}" for sort in ("gained", "lost", "changed")))
    if options.out:
        options.out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in after), encoding="utf-8")


if __name__ == "__main__":
    main()
