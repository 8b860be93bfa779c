"""The shipped reader: whole, or refused with a clear error."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from marsad.codebook.words import SUB_EVENT_TYPES
from marsad.coding.encoder import calibration, checksums, folder, load_encoder
from marsad.coding.labels import SUB_EVENT
from marsad.model import ConfigError


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    copy = tmp_path / "weights"
    shutil.copytree(folder(), copy)
    return copy


def test_the_labels_are_the_codebooks() -> None:
    assert sorted(SUB_EVENT) == sorted(SUB_EVENT_TYPES)


def test_the_shipped_weights_are_whole() -> None:
    assert set(checksums()) >= {"reader.onnx", "tokenizer.json"}
    assert load_encoder().pieces > 0
    assert set(calibration().confidence) >= {"incident", "statistic", "condition", "odds", "always"}


def test_a_flipped_byte_is_refused(weights: Path) -> None:
    body = bytearray((weights / "reader.onnx").read_bytes())
    body[len(body) // 2] ^= 1
    (weights / "reader.onnx").write_bytes(bytes(body))
    with pytest.raises(ConfigError, match="not the one that was shipped"):
        load_encoder(weights)


def test_a_missing_file_is_refused(weights: Path) -> None:
    (weights / "tokenizer.json").unlink()
    with pytest.raises(ConfigError, match="missing"):
        load_encoder(weights)


def test_weights_for_another_trigger_table_are_refused(weights: Path) -> None:
    manifest = json.loads((weights / "manifest.json").read_text(encoding="utf-8"))
    manifest["marks"] = manifest["marks"][1:]
    (weights / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ConfigError, match="trigger table"):
        load_encoder(weights)
