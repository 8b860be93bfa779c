"""What sites ask of robots."""

from __future__ import annotations

import time
from dataclasses import dataclass

from protego import Protego

MAX_BYTES = 512 * 1024
KEPT = 24 * 3600.0
KEPT_UNKNOWN = 300.0
LONGEST = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """The rules of one site for us. `unknown` where it could not say: then nothing may be fetched (RFC 9309, 2.3.1.4)."""

    rules: Protego | None = None
    agent: str = "marsad"
    unknown: bool = False

    def allows(self, address: str) -> bool:
        """Whether the address may be fetched."""
        return self.rules is None or bool(self.rules.can_fetch(address, self.agent))

    @property
    def delay(self) -> float:
        """The seconds between two requests that the site asks for, at most two minutes; 0 where it asks for none."""
        asked = self.rules.crawl_delay(self.agent) if self.rules else None
        return min(float(asked or 0.0), LONGEST)


class Robots:
    """The rules of all sites that were asked, each for a day."""

    def __init__(self, agent: str) -> None:
        self.agent = agent.partition("/")[0]
        self.sites: dict[str, tuple[float, RobotsRules]] = {}

    def known(self, origin: str) -> RobotsRules | None:
        """The rules of a site, where they are known and not too old."""
        until, rules = self.sites.get(origin, (0.0, None))
        return rules if until > time.monotonic() else None

    def keep(self, origin: str, rules: RobotsRules) -> RobotsRules:
        """Remember the rules of a site."""
        self.sites[origin] = (time.monotonic() + (KEPT_UNKNOWN if rules.unknown else KEPT), rules)
        return rules

    def read(self, body: bytes) -> RobotsRules:
        """The rules of a robots.txt.

        >>> Robots("marsad/1").read(b"User-agent: *\\nDisallow: /private").allows("https://example.org/private/a")
        False
        """
        try:
            return RobotsRules(rules=Protego.parse(body[:MAX_BYTES].decode("utf-8", "replace")), agent=self.agent)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return RobotsRules(unknown=True)
