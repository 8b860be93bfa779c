"""The files of a run that people read: JSON Lines in the output folder, and a summary."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from marsad.engine import schemas
from marsad.engine.shards import read_table
from marsad.exports.files import write_whole
from marsad.linking import Folds
from marsad.model import Problem, StoreError, dump

NAMES = {"report": "reports", "claim": "claims", "stopped": "stopped"}
FOLDS = ("events", "statistics", "conditions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run came to. `pages` is all that was looked at: what passed the gate and what was stopped there."""

    shards: int
    pages: int
    stopped: int
    reports: int
    claims: int
    events: int
    statistics: int
    conditions: int
    copies: int
    problems: int


def write_results(
    files: Sequence[Path], folder: Path, folds: Folds | None, copies: Mapping[str, str], problems: Sequence[Problem]
) -> Summary:
    """Writes `reports`, `claims`, `stopped`, `problems` and, where there are folds, `events`, `statistics` and `conditions`, each
    as `NAME.jsonl` in the folder, whole or not at all. Items come in the order of the shards, each once."""
    counts = {kind: put(folder / f"{name}.jsonl", lines_of(files, kind, copies)) for kind, name in NAMES.items()}
    put(folder / "problems.jsonl", map(dump, problems))
    made = {name: put(folder / f"{name}.jsonl", map(dump, getattr(folds, name))) if folds else 0 for name in FOLDS}
    summary = Summary(
        shards=len(files),
        pages=counts["stopped"] + sum(schemas.of_kind(read_table(path), "capture").num_rows for path in files),
        stopped=counts["stopped"],
        reports=counts["report"],
        claims=counts["claim"],
        copies=len(copies),
        problems=len(problems),
        **made,
    )
    write_whole(folder / "summary.json", json.dumps(asdict(summary), indent=1) + "\n")
    return summary


def lines_of(files: Sequence[Path], kind: str, copies: Mapping[str, str]) -> Iterator[str]:
    """A line for each item of a kind; claims that are too uncertain to publish are for the ledger alone."""
    seen: set[str] = set()
    for path in files:
        chosen = schemas.of_kind(read_table(path), kind).select(["id", "record", "score"])
        for name, record, score in zip(*(chosen[c].to_pylist() for c in chosen.column_names), strict=True):
            if name not in seen and not (kind == "claim" and orjson.loads(record).get("uncertain")):
                seen.add(name)
                yield line_of(kind, name, record, score, copies)


def line_of(kind: str, name: str, record: str, score: float | None, copies: Mapping[str, str]) -> str:
    if kind == "stopped":
        return orjson.dumps({"kind": "stopped", "id": name, **orjson.loads(record), "score": score}).decode()
    if kind == "report" and name in copies:
        return orjson.dumps({**orjson.loads(record), "copy_of": copies[name]}).decode()
    return record


def put(path: Path, lines: Iterable[str]) -> int:
    """Lines into a file that is whole or not there; how many they were."""
    count = 0
    half = path.with_name(f".{path.name}.part")
    try:
        with half.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            for line in lines:
                out.write(f"{line}\n")
                count += 1
            out.flush()
            os.fsync(out.fileno())
        os.replace(half, path)
    except OSError as error:
        raise StoreError(f"can't write {path}: {error.strerror or error}") from error
    return count
