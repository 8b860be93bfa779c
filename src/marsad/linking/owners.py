"""Who owns what is published: one name for an outlet's names and addresses."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from marsad.codebook.outlets import outlets, outlets_by_name
from marsad.linking.names import fold


@lru_cache(maxsize=4096)
def owner_of(outlet: str) -> str:
    """The folded name of an outlet, the same for its names and its addresses.

    >>> owner_of("AP"), owner_of("https://www.apnews.com/article/1"), owner_of("Nile Courier")
    ('associated press', 'associated press', 'nile courier')
    """
    known = outlets_by_name().get(outlet.casefold())
    if known is not None:
        return fold(known.name)
    host = re.sub(r"^(?:https?://)?(?:www\d?\.)?", "", outlet.strip().casefold()).split("/")[0]
    if re.fullmatch(r"[\w.-]{1,253}\.[a-z]{2,24}", host):
        return _by_domain(host)
    return fold(outlet)


def _by_domain(host: str) -> str:
    parts = host.split(".")
    wider = (".".join(parts[n:]) for n in range(len(parts) - 1))
    return next((_domains()[name] for name in wider if name in _domains()), host)


@cache
def _domains() -> dict[str, str]:
    return {o.domain.casefold(): fold(o.name) for o in reversed(outlets()) if o.domain}
