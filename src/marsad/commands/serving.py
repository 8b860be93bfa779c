"""`marsad serve` and `marsad users`: the record over HTTP, and who may use it."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import Ledger, needed, stop, usage
from marsad.model import ConfigError

if TYPE_CHECKING:
    import uvicorn

    from marsad.ledger.accounts import Accounts

APPLICATION = "marsad.server.app:from_environment"
OWN = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this computer can reach."""
CLOSING = 3
"""Seconds that requests under way get when the server stops."""
ROLES = "reader, coder, reviewer or admin"
OIDC_VARIABLE = "MARSAD_OIDC_SECRET"
PASSWORD_VARIABLE = "MARSAD_PASSWORD"

users = typer.Typer(
    no_args_is_help=True,
    help="Who may use a server: readers, coders, reviewers and admins, and tokens for programs.\n\n"
    "As soon as there is a user, `marsad serve` asks everybody to log in.\n\n"
    "Example:\n\n    marsad users add amal --role admin --ledger record.sqlite",
)


def add(app: typer.Typer) -> None:
    """Put the commands into the application."""
    app.command()(serve)
    app.add_typer(users, name="users")


def serve(
    ledger: Ledger = None,
    host: Annotated[str, typer.Option(help="The address to listen on: another than this computer's needs users.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = 8000,
    public: Annotated[bool, typer.Option("--public", help="Let people read without an account, where there are users.")] = False,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A further name or address that it is reached under.", show_default=False)
    ] = None,
    deadline: Annotated[float, typer.Option(min=0.1, max=600, help="Seconds that a query may take.")] = 10.0,
    rate: Annotated[float, typer.Option(min=0, help="Requests a second of one caller, where there are users; 0: no limit.")] = 50,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
    secure: Annotated[bool, typer.Option("--secure", help="Behind HTTPS: cookies are sent over HTTPS alone.")] = False,
    static: Annotated[Path | None, typer.Option(help="The folder of another build of the web app.", show_default=False)] = None,
    fetch: Annotated[
        bool | None,
        typer.Option(
            "--fetch/--no-fetch",
            help="Whether people may add pages by their address, which the server then fetches.",
            show_default="where there are no users",
        ),
    ] = None,
    oidc: Annotated[
        str | None, typer.Option(help="An OpenID Connect issuer where people can log in too.", show_default=False)
    ] = None,
    oidc_client: Annotated[
        str | None,
        typer.Option(help=f"What this server is called there; its secret is read from {OIDC_VARIABLE}.", show_default=False),
    ] = None,
    oidc_claim: Annotated[
        str, typer.Option(help="What of an identity is the name of an account here.")
    ] = "preferred_username",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No log of requests.")] = False,
) -> None:
    """Serve a ledger: the web app, an API, and what clients of ACLED, UCDP GED, QGIS and feed readers ask for.

    Without users it listens on this computer alone, and whoever works on it may do everything. With users (`marsad users add`)
    people log in and programs bring a token. Ctrl-C stops it.

    Examples:

        marsad serve --ledger record.sqlite

        marsad serve --ledger record.sqlite --host 0.0.0.0 --name record.example.org --secure

        marsad serve --ledger postgresql://desk@db.example/record --workers 2
    """
    try:
        import uvicorn
    except ImportError:
        stop("a server needs FastAPI and uvicorn: pip install 'marsad[server]'", status=2)
    given = {"host": host, "port": port, "public": public, "hosts": tuple(name or ()), "deadline": deadline}
    given |= {"secure_cookie": secure, "static": str(static) if static else None, "log": not quiet}
    with usage():
        accounts = prepared(needed(ledger))
        if not accounts and host not in OWN:
            raise ConfigError(f"{host} can be reached from other computers: `marsad users add NAME --role admin` first")
        given |= {"fetch": not accounts if fetch is None else fetch, "rate": rate if accounts else 0.0}
        given |= {"oidc": oidc or "", "oidc_client": oidc_client or "", "oidc_claim": oidc_claim}
        if oidc and not (accounts and oidc_client):
            raise ConfigError("--oidc needs users (`marsad users add NAME --role admin`) and --oidc-client")
        given |= {"oidc_secret": os.environ.get(OIDC_VARIABLE, "") if oidc else ""}
        told = telling({**given, "ledger": needed(ledger), "accounts": accounts})
    os.environ.update(told)
    if not quiet:
        where = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        who = "people log in" if accounts else "no accounts: whoever works on this computer may do everything"
        typer.echo(f"marsad: {where} ({who}); Ctrl-C stops it", err=True)
    run(
        uvicorn.Config(
            APPLICATION,
            factory=True,
            host=host,
            port=port,
            workers=workers,
            access_log=False,
            log_level="warning" if quiet else "info",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=CLOSING,
            limit_concurrency=512,
        )
    )


def run(config: uvicorn.Config) -> None:
    """Serve until told to stop. Answers are sent at once: waiting to fill a packet costs 40 ms where several processes listen."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if config.workers > 1:
        Multiprocess(config, sockets=[listening]).run()
        return
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    if not server.started:
        raise typer.Exit(1)


def prepared(ledger: str) -> bool:
    """Open the ledger, which brings it up to date, and say whether it has users. Raises `ConfigError` where none is an admin."""
    from marsad.ledger.accounts import all_users, has_accounts, open_accounts
    from marsad.ledger.store import open_ledger

    store = open_ledger(ledger)
    try:
        if not has_accounts(store):
            return False
        people = all_users(open_accounts(store))
    finally:
        store.close()
    if people and not any(u.role == "admin" and u.active for u in people):
        raise ConfigError("no user is an admin: `marsad users change NAME --role admin` makes one")
    return bool(people)


def telling(values: dict[str, object]) -> dict[str, str]:
    """The settings as the server's processes read them from their environment (`marsad.server.settings`)."""
    import json

    return {"MARSAD_SERVER": json.dumps(values)}


def opened(ledger: str | None) -> Accounts:
    from marsad.ledger.accounts import open_accounts
    from marsad.ledger.store import open_ledger

    return open_accounts(open_ledger(needed(ledger)))


def password_given() -> str:
    """A new password: from the environment, from standard input where that is no terminal, or asked for twice."""
    from_environment = os.environ.get(PASSWORD_VARIABLE)
    if from_environment:
        return from_environment
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    said: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return said


@users.command("add")
def add_one(
    name: Annotated[str, typer.Argument(help="What they are called; judgements are signed with it.")],
    role: Annotated[str, typer.Option(help=f"{ROLES}.")] = "reader",
    ledger: Ledger = None,
) -> None:
    """Make an account. The password is asked for, or read from standard input or MARSAD_PASSWORD.

    Readers read; coders add reports and judge; reviewers also merge, split and undo what others judged; admins manage users.

    Example:

        marsad users add amal --role reviewer --ledger record.sqlite
    """
    from marsad.ledger.accounts import add_user

    with usage():
        made = add_user(opened(ledger), name, role, password_given())
    typer.echo(f"{made.name} is {article(made.role)}")


@users.command("list")
def show(ledger: Ledger = None) -> None:
    """Everybody who has an account.

    Example:

        marsad users list --ledger record.sqlite
    """
    from marsad.ledger.accounts import all_users

    found = all_users(opened(ledger))
    for user in found:
        typer.echo("\t".join([user.name, user.role, *([] if user.active else ["shut out"])]))
    if not found:
        typer.echo("no user yet: `marsad users add NAME --role admin` makes the first one", err=True)


@users.command()
def change(
    name: Annotated[str, typer.Argument(help="Who.")],
    role: Annotated[str | None, typer.Option(help=f"{ROLES}.", show_default=False)] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for a new password.")] = False,
    active: Annotated[
        bool | None, typer.Option("--let-in/--shut-out", help="Whether they may enter; their tokens end when shut out.")
    ] = None,
    ledger: Ledger = None,
) -> None:
    """Another role or password, or shut somebody out. Their visits end.

    Examples:

        marsad users change amal --role admin --ledger record.sqlite

        marsad users change karim --shut-out --ledger record.sqlite
    """
    from marsad.ledger.accounts import change_user

    with usage():
        secret = password_given() if password else None
        made = change_user(opened(ledger), name, role=role, password=secret, active=active)
    typer.echo(f"{made.name} is {article(made.role)}{'' if made.active else ', shut out'}")


@users.command()
def token(
    name: Annotated[str, typer.Argument(help="Whose.")],
    scope: Annotated[list[str] | None, typer.Option(help="read, code, judge or admin; several.", show_default="read")] = None,
    days: Annotated[float, typer.Option(min=0.001, max=366, help="How long it lasts.")] = 90,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    ledger: Ledger = None,
) -> None:
    """Make a token for a program. It is printed this once; the ledger keeps a hash of it.

    Example:

        marsad users token amal --scope read --label notebook --ledger record.sqlite
    """
    from marsad.ledger.accounts import make_token

    with usage():
        made, secret = make_token(
            opened(ledger), name, label=label, scopes=tuple(dict.fromkeys(scope or ["read"])), seconds=days * 86400
        )
    typer.echo(secret)
    typer.echo(f"{made.id}, for {', '.join(made.scopes)}; `marsad users revoke {made.id}` takes it back", err=True)


@users.command()
def tokens(ledger: Ledger = None) -> None:
    """Every token that was made: whose, for what, until when.

    Example:

        marsad users tokens --ledger record.sqlite
    """
    import datetime as dt

    from marsad.ledger.accounts import tokens_of

    for each in tokens_of(opened(ledger)):
        until = dt.datetime.fromtimestamp(each.expires, dt.UTC).isoformat(timespec="minutes")
        typer.echo(f"{each.id}\t{each.user}\t{' '.join(each.scopes)}\t{until}\t{each.label}")


@users.command()
def revoke(
    name: Annotated[str, typer.Argument(metavar="TOKEN", help="The token's id: `marsad users tokens` lists them.")],
    ledger: Ledger = None,
) -> None:
    """Take a token back.

    Example:

        marsad users revoke tok-5f2c9a01b3d4 --ledger record.sqlite
    """
    from marsad.ledger.accounts import drop_token

    if not drop_token(opened(ledger), name):
        stop(f"there is no token {name}", status=2)
    typer.echo(f"{name} lets nobody in any more")


def article(role: str) -> str:
    return f"an {role}" if role == "admin" else f"a {role}"
