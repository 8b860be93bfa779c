"""`marsad code --reader …`: from the command line to a stand-in server and back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.coding.server_standin import Reply, StandIn, claims, serving
from typer.testing import CliRunner, Result

from marsad import cli

TEXT = "Gunmen killed 12 villagers in Goma on Monday, police said."
PROPOSED: dict[str, Any] = {
    "quote": TEXT,
    "scope": "incident",
    "sub_event_type": "Attack",
    "who": ["Gunmen"],
    "where": ["Goma"],
    "when": ["on Monday"],
    "counts": [{"effect": "killed", "words": "12 villagers", "low": 12, "high": 12}],
}


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("MARSAD_CONFIG", "MARSAD_LEDGER", "SERVER_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with serving(lambda body: claims(PROPOSED)) as running:
        yield running


def call(*words: str) -> Result:
    return CliRunner().invoke(cli.app, ["code", "a.txt", "--published", "2025-06-05", "--format", "jsonl", *words])


def configure(at: Path, url: str, more: str = "") -> Path:
    at.write_text(f'[openai-compatible]\nbase_url = "{url}"\nmodel = "stand-in"\n{more}', encoding="utf-8")
    return at


def coded(output: str) -> list[dict[str, Any]]:
    return [r for r in map(json.loads, output.splitlines()) if r["kind"] == "claim"]


def test_claims_come_from_the_server_and_the_cost_goes_to_stderr(folder: Path, standin: StandIn) -> None:
    configure(folder / "marsad.toml", standin.url, "price_per_1k_in = 1.0\nprice_per_1k_out = 2.0\n")
    done = call("--reader", "openai-compatible")
    assert done.exit_code == 0, done.stderr
    (claim,) = coded(done.stdout)
    assert (claim["sub_event_type"], claim["counts"][0]["low"], claim["where"][0]["country"]) == ("Attack", 12, "COD")
    assert len(standin.requests) == 1 and standin.requests[0]["model"] == "stand-in"
    first, *_, last = done.stderr.splitlines()
    assert first == "asking stand-in at 127.0.0.1: the text of the reports is sent there"
    assert "1 report, 1 request, 900 tokens in, 100 out, 1.1000 USD" in done.stderr
    assert last


def test_options_go_over_the_file_and_the_variable_names_another(
    folder: Path, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_KEY", "k-1")
    monkeypatch.setenv("MARSAD_CONFIG", str(configure(folder / "other.toml", "http://127.0.0.1:9/v1")))
    done = call("--reader", "openai-compatible", "--base-url", standin.url, "--model", "m2", "--key-variable", "SERVER_KEY")
    assert done.exit_code == 0, done.stderr
    assert standin.requests[0]["model"] == "m2" and standin.headers[0]["authorization"] == "Bearer k-1"
    assert "k-1" not in done.stderr + done.stdout


def test_quiet_prints_no_cost(standin: StandIn) -> None:
    done = call("--reader", "openai-compatible", "--base-url", standin.url, "--model", "m", "--quiet")
    assert done.exit_code == 0 and done.stderr == ""


def test_a_server_that_fails_leaves_the_default_reader_and_exit_status_1(standin: StandIn) -> None:
    standin.answer = lambda body: Reply(status=401)
    done = call("--reader", "openai-compatible", "--base-url", standin.url, "--model", "m")
    plain = call()
    assert (
        done.exit_code == 1 and "[coding/asking_failed]" in done.stderr and "1 of them left to the default reader" in done.stderr
    )
    assert coded(done.stdout) == coded(plain.stdout) != []


def test_without_the_option_nothing_is_asked(folder: Path, standin: StandIn) -> None:
    configure(folder / "marsad.toml", standin.url)
    assert call().exit_code == 0 and call("--reader", "rules").exit_code == 0
    assert standin.requests == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--reader", "oracle"], "there is no reader 'oracle'"),
        (["--reader", "openai-compatible"], "needs base_url and model"),
        (["--base-url", "http://127.0.0.1:1/v1"], "go with --reader openai-compatible"),
        (["--reader", "openai-compatible", "--config", "none.toml"], "can't be read"),
        (["--reader", "openai-compatible", "--base-url", "ftp://x/v1", "--model", "m"], "http or https"),
        (["--reader", "openai-compatible", "--base-url", "http://u:p@x/v1", "--model", "m"], "http or https"),
        (
            ["--reader", "openai-compatible", "--base-url", "http://x/v1", "--model", "m", "--key-variable", "SERVER_KEY"],
            "no API key",
        ),
    ],
)
def test_a_wrong_option_ends_with_status_2_and_a_lesson(words: list[str], told: str) -> None:
    done = call(*words)
    assert done.exit_code == 2 and told in done.stderr and done.stdout == ""


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("modle = 'x'\n", "no setting 'modle'"),
        ("tries = 0\n", "from 1 to 20"),
        ("tries = 1.5\n", "whole number"),
        ("timeout = 'long'\n", "number from"),
        ("timeout = true\n", "number from"),
        ("key_variable = ''\n", "line of text"),
        ("timeout = nan\n", "number from"),
        ("model\n", "can't be read"),
    ],
)
def test_a_wrong_configuration_names_the_setting(folder: Path, more: str, told: str) -> None:
    configure(folder / "marsad.toml", "http://127.0.0.1:9/v1", more)
    done = call("--reader", "openai-compatible")
    assert done.exit_code == 2 and told in done.stderr


def test_a_key_is_not_sent_unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_KEY", "k-1")
    done = call(
        "--reader", "openai-compatible", "--base-url", "http://model.example/v1", "--model", "m", "--key-variable", "SERVER_KEY"
    )
    assert done.exit_code == 2 and "https only" in done.stderr and "k-1" not in done.stderr


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def test_importing_marsad_loads_no_network_client() -> None:
    assert run("import sys, marsad; print([m for m in ('httpx', 'httpcore', 'pydantic') if m in sys.modules])") == "[]"


def test_coding_without_the_option_opens_no_connection_and_loads_no_asking_reader() -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*a): raise SystemExit(f'connects to {a[1:]}')\n"
        "socket.socket.connect = socket.socket.connect_ex = refuse\n"
        "import marsad\n"
        f"claims = marsad.code(text={TEXT!r}, published='2025-06-05').claims\n"
        "print(len(claims), [m for m in sys.modules if m.startswith('marsad.coding.asked')])"
    )
    assert run(program) == "1 []"
