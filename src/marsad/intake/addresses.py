"""Web addresses: one spelling for each, and which of them may be fetched at all."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

MAX_ADDRESS = 2_000
WEB_PORTS = frozenset({80, 443})
LOWEST_OTHER = 1024
TRACKERS = re.compile(
    r"(?:utm_\w{1,30}|at_(?:campaign|medium|custom\d|link\w{0,12}|format|ptr\w{0,8}|bbc\w{0,20})|fbclid|gclid|dclid|gbraid|wbraid|msclkid"
    r"|mc_[ce]id|igshid|yclid|ocid|cmpid|ns_\w{1,20}|xtor|smid|smtyp|partner|ito|ftag|sref|taid|wt\.\w{1,20})",
    re.I,
)
LOGIN = re.compile(
    r"/(?:log-?in|sign-?in|signon|sso|oauth2?|authori[sz]e|authenticate|account/login|subscribe|subscription|register|paywall)(?:[/.?]|\Z)",
    re.I,
)
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressError(ValueError):
    """The address can't be fetched. `code` is that of the problem it becomes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def is_address(given: str) -> bool:
    """Whether a source is a web address and not a file.

    >>> is_address("https://example.org/feed"), is_address("stories/*.html")
    (True, False)
    """
    return bool(re.match(r"https?://", given, re.I))


def canonical(address: str) -> str:
    """One spelling for one page: no fragment, no marks of who shared it, host in small letters, no default port.

    >>> canonical("HTTPS://Example.org:443/a?id=7&utm_source=x#top")
    'https://example.org/a?id=7'
    """
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return address.strip()
    scheme = parts.scheme.lower()
    if ":" in host:
        host = f"[{host}]"
    if port and port != {"http": 80, "https": 443}.get(scheme):
        host = f"{host}:{port}"
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKERS.fullmatch(k)]
    kept = parts.query if len(query) == len(parts.query.split("&")) else urlencode(query)
    return urlunsplit((scheme, host, parts.path or "/", kept, ""))


def checked(address: str) -> SplitResult:
    """The parts of an address that may be fetched. Raises `AddressError` (`bad_address`): http and https alone, no name and
    password in it, a port of the web or one above 1023."""
    if len(address) > MAX_ADDRESS or re.search(r"[\x00-\x20\x7f\\]", address):
        raise AddressError("bad_address", "the address is too long, or holds spaces or control characters")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
        ascii_host = (host or "").encode("idna").decode("ascii") if host and ":" not in host else host
    except (ValueError, UnicodeError) as error:
        raise AddressError("bad_address", f"is no address: {error}") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise AddressError("bad_address", f"only http and https are fetched, not {parts.scheme[:20]!r}")
    if not ascii_host:
        raise AddressError("bad_address", "the address names no host")
    if parts.username is not None or parts.password is not None:
        raise AddressError("bad_address", "the address holds a name and password: nothing behind a login is fetched")
    if port is not None and port not in WEB_PORTS and port < LOWEST_OTHER:
        raise AddressError("bad_address", f"port {port} is none of the web")
    netloc = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    netloc = f"{netloc}:{port}" if port else netloc
    return SplitResult(parts.scheme.lower(), netloc, parts.path or "/", parts.query, "")


def next_hop(address: str, target: str) -> str:
    """Where a redirect leads. Raises `AddressError` where that is a login (`login`) or no address."""
    led = urljoin(address, quote(target.strip(), safe="/:?#[]@!$&'()*+,;=%~-._"))
    before, after = urlsplit(address), urlsplit(led)
    if LOGIN.search(after.path) and not LOGIN.search(before.path):
        raise AddressError("login", f"leads to a login ({after.hostname}{after.path[:60]}): not followed")
    return led


def is_public(number: str) -> bool:
    """Whether an IP address is one of the public internet, also where it wraps another (IPv4 in IPv6, 6to4, Teredo, NAT64).

    >>> is_public("8.8.8.8"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    """
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in unwrapped(address))


def unwrapped(address: Address) -> Sequence[Address]:
    """The IPv4 addresses that an IPv6 address wraps; else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.teredo:
        return [address, *address.teredo]
    if address in SIX_TO_FOUR:
        return [ipaddress.IPv4Address((int(address) >> 80) & 0xFFFFFFFF)]
    if any(address in network for network in NAT64) or int(address) < 2**32:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]
