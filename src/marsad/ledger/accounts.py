"""Who may use a server: people with roles, their sessions and tokens.

For a ledger in a file they are in a file beside it (`record.sqlite.accounts`), so that a ledger can be handed on without them;
for a ledger on PostgreSQL in tables of the same database. Passwords are kept as Argon2id hashes, tokens and sessions as SHA-256
of long random words: nothing that is kept here lets anybody in.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)

from marsad.ledger.store import Ledger, connect, translated
from marsad.model import ConfigError, StoreError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role = Literal["reader", "coder", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
SCOPES = ("read", "code", "judge", "admin")
SESSION = 12 * 3600
TOKEN_DAYS = 90
LONGEST_DAYS = 366
SHORTEST_PASSWORD = 10
FREE_TRIES = 5
PAUSE = 2.0
LONGEST_PAUSE = 900.0
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@+-]{0,63}")
METADATA = MetaData()

users = Table(
    "account_users",
    METADATA,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("password", String, nullable=False),
    Column("active", Integer, nullable=False),
    Column("created", Float, nullable=False),
)
tries = Table(
    "account_tries",
    METADATA,
    Column("key", String, primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("until", Float, nullable=False),
)
tokens = Table(
    "account_tokens",
    METADATA,
    Column("id", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("user", String, nullable=False, index=True),
    Column("label", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False),
    Column("kind", String, nullable=False),
)
sessions = Table(
    "account_sessions",
    METADATA,
    Column("digest", String, primary_key=True),
    Column("user", String, nullable=False, index=True),
    Column("csrf", String, nullable=False),
    Column("expires", Float, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with a role. Who is not active can't enter."""

    name: str
    role: Role
    active: bool
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is known of a token: never the token itself."""

    id: str
    user: str
    label: str
    scopes: tuple[str, ...]
    created: float
    expires: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person's visit: the word for the cookie and the one for its forms, told once when it begins."""

    user: User
    secret: str = field(repr=False)
    csrf: str = field(repr=False)
    expires: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whom a token or a session stands for, and what it may be used for (`None`: for all that the role may)."""

    user: User
    scopes: tuple[str, ...] | None = None
    csrf: str | None = field(default=None, repr=False)


class WaitError(ConfigError):
    """Too many wrong passwords: the next try is not looked at for so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many wrong passwords: try again in {max(1, round(seconds))} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """An open list of accounts."""

    name: str
    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with translated(self.name), self.engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with translated(self.name), self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def close(self) -> None:
        self.engine.dispose()


def open_accounts(ledger: Ledger) -> Accounts:
    """The accounts of a ledger; an empty list is made where there is none. Raises `StoreError` where it can't be."""
    if ledger.dialect == "sqlite":
        where = ledger.path.with_name(ledger.path.name + ".accounts")
        if not where.exists():
            with translated(str(where)):
                try:
                    os.close(os.open(where, os.O_CREAT | os.O_RDWR, 0o600))
                except OSError as error:
                    raise StoreError(f"can't keep accounts in {where}: {error.strerror}") from error
        found = Accounts(name=str(where), engine=connect(where, True))
    else:
        found = Accounts(name=f"{ledger.name} (accounts)", engine=ledger.engine)
    from marsad.ledger import kept  # its tables are among those to be made

    with found.write() as connection:
        kept.filters.metadata.create_all(connection)
    return found


def has_accounts(ledger: Ledger) -> bool:
    """Whether accounts were ever opened for a ledger: asking does not make them."""
    if ledger.dialect == "sqlite":
        return ledger.path.with_name(ledger.path.name + ".accounts").exists()
    with translated(ledger.name):
        return inspect(ledger.engine).has_table(users.name)


@cache
def hasher() -> PasswordHasher:
    """Argon2id with the parameters that RFC 9106 recommends where memory is scarce. Raises `ConfigError` without argon2-cffi."""
    try:
        from argon2 import PasswordHasher, profiles
    except ImportError as error:
        raise ConfigError("accounts need argon2-cffi: pip install 'marsad[server]'") from error
    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


@cache
def nobody() -> str:
    """A hash that no password has: who is not known takes as long to refuse as who is."""
    return hasher().hash(secrets.token_urlsafe(32))


def digest(secret: str) -> str:
    """What is kept of a token or a session."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def add_user(accounts: Accounts, name: str, role: str, password: str) -> User:
    """A new person. Raises `ConfigError` where the name is taken or no name, there is no such role, or the password is short."""
    if not NAME.fullmatch(name):
        raise ConfigError("a name has 1 to 64 letters, digits, spaces or . _ @ + -, and begins with a letter or digit")
    check_password(password)
    made = User(name=name, role=role_of(role), active=True, created=time.time())
    hashed = hasher().hash(password)
    with accounts.write() as connection:
        taken = connection.execute(select(users.c.name).where(func.lower(users.c.name) == name.lower())).first()
        if taken:
            raise ConfigError(f"there is a user {taken.name} already")
        connection.execute(insert(users).values(name=name, role=made.role, password=hashed, active=1, created=made.created))
    return made


def role_of(role: str) -> Role:
    for known in ROLES:
        if known == role:
            return known
    raise ConfigError(f"there is no role {role!r}: choose of {', '.join(ROLES)}")


def check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= 1000:
        raise ConfigError(f"a password has {SHORTEST_PASSWORD} characters or more")


def all_users(accounts: Accounts) -> tuple[User, ...]:
    """Everybody, by name."""
    with accounts.read() as connection:
        return tuple(user_in(row) for row in connection.execute(select(users).order_by(users.c.name)).mappings())


def user_in(row: Any) -> User:
    return User(name=row["name"], role=row["role"], active=bool(row["active"]), created=row["created"])


def change_user(
    accounts: Accounts, name: str, *, role: str | None = None, password: str | None = None, active: bool | None = None
) -> User:
    """Another role or password, or shut out or let in again; visits and, when shut out, tokens end with it.

    Raises `ConfigError` where there is nobody of that name, or it would leave no active admin.
    """
    values: dict[str, Any] = {}
    if role is not None:
        values["role"] = role_of(role)
    if password is not None:
        check_password(password)
        values["password"] = hasher().hash(password)
    if active is not None:
        values["active"] = int(active)
    with accounts.write() as connection:
        row = connection.execute(select(users).where(users.c.name == name)).mappings().first()
        if row is None:
            raise ConfigError(f"there is no user {name}")
        if values:
            connection.execute(update(users).where(users.c.name == name).values(**values))
        admins = select(func.count()).select_from(users).where(users.c.role == "admin", users.c.active == 1)
        if row["role"] == "admin" and row["active"] and not connection.execute(admins).scalar():
            raise ConfigError(f"{name} is the last admin: make somebody else one first")
        connection.execute(delete(sessions).where(sessions.c.user == name))
        if active is False:
            connection.execute(delete(tokens).where(tokens.c.user == name))
        return user_in({**row, **values})


def check_login(accounts: Accounts, name: str, password: str, *, origin: str = "") -> User | None:
    """The person, where name and password are right; `None` where not.

    Raises `WaitError` after several wrong ones, for the name or from that origin: the pause doubles with each further one.
    """
    lanes = [f"user {name[:64].lower()}"] + ([f"from {origin}"] if origin else [])
    now = time.time()
    with accounts.read() as connection:
        until = connection.execute(select(func.max(tries.c.until)).where(tries.c.key.in_(lanes))).scalar() or 0.0
        row = connection.execute(select(users).where(users.c.name == name)).mappings().first()
    if until > now:
        raise WaitError(until - now)
    good = password_fits(row["password"] if row else nobody(), password)
    if row is None or not good or not row["active"]:
        with accounts.write() as connection:
            for lane in lanes:
                note_failure(connection, lane, now)
        return None
    with accounts.write() as connection:
        connection.execute(delete(tries).where(tries.c.key == lanes[0]))
    return user_in(row)


def password_fits(hashed: str, password: str) -> bool:
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return hasher().verify(hashed, password[:1000])
    except (Argon2Error, InvalidHashError):
        return False


def note_failure(connection: Connection, lane: str, now: float) -> None:
    """One wrong password more; an hour without one and they are forgotten."""
    connection.execute(delete(tries).where(tries.c.until < now - 3600))
    row = connection.execute(select(tries).where(tries.c.key == lane)).mappings().first()
    failed = (row["failed"] if row else 0) + 1
    pause = min(LONGEST_PAUSE, PAUSE * 2.0 ** (failed - FREE_TRIES)) if failed >= FREE_TRIES else 0.0
    connection.execute(delete(tries).where(tries.c.key == lane))
    connection.execute(insert(tries).values(key=lane, failed=failed, until=now + pause))


def begin_session(accounts: Accounts, user: User) -> Session:
    """A visit of twelve hours, under words that nobody can guess."""
    made = Session(user=user, secret=secrets.token_urlsafe(32), csrf=secrets.token_urlsafe(32), expires=time.time() + SESSION)
    with accounts.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.expires < time.time()))
        connection.execute(
            insert(sessions).values(digest=digest(made.secret), user=user.name, csrf=made.csrf, expires=made.expires)
        )
    return made


def caller_by_session(accounts: Accounts, secret: str) -> Caller | None:
    """Whose visit that is; `None` where it is over or never was."""
    with accounts.read() as connection:
        statement = select(users, sessions.c.csrf).join(sessions, sessions.c.user == users.c.name)
        known = (sessions.c.digest == digest(secret), sessions.c.expires > time.time(), users.c.active == 1)
        row = connection.execute(statement.where(*known)).mappings().first()
    return Caller(user=user_in(row), csrf=row["csrf"]) if row else None


def end_session(accounts: Accounts, secret: str) -> None:
    with accounts.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.digest == digest(secret)))


def make_token(
    accounts: Accounts, user: str, *, label: str, scopes: tuple[str, ...] = ("read",), seconds: float = TOKEN_DAYS * 86400.0
) -> tuple[Token, str]:
    """A token for programs and its secret, which is told once. `scopes` are of `SCOPES`; none gives more than the role does.

    Raises `ConfigError` for another scope, a time beyond a year, or where there is nobody of that name.
    """
    wrong = [s for s in scopes if s not in SCOPES]
    if wrong or not scopes:
        raise ConfigError(f"a token is for one or more of {', '.join(SCOPES)}; got {', '.join(wrong) or 'none'}")
    if not 0 < seconds <= LONGEST_DAYS * 86400:
        raise ConfigError(f"a token lasts from a second to {LONGEST_DAYS} days")
    return keep_token(accounts, user, label[:100], scopes, seconds, kind="token")


def keep_token(
    accounts: Accounts, user: str, label: str, scopes: tuple[str, ...], seconds: float, *, kind: str
) -> tuple[Token, str]:
    """A token of any kind (`token`, `access`, `refresh`) and its secret."""
    secret = f"mrs_{secrets.token_urlsafe(32)}"
    now = time.time()
    made = Token(
        id=f"tok-{secrets.token_hex(6)}", user=user, label=label, scopes=scopes, created=now, expires=round(now + seconds, 3)
    )
    with accounts.write() as connection:
        if connection.execute(select(users.c.name).where(users.c.name == user, users.c.active == 1)).first() is None:
            raise ConfigError(f"there is no user {user}")
        connection.execute(delete(tokens).where(tokens.c.expires < now - 86400))
        values = {"digest": digest(secret), "user": user, "label": label, "scopes": " ".join(scopes), "kind": kind}
        connection.execute(insert(tokens).values(id=made.id, created=now, expires=made.expires, **values))
    return made, secret


def caller_by_token(accounts: Accounts, secret: str, *, kinds: tuple[str, ...] = ("token", "access")) -> Caller | None:
    """Whom a token stands for; `None` where it has expired, was taken back or never was."""
    with accounts.read() as connection:
        statement = select(users, tokens.c.scopes).join(tokens, tokens.c.user == users.c.name)
        known = (tokens.c.digest == digest(secret), tokens.c.expires > time.time(), users.c.active == 1, tokens.c.kind.in_(kinds))
        row = connection.execute(statement.where(*known)).mappings().first()
    return Caller(user=user_in(row), scopes=tuple(row["scopes"].split())) if row else None


def tokens_of(accounts: Accounts, user: str | None = None) -> tuple[Token, ...]:
    """The tokens of a person, or all, that were made by hand; the newest first."""
    wanted = [tokens.c.kind == "token"] + ([tokens.c.user == user] if user is not None else [])
    with accounts.read() as connection:
        rows = connection.execute(select(tokens).where(*wanted).order_by(tokens.c.created.desc())).mappings()
        return tuple(
            Token(
                id=r["id"],
                user=r["user"],
                label=r["label"],
                scopes=tuple(r["scopes"].split()),
                created=r["created"],
                expires=r["expires"],
            )
            for r in rows
        )


def drop_token(accounts: Accounts, name: str, *, user: str | None = None) -> bool:
    """Take a token back; with `user` only where it is this person's. Whether there was one."""
    wanted = [tokens.c.id == name] + ([tokens.c.user == user] if user is not None else [])
    with accounts.write() as connection:
        return bool(connection.execute(delete(tokens).where(*wanted)).rowcount)


def drop_secret(accounts: Accounts, secret: str) -> None:
    """Take back the token with that secret, as when it was traded for another."""
    with accounts.write() as connection:
        connection.execute(delete(tokens).where(tokens.c.digest == digest(secret)))
