"""Who may do what: one table and one function. What is not in the table is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from marsad.ledger.accounts import Role

Action = Literal["enter", "read", "own", "code", "judge", "review", "admin"]
"""`enter`: what anybody may ask before they are known. `own`: one's own tokens, filters and remarks. `code`: add reports.
`judge`: accept, reject, correct, undo one's own. `review`: merge, split, undo anybody's, many at once. `admin`: accounts."""

MAY: Mapping[Role, frozenset[Action]] = {
    "reader": frozenset({"enter", "read", "own"}),
    "coder": frozenset({"enter", "read", "own", "code", "judge"}),
    "reviewer": frozenset({"enter", "read", "own", "code", "judge", "review"}),
    "admin": frozenset({"enter", "read", "own", "code", "judge", "review", "admin"}),
}
SCOPE: Mapping[str, frozenset[Action]] = {
    "read": frozenset({"enter", "read"}),
    "code": frozenset({"enter", "read", "code"}),
    "judge": frozenset({"enter", "read", "judge", "review"}),
    "admin": frozenset({"enter", "read", "own", "admin"}),
}
"""What a token may be used for, by its scopes; never more than its owner's role may."""
ANYBODY: frozenset[Action] = frozenset({"enter"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks: a name and a role (`None`: nobody that we know), a token's scopes, and the word that forms must bring."""

    name: str
    role: Role | None
    scopes: tuple[str, ...] | None = None
    csrf: str | None = field(default=None, repr=False)
    by_cookie: bool = False


NOBODY = Identity(name="", role=None)


def allowed(who: Identity, action: Action) -> bool:
    """The policy.

    >>> allowed(Identity(name="Amal", role="coder"), "judge"), allowed(Identity(name="Amal", role="coder"), "review")
    (True, False)
    >>> allowed(Identity(name="Amal", role="admin", scopes=("read",)), "judge"), allowed(NOBODY, "read")
    (False, False)
    """
    if action in ANYBODY:
        return True
    if who.role is None or action not in MAY.get(who.role, frozenset()):
        return False
    if who.scopes is None:
        return True
    return any(action in SCOPE.get(scope, frozenset()) for scope in who.scopes)
