"""The house itself: what may stand in a tracked file, and what must be there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1_000_000

# Split, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a package registry's address": r"py" + r"pi\.org|python" + r"hosted|registry\.n" + r"pmjs|an" + r"aconda\.org",
    "a path of one machine": r"(?<![\w.<$}/-])/(?:ro" + r"ot|wo" + r"rk|ho" + r"me/\w+|Us" + r"ers/\w+|t" + r"mp)/\w",
    "a private key": r"-----BEGIN [A-Z ]*PRIV" + r"ATE KEY",
    "an access token": r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|AK" + r"IA[0-9A-Z]{16}|xox[abp]-[0-9A-Za-z-]{20,}|glpat-[\w-]{20,})",
    "a password": r"(?i)\b(?:password|passwd|secret|api_key|token)\s*[=:]\s*[\"'][^\"'\s]{8,}[\"']",
}


def tracked() -> list[Path]:
    """Files that git keeps, or would keep; skipped where this is not a git checkout."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [f"{path.relative_to(ROOT)}: {hit.group()[:60]}" for path in tracked() if (hit := pattern.search(text_of(path)))]
    assert not found, f"{what} in {found}"


def test_the_patterns_find_what_they_look_for() -> None:
    assert re.search(FORBIDDEN["a package registry's address"], "https://py" + "pi.org/simple")
    assert re.search(FORBIDDEN["a path of one machine"], "open('/t" + "mp/x')")
    assert re.search(FORBIDDEN["a password"], "password = 'hun" + "ter2hunter2'")


def test_the_repository_stays_small() -> None:
    sizes = {path: path.stat().st_size for path in tracked()}
    assert sum(sizes.values()) < 60 * MEGABYTE
    allowed = {".onnx": 30 * MEGABYTE}
    large = [str(path.relative_to(ROOT)) for path, size in sizes.items() if size > allowed.get(path.suffix, 2 * MEGABYTE)]
    assert not large, large


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", re.sub(r"^#.*\n?", "", text, flags=re.M).strip())
    assert len(blocks) > 20
    for block in blocks:
        assert re.match(r"[A-Za-z0-9._-]+==[^\s]+( ;[^\\]+)? \\\n", block), block[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block[:80]


def locked(name: str) -> dict[str, str]:
    pairs = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.M)
    return {package.lower().replace("_", "-"): version for package, version in pairs}


def project() -> dict[str, list[str]]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"run": table["dependencies"], **table["optional-dependencies"]}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\s\[<>=!~;]", entry, maxsplit=1)[0].lower().replace("_", "-") for entry in requirements}


def test_the_locks_hold_what_the_project_asks_for() -> None:
    asked = project()
    run, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert names(asked["run"]) <= run.keys(), "run `make lock`"
    assert names(asked["geo"]) | names(asked["dev"]) <= dev.keys(), "run `make lock`"
    assert {package: dev.get(package) for package in run} == run, "the two locks differ: run `make lock`"
    assert "torch" not in dev


def imported(path: Path) -> set[str]:
    """The top-level names of the packages that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"marsad", "__future__"}


def test_everything_imported_is_asked_for() -> None:
    asked = project()
    declared = {name for extra, entries in asked.items() if extra != "dev" for name in names(entries)}
    providers = metadata.packages_distributions()
    undeclared = {}
    for path in (ROOT / "src").rglob("*.py"):
        for name in imported(path):
            if not {provider.lower().replace("_", "-") for provider in providers.get(name, [name])} & declared:
                undeclared[name] = path.name
    assert not undeclared, f"add to dependencies in pyproject.toml: {undeclared}"


def test_every_dependency_is_accounted_for() -> None:
    told = set(re.findall(r"`([a-z0-9-]+)`", (ROOT / "docs/decisions/001-layout-and-libraries.md").read_text(encoding="utf-8")))
    asked = project()
    missing = (names(asked["run"]) | names(asked["geo"]) | names(asked["dev"])) - told
    assert not missing, f"say in docs/decisions/001 what they replace: {missing}"


def test_every_requirement_has_a_lower_bound() -> None:
    bare = [entry for entries in project().values() for entry in entries if not re.search(r"[>=~]=", entry)]
    assert not bare, bare


def test_the_licence_is_apache_in_full() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text and "Version 2.0, January 2004" in text and "END OF TERMS AND CONDITIONS" in text
    assert len(text.splitlines()) > 190


def test_the_architecture_can_be_read_in_one_sitting() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_changelog_names_this_version_or_what_is_coming() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text or f"## [{version}]" in text


def test_the_checks_run_only_what_a_user_can_run() -> None:
    """`make test`, and before it at most Debian's package of the database that the ledger's tests start for themselves."""
    script = ROOT / ".ci" / "run"
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert script.stat().st_mode & 0o100
    assert lines[:2] == ["set -euo pipefail", 'cd "$(dirname "$0")/.."'] and lines[-1] == "make test"
    assert not re.search(r"\b(?:pip|npm|pytest|python|curl|wget|git)\b", "\n".join(lines[2:-1]))
    assert all(line.split()[-1] == "postgresql" for line in re.findall(r"apt-get install [^>|&\\\n]+", "\n".join(lines)))


def test_modules_are_named_for_what_they_hold() -> None:
    empty_words = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    found = [str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*.py") if path.stem in empty_words]
    assert not found, found
