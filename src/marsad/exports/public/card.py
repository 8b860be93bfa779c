"""What a package says of itself: a data card for people, and a Frictionless description for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from marsad.codebook.sensitivity import Policy
from marsad.exports.geoparquet import type_of
from marsad.exports.public.anonymity import TALLY_COLUMNS
from marsad.exports.public.provenance import Origin
from marsad.exports.public.redaction import Redacted
from marsad.exports.release import column_meanings, counted
from marsad.exports.rows import COLUMNS
from marsad.exports.wording import plural

TYPES = {"Int64": "integer", "Float64": "number", "boolean": "boolean", "string": "string"}
MEDIA = {".csv": "text/csv", ".jsonl": "application/x-ndjson", ".json": "application/json", ".md": "text/markdown"}
MEDIA |= {".parquet": "application/vnd.apache.parquet"}
TALLY_TYPES = {"events": "integer", "killed_low": "integer", "killed_best": "integer", "suppressed": "boolean"}
CARD = """# {heading}

{counts}, as known on {day}. Tier: {tier}.

News reports as dated, cited records of conflict and humanitarian access. An event is what all its claims together tell;
a statistic is a figure over many incidents and is never added to events; a condition is how things stand from some day on.

## Files
| file | holds |
|---|---|
| `events.csv`, `statistics.csv`, `conditions.csv`, `claims.csv`, `reports.csv` | the rows; the second line has HXL tags |
| `events.jsonl`, … | the same with every field, as in the output contract |
| `events.parquet`, `conditions.parquet` | GeoParquet, WGS 84 |
| `tallies.csv` | events and their dead by month, region and type; small cells are empty |
| `codebook.csv` | every word and every column with its meaning |
| `anonymity.json` | how many events look alike (k-anonymity) |
| `provenance.json` | where it comes from, in PROV |
| `datapackage.json` | the files and their columns, for Frictionless |
| `SHA256SUMS` | checksums: `sha256sum --check SHA256SUMS` |

## What is not in it
- Persons without a public role are not named; words in [brackets] stand where a name stood. Officials in their role, and
  organisations, are named.
- Quotes have at most {policy.words} words, and at most {policy.words_per_report} a report; the texts are where the links lead.
- Told by region or cell only, as what is about convoys, clinics, shelters and camps: {coarsened}.
- Held back for some days: {later}. Staying with the desk: {kept_in}.
- In `tallies.csv` cells on fewer than {policy.below} events are empty.

## Before you use it
It records what was published, not all that happened: fewer reports are not fewer events. Figures are ranges where sources
differ, and `disputed` names the fields on which they do. Places with `geo_precision` 2 or 3 are not exact. Do not join it with
other data to find persons.

## Cite
{heading}, chain {chain}, Marsad {version}.
"""


def data_card(done: Redacted, origin: Origin, policy: Policy, tier: str) -> str:
    """README.md: what is in it, what was left out and how, how to cite it."""
    card = CARD.format(
        heading=policy.title + (f", release {origin.release}" if origin.release else ""),
        counts=counted(done.findings),
        day=origin.at[:10],
        tier=tier,
        policy=policy,
        coarsened=plural(done.coarsened, "record"),
        later=plural(done.later, "record"),
        kept_in=plural(done.kept_in, "record"),
        chain=origin.chain[:16],
        version=origin.version,
    )
    licence = f"Licence: {policy.licence}.\n" if policy.licence else ""
    contact = f"Corrections and requests: {policy.contact}\n" if policy.contact else ""
    return card + licence + contact


def data_package(files: Mapping[str, bytes], sums: Mapping[str, str], origin: Origin, policy: Policy) -> str:
    """datapackage.json. The HXL line of a CSV begins with `#`, so that readers take it for a comment."""
    told: dict[str, object] = {
        "profile": "data-package",
        "name": "marsad-record",
        "title": policy.title,
        "version": origin.release or str(origin.seq),
        "created": origin.at,
        "resources": [resource(name, files[name], sums[name]) for name in sorted(files) if name != "README.md"],
    }
    if policy.licence:
        told["licenses"] = [{"name": policy.licence}]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def resource(name: str, body: bytes, digest: str) -> dict[str, object]:
    stem, dot, ending = name.rpartition(".")
    told: dict[str, object] = {
        "name": name.lower().replace(".", "-"),
        "path": name,
        "mediatype": MEDIA.get(dot + ending, "text/plain"),
        "bytes": len(body),
        "hash": f"sha256:{digest}",
    }
    columns = TALLY_COLUMNS if stem == "tallies" else next((c for kind, c in COLUMNS.items() if kind == stem), ())
    if ending == "csv" and columns:
        told |= {"profile": "tabular-data-resource", "encoding": "utf-8", "dialect": {"commentChar": "#"}}
        told["schema"] = {"fields": [column(stem, c) for c in columns]}
    return told


def column(stem: str, name: str) -> dict[str, str]:
    kind = TALLY_TYPES.get(name, "string") if stem == "tallies" else TYPES[type_of(name)]
    meaning = column_meanings().get(name)
    return {"name": name, "type": kind, **({"description": meaning} if meaning else {})}
