"""Who wrote the story that several outlets carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from marsad.codebook.outlets import outlets_by_name
from marsad.model import Report

Basis = Literal["published", "credited", "syndicated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A wire service, and how that is known: it published the story itself (`report`), some of the outlets credit it, or it is
    the only service that all of them carry."""

    agency: str
    basis: Basis
    report: str | None = None


def origin_of(family: Sequence[Report], syndicates: Mapping[str, Sequence[str]] = {}) -> Origin | None:
    """The wire service behind a family of copies; `None` where nothing says so, or outlets credit different ones equally often.

    `syndicates` names for an outlet the services that it carries.
    """
    own = [r for r in family if r.publisher and is_agency(r.publisher)]
    if own:
        first = min(own, key=lambda r: (r.published or "9999", r.id))
        return Origin(agency=str(first.publisher), basis="published", report=first.id)
    credited = Counter(name_of(r.agency) for r in family if r.agency).most_common(2)
    if credited:
        return Origin(agency=credited[0][0], basis="credited") if len(credited) == 1 or credited[0][1] > credited[1][1] else None
    publishers = {r.publisher for r in family}
    carried = [{name_of(a) for a in syndicates.get(p or "", ())} for p in publishers]
    shared = set.intersection(*carried) if carried else set()
    return Origin(agency=shared.pop(), basis="syndicated") if len(shared) == 1 and len(publishers) > 1 else None


def is_agency(name: str) -> bool:
    """Whether an outlet is a wire service.

    >>> is_agency("AFP"), is_agency("Arab News")
    (True, False)
    """
    outlet = outlets_by_name().get(name.casefold())
    return outlet is not None and outlet.kind == "agency"


def name_of(agency: str) -> str:
    """A service by its full name, where it is known."""
    outlet = outlets_by_name().get(agency.casefold())
    return outlet.name if outlet else agency
