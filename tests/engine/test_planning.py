"""Inputs cut into shards."""

from __future__ import annotations

from pathlib import Path

from tests.engine import made

from marsad.engine.planning import Shard, plan
from marsad.engine.shards import archive_part
from marsad.model import Capture


def captured(shards: list[Shard]) -> list[str | None]:
    return [item.url for shard in shards for piece in shard.pieces for item in archive_part(piece) if isinstance(item, Capture)]


def test_an_archive_is_cut_at_its_members_and_every_page_stands_in_one_shard(tmp_path: Path) -> None:
    path = made.archive(tmp_path / "crawl.warc.gz", made.pages(40))
    whole, _ = plan([str(path)])
    cut, problems = plan([str(path)], size=path.stat().st_size // 5)
    assert len(whole) == 1 and len(cut) >= 4 and not problems
    assert captured(cut) == captured(whole) == [f"https://news.example/{n}" for n in range(40)]
    assert len({shard.name for shard in cut}) == len(cut)


def test_the_same_files_give_the_same_shards_and_a_changed_one_another(tmp_path: Path) -> None:
    path = made.archive(tmp_path / "crawl.warc.gz", made.pages(4))
    other = made.stories(tmp_path / "stories.jsonl", ["one"])
    before, _ = plan([str(path), str(other)], size=100)
    assert plan([str(path), str(other)], size=100)[0] == before
    other.write_text(other.read_text() + "\n")
    after, _ = plan([str(path), str(other)], size=100)
    assert after[:-1] == before[:-1] and after[-1].name != before[-1].name


def test_small_files_go_together_and_what_is_wrong_is_told(tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.html").write_bytes(made.page("t", made.BAKERY))
    shards, problems = plan([str(tmp_path), str(tmp_path / "none")])
    assert [len(shard.pieces) for shard in shards] == [5]
    assert [p.code for p in problems] == ["missing"]


def test_a_shard_survives_its_json(tmp_path: Path) -> None:
    shards, _ = plan([str(made.archive(tmp_path / "ünï.warc.gz", made.pages(2)))])
    assert Shard.from_json(shards[0].to_json()) == shards[0]
