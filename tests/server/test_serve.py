"""`marsad serve` and `marsad users` as a person uses them: processes, signals, a stream that tells what is new."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.ledger.invented import batch_of
from tests.server.people import PASSWORD
from typer.testing import CliRunner, Result

from marsad.cli import app
from marsad.ledger.append import append
from marsad.ledger.store import Ledger
from marsad.stages import installed_rules

MARSAD = [sys.executable, "-m", "marsad"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


@contextmanager
def serving(ledger: str, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server of its own process; killed where it does not end by itself."""
    port = free_port()
    command = [*MARSAD, "serve", "--ledger", ledger, "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                if httpx.get(f"{address}/api/v1/health", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None, process.communicate()[0]
                time.sleep(0.1)
        else:
            pytest.fail("the server did not start")
        yield address, process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_ctrl_c_ends_it_also_while_somebody_listens(ledger: Ledger) -> None:
    with serving(ledger.address) as (address, process), httpx.stream("GET", f"{address}/api/v1/stream", timeout=30) as response:
        lines = response.iter_lines()
        assert next(lines).startswith("retry")
        append(ledger, batch_of([5001]), **installed_rules())
        told = next(line for line in lines if line.startswith("data: "))
        assert json.loads(told.removeprefix("data: "))["record"]["kind"] in ("event", "statistic", "condition")
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        rest = list(lines)
        assert not any("error" in line for line in rest)
        assert process.wait(15) in (0, 130, -signal.SIGINT) and time.monotonic() - began < 10
        assert "Traceback" not in (process.stdout.read() if process.stdout else "")


def test_what_was_missed_is_told_first(running: str, ledger: Ledger) -> None:
    head = httpx.get(f"{running}/api/v1/head").json()["seq"]
    with httpx.stream("GET", f"{running}/api/v1/stream", headers={"Last-Event-ID": str(head - 3)}, timeout=30) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        found = []
        for line in response.iter_lines():
            if line.startswith("id: "):
                found.append(int(line.removeprefix("id: ")))
            if found and found[-1] == head:
                break
    assert found == sorted(found) and all(head - 3 < n <= head for n in found)


def run(*arguments: str, password: str = "") -> Result:
    """A command in this process."""
    return CliRunner().invoke(app, list(arguments), env={"MARSAD_PASSWORD": password})


def test_users_are_made_and_then_asked_for(ledger: Ledger) -> None:
    where = ("--ledger", ledger.address)
    assert run("users", "add", "amal", "--role", "admin", *where, password=PASSWORD).exit_code == 0
    assert run("users", "add", "amal", "--role", "admin", *where, password=PASSWORD).exit_code == 2
    assert run("users", "add", "eve", "--role", "queen", *where, password=PASSWORD).exit_code == 2
    made = run("users", "token", "amal", "--scope", "read", "--days", "1", *where)
    assert made.exit_code == 0 and made.stdout.startswith("mrs_")
    assert "amal\tadmin" in run("users", "list", *where).stdout
    listed = run("users", "tokens", *where).stdout
    assert made.stdout.strip() not in listed and listed.startswith("tok-")
    with serving(ledger.address, "--quiet") as (address, _):
        assert httpx.get(f"{address}/api/v1/events").status_code == 401
        heads = {"Authorization": f"Bearer {made.stdout.strip()}"}
        assert httpx.get(f"{address}/api/v1/events?limit=1", headers=heads).status_code == 200
        assert run("users", "revoke", listed.split("\t")[0], *where).exit_code == 0
        assert httpx.get(f"{address}/api/v1/events?limit=1", headers=heads).status_code == 401


def test_wrong_beginnings_are_told(ledger: Ledger, tmp_path: Path) -> None:
    for arguments, words in (
        (("serve", "--ledger", str(tmp_path / "none.sqlite")), "there is no ledger"),
        (("serve", "--ledger", ledger.address, "--host", "0.0.0.0"), "marsad users add"),
        (("serve",), "which ledger"),
    ):
        command = [*MARSAD, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        assert done.returncode in (1, 2) and words in done.stderr and "Traceback" not in done.stderr, done.stderr


@pytest.mark.slow
def test_two_processes_answer(ledger: Ledger) -> None:
    with serving(ledger.address, "--workers", "2", "--quiet") as (address, process):
        for _ in range(20):
            assert httpx.get(f"{address}/api/v1/events?limit=1").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) is not None


def test_marsad_is_imported_without_the_server() -> None:
    code = "import sys, marsad, marsad.cli; print([m for m in ('fastapi', 'starlette', 'uvicorn', 'argon2') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
