"""News reports in, a cited conflict and humanitarian-access record out.

    import marsad
    result = marsad.code("page.html", published="2026-02-18")
    result.events, result.to_pandas(), result.explain(result.events[0].id)
    marsad.connect("http://127.0.0.1:8000").events(country="Sudan", since="2026-02-01")

Importing this package is quick: models and tables are loaded by the first call of `code`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marsad.model import ConfigError, MarsadError, SourceError, StoreError

if TYPE_CHECKING:
    from marsad.api import code, report
    from marsad.remote import Remote, connect
    from marsad.result import Result

    __version__: str

__all__ = [
    "ConfigError",
    "MarsadError",
    "Remote",
    "Result",
    "SourceError",
    "StoreError",
    "__version__",
    "code",
    "connect",
    "report",
]


def __getattr__(name: str) -> Any:
    if name == "code":
        from marsad.api import code

        return code
    if name == "report":
        from marsad.api import report

        return report
    if name in ("connect", "Remote"):
        from marsad import remote

        return getattr(remote, name)
    if name == "Result":
        from marsad.result import Result

        return Result
    if name == "__version__":
        from marsad.versions import version

        return version()
    raise AttributeError(f"module 'marsad' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
