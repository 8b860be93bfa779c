"""Where a package comes from, in the W3C's PROV: the state of the ledger, the rules, the program, each file and each report."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from marsad.ledger.findings import Findings
from marsad.model import ConfigError

SPACE = "urn:marsad:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a package was made of: a place in a ledger's log with its hash and moment, a release's name, program and rules."""

    seq: int
    chain: str
    at: str
    release: str | None
    version: str
    codebook: str
    rules: str


def provenance(found: Findings, origin: Origin, files: Iterable[str]) -> str:
    """PROV-JSON, the same bytes for the same package. Raises `ConfigError` where the library is not installed."""
    try:
        from prov.model import ProvDocument
    except ImportError as error:
        raise ConfigError("provenance in PROV needs prov: pip install 'marsad[publish]'") from error
    document = ProvDocument()
    document.add_namespace("marsad", SPACE)
    moment = dt.datetime.fromisoformat(origin.at)
    ledger = document.entity(
        "marsad:ledger",
        {
            "prov:type": "marsad:ledger",
            "marsad:seq": origin.seq,
            "marsad:chain": origin.chain,
            "marsad:codebook": origin.codebook,
        },
    )
    rules = document.entity("marsad:rules", {"prov:type": "marsad:policy", "marsad:sha256": origin.rules})
    program = document.agent("marsad:program", {"prov:type": "prov:SoftwareAgent", "marsad:version": origin.version})
    publishing = document.activity("marsad:publishing", moment, moment, {"marsad:release": origin.release or ""})
    document.used(publishing, ledger)
    document.used(publishing, rules)
    document.wasAssociatedWith(publishing, program)
    for name in sorted(files):
        file = document.entity(f"marsad:file/{name}", {"prov:label": name})
        document.wasGeneratedBy(file, publishing)
        document.wasDerivedFrom(file, ledger)
    for report in found.reports:
        told = {"prov:type": "marsad:report", "marsad:outlet": report.publisher, "marsad:published": report.published}
        told |= {"marsad:url": report.url}
        document.entity(f"marsad:{report.id}", {k: v for k, v in told.items() if v})
    for event in found.events:
        made = document.entity(f"marsad:{event.id}", {"prov:type": "marsad:event"})
        for name in event.reports:
            document.wasDerivedFrom(made, f"marsad:{name}")
    return json.dumps(json.loads(document.serialize(format="json") or "{}"), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
