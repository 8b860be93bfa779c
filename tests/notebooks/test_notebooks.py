"""The worked notebooks: each runs from its first cell to its last, and says and draws what its text promises."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import struct
import zlib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = ("sudan-strikes", "syria-crossings", "comparing-with-ged")


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def run(name: str, folder: Path) -> tuple[str, list[bytes]]:
    """All that a notebook prints and shows, and its pictures."""
    book = read(name)
    NotebookClient(book, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    words, pictures = [], []
    for cell in book.cells:
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr" or "Warning" not in output.text, output.text
            data = output.get("data", {})
            words.append(output.get("text", "") or data.get("text/plain", ""))
            if "image/png" in data:
                pictures.append(base64.b64decode(data["image/png"]))
    return "\n".join(words), pictures


def ink(picture: bytes) -> tuple[int, int]:
    """Width of a PNG in pixels, and how many different values its bytes have once unpacked: a blank picture has few."""
    (width,) = struct.unpack(">I", picture[16:20])
    packed = b"".join(part[4:] for part in chunks(picture) if part[:4] == b"IDAT")
    return width, len(set(zlib.decompress(packed)))


def chunks(picture: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(picture):
        (size,) = struct.unpack(">I", picture[at : at + 4])
        found.append(picture[at + 4 : at + 8 + size])
        at += 12 + size
    return found


def says(text: str, *patterns: str) -> None:
    for pattern in patterns:
        assert re.search(pattern, text), f"{pattern} is not in:\n{text}"


@pytest.mark.parametrize("name", NAMES)
def test_notebooks_are_kept_without_outputs_and_say_what_is_invented(name: str) -> None:
    book = read(name)
    nbformat.validate(book)
    code = [c for c in book.cells if c.cell_type == "code"]
    assert code and not any(c.outputs or c.execution_count for c in code)
    text = "\n".join(c.source for c in book.cells if c.cell_type == "markdown")
    assert "is invented" in text.split("##")[0] and "## What to be careful about" in text
    assert "explain(" in "\n".join(c.source for c in code), "a figure is followed to its sentence"


def test_what_the_notebooks_read_is_invented_and_says_so() -> None:
    with (FOLDER / "data" / "invented-ged.csv").open(encoding="utf-8") as lines:
        assert {row["source_article"] for row in csv.DictReader(lines)} == {"invented"}
    for name in ("sudan", "syria"):
        lines_of = (FOLDER / "data" / f"{name}-reports.jsonl").read_text("utf-8").splitlines()
        assert all(json.loads(line)["id"].startswith("inv-") for line in lines_of)


@pytest.mark.slow
def test_sudan_strikes() -> None:
    text, pictures = run("sudan-strikes", FOLDER)
    says(text, r"11 reports, 7 events, 6 statistics, 0 problems")
    says(text, r"6 strikes; killed: at least 37, best 52, at most not stated")
    says(text, r"Sahel Post, denies: The Rapid Support Forces denied", r"killed: 13 \(11–13\)", r'toll by .* killed 13 \("13"\)')
    says(text, r"all +incidents: +140 killed: +905", r"Military Forces of Sudan +incidents: +72 killed: +480")
    says(text, r"Rapid Support Forces +incidents: +58 killed: +260", r"10 short of 140")
    says(text, r"2026-03 SDN: 3 sources")
    assert [ink(p)[0] > 600 and ink(p)[1] > 100 for p in pictures] == [True, True]


@pytest.mark.slow
def test_syria_crossings() -> None:
    text, pictures = run("syria-crossings", FOLDER)
    says(text, r"2025-04-01  Nassib +closed +since 2025-03-03", r"2026-02-10  Nassib +open +since 2025-06-10")
    says(text, r"Bab al-Salama +closed .* disputed by", r"Idlib +last delivery 2025-12-29: 26 lorries")
    says(text, r"2026-03-01 +1 +3 +1", r"denied by .*: border crossing closed")
    says(text, r"“nine years after it was closed”", r"“first delivery in six weeks”")
    assert [ink(p)[0] > 600 and ink(p)[1] > 100 for p in pictures] == [True, True]


@pytest.mark.slow
def test_comparing_with_ged() -> None:
    text, pictures = run("comparing-with-ged", FOLDER)
    says(text, r"7 events of ours", r"7 events of theirs, 0 rows", r"CC BY 4\.0")
    says(text, r"5 matched, 2 only here, 2 only there, 0 outside")
    says(text, r"El Obeid +13 +12 +overlap", r"Kadugli +9 +9 +same", r"Bara +2 +5 +differ")
    says(text, r"only here: .*Dilling", r"only there: .*Umm Keddada", r"theirs: 4 5 6", r'killed 2 \("two people"\)')
    assert [ink(p)[0] > 600 and ink(p)[1] > 100 for p in pictures] == [True, True]


def test_a_blank_picture_would_be_noticed() -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    out = io.BytesIO()
    Figure(figsize=(8, 4)).savefig(out, format="png")
    assert ink(out.getvalue())[1] < 100
