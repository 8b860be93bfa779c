"""What the program can say is documented: problem codes, commands, codebook words, fields."""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from marsad import model

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def calls_of(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if called == name:
                yield node


def literals(node: ast.expr) -> set[str]:
    """The words that an argument can be, where it is written out; empty where it is a variable."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return literals(node.body) | literals(node.orelse)
    return set()


def problem_codes() -> dict[str, str]:
    """Each code in the sources with a file that has it: `Problem(code="…")`, and calls of a function that hands its `code` on."""
    found: dict[str, str] = {}
    for source in SOURCES:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        makers = {"Problem": -1} | {f.name: place for f in functions if (place := hands_on(f)) is not None}
        for name, place in makers.items():
            for call in calls_of(tree, name):
                given = [k.value for k in call.keywords if k.arg == "code"] + (call.args[place : place + 1] if place >= 0 else [])
                found.update(dict.fromkeys((code for value in given for code in literals(value)), source.name))
    return found


def hands_on(function: ast.FunctionDef) -> int | None:
    """Where among its arguments a function takes the `code` of a problem that it makes; `None` where it makes none."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    passed = [k for call in calls_of(function, "Problem") for k in call.keywords if k.arg == "code"]
    makes = any(isinstance(k.value, ast.Name) for k in passed)
    return names.index("code") if makes and "code" in names else None


def documented_codes() -> set[str]:
    return set(re.findall(r"^\|[^|]+\| `([a-z][a-z_-]*)` \|", page("reference/problems.md"), re.M))


def test_every_problem_code_is_documented() -> None:
    codes = problem_codes()
    assert codes, "no Problem is made anywhere: has the search gone blind?"
    missing = {code: file for code, file in codes.items() if code not in documented_codes()}
    assert not missing, f"add to docs/reference/problems.md: {missing}"


def test_no_documented_problem_is_dead() -> None:
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    dead = {code for code in documented_codes() if f'"{code}"' not in text}
    assert not dead, f"in docs/reference/problems.md, but no longer in the sources: {dead}"


def test_every_problem_has_a_stage_and_a_code() -> None:
    for source in SOURCES:
        for call in calls_of(ast.parse(source.read_text(encoding="utf-8")), "Problem"):
            assert {"stage", "code", "message"} <= {k.arg for k in call.keywords if k.arg}, f"{source.name}:{call.lineno}"


@pytest.mark.parametrize("kind", sorted(model.KINDS))
def test_every_field_is_in_the_contract(kind: str) -> None:
    section = re.search(rf"^## {kind}\n(.*?)(?=^## |\Z)", page("reference/contract.md"), re.M | re.S)
    assert section, f"docs/reference/contract.md has no section {kind}"
    missing = [f.name for f in dataclasses.fields(model.KINDS[kind]) if f"`{f.name.rstrip('_')}`" not in section[1]]
    assert not missing, f"docs/reference/contract.md, {kind}: {missing}"


PARTS = {
    "actor": model.Actor,
    "place": model.Place,
    "count": model.Count,
    "value": model.Value,
    "citation": model.Evidence,
}


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_a_claim_is_in_the_contract(part: str) -> None:
    entry = re.search(rf"^- \*\*{part}\*\*(.*?)(?=^- \*\*|\n\n)", page("reference/contract.md"), re.M | re.S)
    assert entry, part
    missing = [f.name for f in dataclasses.fields(PARTS[part]) if f"`{f.name}`" not in entry[1]]
    assert not missing, f"docs/reference/contract.md, {part}: {missing}"


@pytest.fixture(scope="module")
def make_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "tools" / "make_docs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_line_is_documented_as_it_is(make_docs: ModuleType) -> None:
    assert page("reference/cli.md") == make_docs.cli_page(), "run `make docs`"


def test_the_codebook_is_documented_as_it_is(make_docs: ModuleType) -> None:
    assert page("codebook.md") == make_docs.codebook_page(), "run `make docs`"


def test_the_readme_shows_a_real_run() -> None:
    pattern = r"<!-- transcript -->\n```\n\$ marsad code examples/ .*?\n```\n<!-- /transcript -->"
    shown = re.search(pattern, text_of("README.md"), re.S)
    assert shown, "run `make transcript`"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_links_between_pages_lead_somewhere(name: str) -> None:
    check_links(ROOT / name)


def test_links_inside_the_docs_lead_somewhere() -> None:
    for path in DOCS.rglob("*.md"):
        check_links(path)


def check_links(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s#]+)", text):
        if not target.startswith("https://"):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_command_in_the_readme_exists(make_docs: ModuleType) -> None:
    import typer

    from marsad.cli import app

    known = {path[0] for path, _ in make_docs.commands(typer.main.get_command(app)) if path}
    used = set(re.findall(r"^marsad ([a-z]+)", text_of("README.md") + page("how-to.md") + page("tutorial.md"), re.M))
    assert used <= known, used - known


def test_every_example_is_described_and_named_as_invented() -> None:
    names = {path.name for path in (ROOT / "examples").iterdir()}
    assert names == set(re.findall(r"^\| `([^`]+)`", page("examples.md"), re.M))
    assert all(name.startswith("invented-") for name in names)
