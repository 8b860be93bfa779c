"""A release of the record as files: the rows, the codebook, what changed since the last release, checksums."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources

from marsad.codebook import words
from marsad.codebook.meanings import conditions, event_types
from marsad.codebook.tables import rows_of
from marsad.exports import delimited, wording
from marsad.exports.rows import COLUMNS, Cell, Kind
from marsad.ledger.findings import Findings
from marsad.linking.folds import Change, Fold, Folds, compare
from marsad.model import Judgement, dump

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
CODEBOOK = "codebook.csv"
TABLES: tuple[Kind, ...] = ("events", "statistics", "conditions", "claims")
NAMES = frozenset(
    (*(f"{kind}.{form}" for kind in TABLES for form in ("csv", "jsonl")), "reports.csv", "CHANGELOG.md", "changes.csv")
) | {CODEBOOK, MANIFEST, SUMS}
ORDER = ("new", "changed", "merged", "split", "withdrawn")
LIMIT = 200
CHANGE_COLUMNS = ("kind", "id", "others", "what", "why", "judgements")


def data_files(found: Findings) -> dict[str, str]:
    """The record as text by file name: each kind as CSV and as JSON Lines, and the reports without their texts."""
    items: Mapping[Kind, Sequence[object]] = {
        "events": found.events,
        "statistics": found.statistics,
        "conditions": found.conditions,
        "claims": found.claims,
    }
    files = {}
    for kind in TABLES:
        files[f"{kind}.csv"] = delimited.write(found, kind)
        files[f"{kind}.jsonl"] = "".join(dump(item) + "\n" for item in items[kind])
    files["reports.csv"] = delimited.write(found, "reports")
    return files


def codebook_file() -> str:
    """Every closed word and every column with its meaning, as CSV."""
    rows: list[dict[str, Cell]] = []
    for _, row in rows_of("definitions.tsv", ("list", "word", "definition", "source")):
        if row["list"] != "sub-event type":
            rows.append({"list": row["list"], "word": row["word"], "meaning": row["definition"]})
    for sub in event_types().values():
        told = {"word": sub.name, "within": sub.event_type, "meaning": sub.definition, "example": sub.example}
        rows.append({"list": "sub-event type", **told})
    for state in conditions().values():
        told = {"word": state.state, "within": state.subject, "meaning": state.definition, "example": state.example}
        rows.append({"list": "condition state", **told})
    rows += [{"list": "measure", "word": w} for w in words.MEASURES]
    meanings = column_meanings()
    for kind in (*TABLES, "reports"):
        rows += [{"list": "column", "word": c, "within": f"{kind}.csv", "meaning": meanings[c]} for c in COLUMNS[kind]]
    return delimited.lines(("list", "word", "within", "meaning", "example"), rows)


def column_meanings() -> Mapping[str, str]:
    """What each column of the CSV files holds."""
    with resources.files("marsad.exports").joinpath("columns.tsv").open(encoding="utf-8") as lines:
        return {row["column"]: row["meaning"] for row in csv.DictReader(lines, delimiter="\t")}


def change_files(
    name: str, found: Findings, *, previous: str | None, before: Findings | None, judgements: Sequence[Judgement]
) -> dict[str, str]:
    """`CHANGELOG.md` for a reader and `changes.csv` for a program: what became of each item since the last release.

    `judgements` are those given since then; each stands beside the items that it names.
    """
    if before is None:
        head = f"# {name}\n\nThe first release: {counted(found)}.\n"
        return {"CHANGELOG.md": head, "changes.csv": delimited.lines(CHANGE_COLUMNS, [])}
    changes = compare(folds_of(before), folds_of(found))
    items = {**by_id(before), **by_id(found)}
    rows = [change_row(c, items, judgements) for c in sorted(changes, key=lambda c: (ORDER.index(c.kind), c.fold))]
    return {
        "CHANGELOG.md": changelog(name, previous, found, rows),
        "changes.csv": delimited.lines(CHANGE_COLUMNS, rows),
    }


def folds_of(found: Findings) -> Folds:
    return Folds(events=found.events, statistics=found.statistics, conditions=found.conditions)


def by_id(found: Findings) -> dict[str, Fold]:
    return {item.id: item for group in (found.events, found.statistics, found.conditions) for item in group}


def change_row(change: Change, items: Mapping[str, Fold], judgements: Sequence[Judgement]) -> dict[str, Cell]:
    """One change as a row; the judgements are those that name the item, one that it came from or a claim of it."""
    named = {change.fold, *change.others}
    told = named | {c for name in named if name in items for c in items[name].claims}
    given = [j for j in judgements if {j.subject, j.object} & told]
    return {
        "kind": change.kind,
        "id": change.fold,
        "others": "; ".join(change.others) or None,
        "what": heading(items.get(change.fold)),
        "why": change.why,
        "judgements": "; ".join(f"{j.id}: {j.verb} by {j.by}: {j.reason}" for j in given) or None,
    }


def heading(item: Fold | None) -> str | None:
    """What an item is about, in a few words."""
    from marsad.exports.explanation import heading_of

    return heading_of(item).removesuffix(f" · {item.id}") if item else None


def changelog(name: str, previous: str | None, found: Findings, rows: Sequence[Mapping[str, Cell]]) -> str:
    """The changes as Markdown: how many of each kind, and the first of each with why."""
    parts = [f"# {name}\n\nSince {previous}. It holds {counted(found)}. All changes: `changes.csv`.\n"]
    for kind in ORDER:
        of_kind = [row for row in rows if row["kind"] == kind]
        if of_kind:
            parts.append(f"\n## {kind.capitalize()}: {len(of_kind):,}\n\n")
            parts += [line(row) for row in of_kind[:LIMIT]]
            if len(of_kind) > LIMIT:
                parts.append(f"- and {len(of_kind) - LIMIT:,} more\n")
    if not rows:
        parts.append("\nNothing changed.\n")
    return "".join(parts)


def line(row: Mapping[str, Cell]) -> str:
    """One change as an item of a list."""
    others = {"merged": " (from ", "split": " (also ", "changed": " (was "}.get(str(row["kind"]), " (")
    tail = f"{others}{row['others']})" if row["others"] else ""
    words = [wording.printable(str(row[key])) for key in ("why", "judgements") if row[key]]
    return f"- `{row['id']}`{tail} {wording.printable(str(row['what'] or ''))}: {' '.join(words)}\n"


def counted(found: Findings) -> str:
    """How many of each, in words."""
    groups = ((found.events, "event"), (found.statistics, "statistic"), (found.conditions, "condition"))
    folds = [wording.plural(len(items), noun) for items, noun in groups]
    return (
        f"{', '.join(folds)} from {wording.plural(len(found.claims), 'claim')} in {wording.plural(len(found.reports), 'report')}"
    )


def sums_of(files: Mapping[str, str]) -> dict[str, str]:
    """The SHA-256 of each file by name, in order."""
    return {name: hashlib.sha256(files[name].encode("utf-8", "backslashreplace")).hexdigest() for name in sorted(files)}


def sums_file(sums: Mapping[str, str]) -> str:
    """Checksums as `sha256sum --check` reads them."""
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items())


def manifest_text(manifest: Mapping[str, object]) -> str:
    """A manifest as JSON for people and programs."""
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def differing(sums: Mapping[str, str], kept: Mapping[str, str]) -> Iterable[str]:
    """Names of files whose checksums are not those that were kept."""
    return sorted(name for name in sums.keys() | kept.keys() if sums.get(name) != kept.get(name))
