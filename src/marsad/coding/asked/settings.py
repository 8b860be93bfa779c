"""Which server is asked, and within which bounds: the table `[openai-compatible]` of `marsad.toml`."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_type_hints
from urllib.parse import urlsplit

from marsad.model import ConfigError

FILE = "marsad.toml"
VARIABLE = "MARSAD_CONFIG"
TABLE = "openai-compatible"
LOOPBACK = ("localhost", "127.0.0.1", "::1")

Value = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One server and its bounds. Times in seconds, prices for 1,000 tokens, sizes in characters or bytes.

    `key_variable` names the environment variable that holds the API key; the key itself is never kept here. `timeout` bounds the
    wait for the next bytes, `deadline` a whole report with its retries. `tries` counts the first one. After `most_failures`
    reports in a row without an answer the server isn't asked again in this run.
    """

    base_url: str
    model: str
    key_variable: str | None = None
    price_per_1k_in: float | None = None
    price_per_1k_out: float | None = None
    currency: str = "USD"
    timeout: float = 60.0
    deadline: float = 180.0
    tries: int = 4
    first_wait: float = 1.0
    most_failures: int = 3
    most_characters: int = 12_000
    most_questions: int = 8
    most_bytes: int = 1_000_000
    most_tokens: int = 8_192

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_local(self) -> bool:
        """Whether the server runs on this machine."""
        return self.host in LOOPBACK


BOUNDS: Mapping[str, tuple[float, float]] = {
    "price_per_1k_in": (0, 1e6),
    "price_per_1k_out": (0, 1e6),
    "timeout": (0.05, 3600),
    "deadline": (0.05, 24 * 3600),
    "tries": (1, 20),
    "first_wait": (0, 60),
    "most_failures": (1, 1_000_000),
    "most_characters": (500, 1_000_000),
    "most_questions": (1, 1000),
    "most_bytes": (1000, 50_000_000),
    "most_tokens": (16, 1_000_000),
}


def read_settings(
    path: Path | None = None, *, environ: Mapping[str, str], folder: Path, given: Mapping[str, Value | None] | None = None
) -> Settings:
    """The settings of a file with those `given` over them.

    The file is `path`, else the one that `MARSAD_CONFIG` names, else `folder/marsad.toml` where there is one.

    Raises `ConfigError` for a file that can't be read, an unknown or ill-typed setting, a missing `base_url` or `model`, and an
    address that is none.

    >>> read_settings(environ={}, folder=Path("/nowhere"), given={"base_url": "http://127.0.0.1:8000/v1", "model": "m"}).tries
    4
    """
    named = path or (Path(environ[VARIABLE]) if environ.get(VARIABLE) else None)
    file = named or folder / FILE
    values = _table(file) if named or file.is_file() else {}
    values.update({k: v for k, v in (given or {}).items() if v is not None})
    missing = [k for k in ("base_url", "model") if not values.get(k)]
    if missing:
        raise ConfigError(
            f"the reader openai-compatible needs {' and '.join(missing)}: in the table [{TABLE}] of {FILE}, or as options"
            " (--base-url, --model)"
        )
    return _checked(values, str(file))


def read_key(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """The API key from the environment. Raises `ConfigError` where its variable is empty, or the line is not encrypted."""
    if settings.key_variable is None:
        return None
    key = environ.get(settings.key_variable, "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise ConfigError(f"the environment variable {settings.key_variable} holds no API key")
    if not settings.base_url.startswith("https://") and not settings.is_local:
        raise ConfigError("an API key is sent over https only, or to this machine: change base_url, or leave key_variable out")
    return key


def _table(file: Path) -> dict[str, Value]:
    try:
        whole = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"the configuration {file} can't be read: {error}") from error
    table = whole.get(TABLE, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: [{TABLE}] is no table")
    return dict(table)


def _checked(values: Mapping[str, Value], file: str) -> Settings:
    hints = get_type_hints(Settings)
    clean: dict[str, Value] = {}
    for name, value in values.items():
        if name not in hints:
            raise ConfigError(f"{file}: [{TABLE}] has no setting {name!r}; it has {', '.join(f.name for f in _fields())}")
        clean[name] = _value(name, value, str(hints[name]), file)
    settings = Settings(**clean)  # type: ignore[arg-type]
    parts = urlsplit(settings.base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ConfigError(f"{file}: base_url is an http or https address without a user or a query, as https://host/v1")
    return settings


def _value(name: str, value: object, hint: str, file: str) -> Value:
    """The value in its type, a whole number where one is asked for."""
    if "str" in hint:
        if isinstance(value, str) and 0 < len(value) <= 500 and value.isprintable():
            return value
        raise ConfigError(f"{file}: {name} is a line of text")
    low, high = BOUNDS[name]
    whole = "float" not in hint
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not low <= value <= high:
        raise ConfigError(f"{file}: {name} is a {'whole ' if whole else ''}number from {low:g} to {high:g}")
    return value


def _fields() -> tuple[dataclasses.Field[object], ...]:
    return dataclasses.fields(Settings)
