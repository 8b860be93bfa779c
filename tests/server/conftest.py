"""A small ledger of invented stories, served in this process; accounts of each role; a server on a real port."""

from __future__ import annotations

import dataclasses
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.ledger.invented import batch_of
from tests.server.people import PASSWORD, Desk
from tests.standins import stages

from marsad.ledger.accounts import ROLES, add_user, make_token, open_accounts
from marsad.ledger.append import append
from marsad.ledger.store import Ledger, open_ledger
from marsad.server.app import create_app
from marsad.server.settings import Settings
from marsad.stages import Stages, installed_rules

STORIES = 60


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that was written in two goes, so that some events have been revised."""
    where = tmp_path_factory.mktemp("served") / "record.sqlite"
    ledger = open_ledger(where, write=True)
    for numbers in (range(STORIES // 2), range(STORIES // 2, STORIES)):
        append(ledger, batch_of(list(numbers)), **installed_rules())
    with ledger.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()
    return where


@pytest.fixture
def ledger(template: Path, tmp_path: Path) -> Iterator[Ledger]:
    """The ledger to oneself."""
    where = tmp_path / "record.sqlite"
    shutil.copy(template, where)
    opened = open_ledger(where, write=True)
    yield opened
    opened.close()


def coding() -> Stages:
    """Stand-ins that code, with the real rules of linking."""
    return dataclasses.replace(stages(), **installed_rules())


Served = Callable[..., FastAPI]


@pytest.fixture
def application(ledger: Ledger) -> Served:
    """Makes an application on the ledger with some settings."""

    def make(**settings: object) -> FastAPI:
        wanted = {"hosts": ("testserver",), **settings}
        return create_app(ledger, Settings(ledger=ledger.address, **wanted), make_stages=coding)  # type: ignore[arg-type]

    return make


@pytest.fixture
def client(application: Served) -> Iterator[TestClient]:
    """A client of a server in local mode."""
    with TestClient(application(), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Accounts with a person and a token of each role; hashing a password takes its time on purpose."""
    ledger = open_ledger(tmp_path_factory.mktemp("people") / "record.sqlite", write=True)
    accounts = open_accounts(ledger)
    tokens = {}
    for role in ROLES:
        add_user(accounts, role, role, PASSWORD)
        scopes = {"reader": ("read",), "coder": ("read", "code", "judge"), "reviewer": ("read", "code", "judge")}
        tokens[role] = make_token(accounts, role, label="test", scopes=scopes.get(role, ("read", "code", "judge", "admin")))[1]
    accounts.close()
    return Path(accounts.name), tokens


@pytest.fixture
def desk(ledger: Ledger, application: Served, people: tuple[Path, dict[str, str]]) -> Iterator[Desk]:
    """A server with a person and tokens of each role."""
    file, tokens = people
    shutil.copy(file, f"{ledger.address}.accounts")
    accounts = open_accounts(ledger)
    with TestClient(application(accounts=True), raise_server_exceptions=False) as made:
        yield Desk(client=made, tokens=tokens, accounts=accounts)
    accounts.close()


@pytest.fixture
def running(application: Served) -> Iterator[str]:
    """The address of a server on a port of its own, in local mode."""
    with on_a_port(application()) as address:
        yield address


class on_a_port:
    """An application served on a free port by a thread, which ends with the block."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        deadline = time.monotonic() + 20
        while not self.server.started:
            assert time.monotonic() < deadline and self.thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *error: object) -> None:
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive(), "the server did not stop"
