"""Files, folders, patterns and standard input as captures."""

from __future__ import annotations

import io
import os
import sys
import time
from pathlib import Path

import pytest

from marsad.intake import open_inputs, read_capture
from marsad.intake.inputs import MAX_LINE, MAX_STORY
from marsad.model import Capture, Problem


def codes(found: list[Capture | Problem]) -> list[str]:
    return [f.code for f in found if isinstance(f, Problem)]


def only(path: Path) -> Problem:
    (found,) = open_inputs([path])
    assert isinstance(found, Problem)
    assert found.stage == "intake" and found.at == str(path)
    return found


def test_a_folder_is_read_recursively_sorted_and_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/.hidden.txt", ".git/config", "c.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Two people died in the town.")
    found = list(open_inputs([tmp_path]))
    assert [os.path.relpath(c.origin, tmp_path) for c in found if isinstance(c, Capture)] == ["b.txt", "c.html", "a/z.txt"]


def test_a_pattern_and_a_file_named_twice(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("One.")
    (tmp_path / "two.txt").write_text("Two.")
    found = list(open_inputs([tmp_path / "one.txt", str(tmp_path / "*.txt")]))
    assert [Path(c.origin).name for c in found if isinstance(c, Capture)] == ["one.txt", "two.txt"]


def test_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "story[1].txt").write_text("One.")
    (found,) = open_inputs([tmp_path / "story[1].txt"])
    assert isinstance(found, Capture)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Two people died.")))
    (found,) = open_inputs(["-"])
    assert isinstance(found, Capture) and (found.origin, found.body) == ("-", b"Two people died.")


@pytest.mark.parametrize("body", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"\0" * 5000])
def test_an_empty_file(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x.txt").write_bytes(body)
    assert only(tmp_path / "x.txt").code == "empty"


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7 ...", b"PK\x03\x04" + b"a" * 50, bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + b"\0" * 90]
)
def test_a_binary_file(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x.txt").write_bytes(body)
    assert only(tmp_path / "x.txt").code == "binary"


def test_missing_names_and_dangling_links(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "nowhere.txt")
    assert only(tmp_path / "gone.txt").code == "missing"
    assert "leads nowhere" in only(tmp_path / "link.txt").message
    assert codes(list(open_inputs([str(tmp_path / "*.html"), "a\0b"]))) == ["missing", "missing"]


def test_a_link_to_itself_and_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    assert only(tmp_path / "loop.txt").code == "unreadable"
    (tmp_path / "folder.txt").mkdir()
    assert only(tmp_path / "folder.txt").code == "empty_folder"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_in_a_folder_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "story.txt").write_text("Two people died in the town on Monday.")
    for given in (tmp_path, tmp_path / "*"):
        piped, story = open_inputs([given])
        assert isinstance(piped, Problem) and piped.code == "unreadable" and isinstance(story, Capture)


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.txt").write_text("Two people died.")
    found = list(open_inputs([tmp_path]))
    assert codes(found) == ["missing"] and isinstance(found[1], Capture)


@pytest.mark.parametrize("name", ["big.txt", "big.html", "big", "big.json"])
def test_a_fifty_megabyte_file_is_refused_at_once(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as stream:
        stream.write(b"A line of the story.\n")
        stream.seek(2 * MAX_STORY)
        stream.write(b"x")
    begun = time.perf_counter()
    assert only(tmp_path / name).code in ("too_large", "binary")
    assert time.perf_counter() - begun < 2


def test_json_lines_come_in_chunks_that_know_their_line(tmp_path: Path) -> None:
    line = '{"id": "%d", "text": "Two people died in the town. ' + "x" * 1000 + '"}\n'
    (tmp_path / "big.jsonl").write_text("".join(line % n for n in range(6000)) + "{broken\n")
    captures = [c for c in open_inputs([tmp_path / "big.jsonl"]) if isinstance(c, Capture)]
    assert len(captures) == 2
    read = [read_capture(c) for c in captures]
    assert [s.report.external_id for stories, _ in read for s in stories] == [str(n) for n in range(6000)]
    assert [p.at for _, problems in read for p in problems] == [f"{tmp_path / 'big.jsonl'}:6001"]


def test_a_line_over_the_cap_is_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    with (tmp_path / "x.jsonl").open("wb") as stream:
        stream.write(b'{"text": "One died."}\n{"text": "' + b"a" * (MAX_LINE + 9) + b'"}\n{"text": "Three died."}')
    found = list(open_inputs([tmp_path / "x.jsonl"]))
    assert [(p.code, p.at) for p in found if isinstance(p, Problem)] == [("line_too_long", f"{tmp_path / 'x.jsonl'}:2")]
    stories = [s for c in found if isinstance(c, Capture) for s in read_capture(c)[0]]
    assert [(s.report.text, s.report.origin.rpartition("#")[2]) for s in stories] == [("One died.", "1"), ("Three died.", "3")]
