"""A public data package: all its files as bytes, the same for the same record and rules."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from functools import cache

from marsad.codebook.sensitivity import Policy
from marsad.exports import delimited, geoparquet
from marsad.exports.public.anonymity import TALLY_COLUMNS, anonymity_report, tally_rows
from marsad.exports.public.card import data_card, data_package
from marsad.exports.public.people import table
from marsad.exports.public.provenance import Origin, provenance
from marsad.exports.public.redaction import Redacted
from marsad.exports.release import codebook_file
from marsad.exports.rows import COLUMNS, Kind, Row, rows
from marsad.model import dump

SUMS = "SHA256SUMS"
KINDS: tuple[Kind, ...] = ("events", "statistics", "conditions", "claims", "reports")
PLACED: tuple[Kind, ...] = ("events", "conditions")
NAMES = frozenset(
    (
        *(f"{kind}.{form}" for kind in KINDS for form in ("csv", "jsonl")),
        *(f"{kind}.parquet" for kind in PLACED),
        *("tallies.csv", "codebook.csv", "anonymity.json", "provenance.json", "datapackage.json", "README.md", SUMS),
    )
)


def package(done: Redacted, origin: Origin, policy: Policy, *, tier: str) -> dict[str, bytes]:
    """The files by name, checksums over all of them. Raises `ConfigError` where a library is missing."""
    found = done.findings
    made: dict[str, bytes] = {}
    for kind in KINDS:
        made[f"{kind}.csv"] = tagged(COLUMNS[kind], rows(found, kind)).encode("utf-8", "backslashreplace")
        made[f"{kind}.jsonl"] = "".join(dump(item) + "\n" for item in getattr(found, kind)).encode("utf-8", "backslashreplace")
    for kind in PLACED:
        made[f"{kind}.parquet"] = geoparquet.write(found, kind)
    made["tallies.csv"] = tagged(TALLY_COLUMNS, tally_rows(found, policy)).encode()
    made["codebook.csv"] = codebook_file().encode()
    made["anonymity.json"] = anonymity_report(found, policy).encode()
    made["README.md"] = data_card(done, origin, policy, tier).encode()
    made["provenance.json"] = provenance(found, origin, [*made, "provenance.json", "datapackage.json"]).encode()
    made["datapackage.json"] = data_package(made, {n: digest(b) for n, b in made.items()}, origin, policy).encode()
    made[SUMS] = "".join(f"{digest(made[name])}  {name}\n" for name in sorted(made)).encode()
    return made


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def tagged(columns: Sequence[str], made: Sequence[Row]) -> str:
    """Rows as CSV with HXL tags under the head.

    >>> tagged(("id", "disputed"), [{"id": "evt-1"}]).splitlines()
    ['id,disputed', '#meta+id,#meta+disputed', 'evt-1,']
    """
    head, _, body = delimited.lines(columns, made).partition("\n")
    return f"{head}\n{','.join(tags().get(c, f'#meta+{c}') for c in columns)}\n{body}"


@cache
def tags() -> dict[str, str]:
    """The HXL tag of a column."""
    return {row["column"]: row["tag"] for row in table("hxl.tsv")}


def digest_of(policy: Policy) -> str:
    """A SHA-256 over rules; the names that a desk lists are left out of it, so that nobody can try names against it."""
    plain = dataclasses.asdict(dataclasses.replace(policy, redact=(), keep=()))
    return digest(json.dumps(plain, sort_keys=True, default=sorted).encode())
