"""What a server is told when it starts."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
from dataclasses import dataclass
from typing import Any, get_type_hints

from marsad.model import ConfigError

VARIABLE = "MARSAD_SERVER"
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of it has a default that is right on a laptop.

    Without `accounts` everybody who can reach the server may do everything, so it answers under the names of this computer alone.
    `public` lets people read without an account. `hosts` are further names that it answers under, `static` the folder of the web
    app, `deadline` seconds for a query, `rate` requests a second for one caller (a dear request counts as several; 0: no limit)
    and `burst` how many may come at once, `body` and `upload` the bytes of a request, `coding` seconds for coding one text.
    With `fetch` people may give addresses of pages, which the server then fetches. `oidc` is the issuer where people can log in
    too, `oidc_client` what the server is called there, and `oidc_claim` what of an identity is the name of an account.
    """

    ledger: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    accounts: bool = False
    public: bool = False
    hosts: tuple[str, ...] = ()
    static: str | None = None
    deadline: float = 10.0
    rate: float = 0.0
    burst: float = 400.0
    at_once: int = 16
    body: int = 1_000_000
    upload: int = 20_000_000
    coding: float = 120.0
    waiting: int = 4
    most_rows: int = 100_000
    secure_cookie: bool = False
    log: bool = True
    fetch: bool = False
    oidc: str = ""
    oidc_client: str = ""
    oidc_secret: str = dataclasses.field(default="", repr=False)
    oidc_claim: str = "preferred_username"

    def names(self) -> tuple[str, ...]:
        """The names under which a server without accounts answers."""
        own = (self.host,) if is_loopback(self.host) else ()
        return (*LOCAL_NAMES, *own, *self.hosts)

    def checked(self) -> Settings:
        """The same. Raises `ConfigError` where it would let anybody in from elsewhere, or a number makes no sense."""
        if not self.accounts and not is_loopback(self.host):
            raise ConfigError(
                f"{self.host} can be reached from other computers: make accounts first (`marsad users add NAME --role admin`), "
                "or leave --host out"
            )
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"there is no port {self.port}")
        if self.oidc and not (self.accounts and self.oidc_client):
            raise ConfigError("logging in elsewhere needs accounts here (`marsad users add …`) and --oidc-client")
        if self.deadline <= 0:
            raise ConfigError("a deadline is more than 0 seconds")
        return self


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach that address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("::1")
    (True, True, False, True)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def to_text(settings: Settings) -> str:
    """Settings as one line, for the environment of a server's processes."""
    return json.dumps(dataclasses.asdict(settings))


def from_text(words: str) -> Settings:
    """What `to_text` wrote. Raises `ConfigError` for anything else.

    >>> from_text(to_text(Settings(ledger="record.sqlite"))).ledger
    'record.sqlite'
    """
    try:
        given = json.loads(words)
        known = get_type_hints(Settings)
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items() if name in known}
        return Settings(**values)
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigError(f"{VARIABLE} does not hold the settings of a server") from error
