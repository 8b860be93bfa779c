"""From a ledger to a public package: a release of old comes out under the rules and names of today."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select

from marsad.codebook.sensitivity import Policy
from marsad.exports.public.package import digest_of, package
from marsad.exports.public.provenance import Origin
from marsad.exports.public.redaction import Redacted, redact
from marsad.exports.public.withheld import withheld
from marsad.ledger import schema
from marsad.ledger.findings import Findings
from marsad.ledger.history import head, moment
from marsad.ledger.query import everything
from marsad.ledger.releasing import Release, releases
from marsad.ledger.store import Ledger
from marsad.model import ConfigError, Problem, StoreError
from marsad.versions import codebook_digest, version


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A package's files, what they were made of, and an account of what stayed in."""

    files: dict[str, bytes]
    done: Redacted
    origin: Origin


def refusals(policy: Policy, tier: str) -> list[Problem]:
    """Why a package of that tier does not leave the desk, a problem each; none where it may. Raises `ConfigError` for no tier.

    >>> from marsad.codebook.sensitivity import load_policy
    >>> [p.code for p in refusals(load_policy(), "internal")][:1], refusals(load_policy(), "public")
    (['above_ceiling'], [])
    """
    if tier not in policy.tiers:
        raise ConfigError(f"there is no tier {tier!r}: choose of {', '.join(policy.tiers)}")
    if policy.tiers.index(tier) <= policy.tiers.index(policy.ceiling):
        return []
    fields = [f for f in sorted(policy.fields) if policy.shown(f, ceiling=tier)]
    reasons = policy.above(fields) or [f"{tier} is above {policy.ceiling}, which is all that this desk lets out"]
    return [Problem(stage="exports", code="above_ceiling", message=reason, at=tier) for reason in reasons]


def publish(ledger: Ledger, policy: Policy, *, release: str | None = None, tier: str | None = None) -> Published:
    """The package of a release, or of what the ledger knows now.

    Delays count to the day of that state of the record, so that a release gives the same bytes whenever it is made; the names
    withheld are those of the whole record as it is now. Raises `StoreError` where there is no such release or nothing to publish,
    `ConfigError` where the tier is above the ceiling.
    """
    tier = tier or policy.tiers[0]
    wrong = refusals(policy, tier)
    if wrong:
        raise ConfigError(wrong[0].message)
    origin = origin_of(ledger, release, policy)
    now = everything(ledger)
    found = everything(ledger, as_of=origin.seq) if release is not None else now
    names = withheld(now, found, policy=policy)
    done = redact(found, policy, today=origin.at[:10], names=names, ceiling=tier)
    return Published(files=package(done, origin, policy, tier=tier), done=done, origin=origin)


def origin_of(ledger: Ledger, release: str | None, policy: Policy) -> Origin:
    """Which state of the ledger is meant. Raises `StoreError` where there is none."""
    kept = named(ledger, release) if release is not None else None
    end = head(ledger)
    if end is None:
        raise StoreError(f"{ledger.name} is empty: there is nothing to publish")
    at, seq, chain = end.at, end.seq, end.chain
    if kept is not None:
        seq = kept.until
        with ledger.read() as connection:
            table = schema.log
            row = connection.execute(select(table.c.chain, table.c.at).where(table.c.seq == seq)).first()
        chain, at = (bytes(row.chain).hex(), moment(row.at)) if row else ("", kept.at)
    return Origin(
        seq=seq,
        chain=chain,
        at=at,
        release=release,
        version=version(),
        codebook=json.loads(kept.manifest)["codebook"] if kept else codebook_digest(),
        rules=digest_of(policy),
    )


def named(ledger: Ledger, name: str) -> Release:
    known = releases(ledger)
    found = next((r for r in known if r.name == name), None)
    if found is None:
        there = ", ".join(r.name for r in known) or "none yet"
        raise StoreError(f"there is no release {name} in {ledger.name} ({there}): `marsad release {name}` makes one")
    return found


def as_public(ledger: Ledger, policy: Policy, *, today: str | None = None) -> Findings:
    """All that is in force, as anybody may see it on a day (default: today, UTC)."""
    found = everything(ledger)
    return redact(found, policy, today=today, names=withheld(found, policy=policy)).findings
