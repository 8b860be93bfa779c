"""The readers of hostile input, fuzzed for a minute each (slow), and on every input that fuzzing has kept (fast).

`corpus/TARGET` holds what reached new branches, made smallest; what a run finds beyond it is kept in `out/fuzz`, where the next
one starts from. An input on which a reader failed is named by the failing test: mend the reader and put it into the corpus.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from tests.fuzz.targets import TARGETS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECONDS = 60


def kept(name: str) -> list[Path]:
    return sorted((HERE / "corpus" / name).iterdir())


@pytest.mark.parametrize("name", TARGETS)
def test_what_fuzzing_kept_is_read(name: str) -> None:
    inputs = kept(name)
    assert len(inputs) >= 20
    for path in inputs:
        TARGETS[name](path.read_bytes())


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="the fuzzer is not made for this machine")
@pytest.mark.parametrize("name", TARGETS)
def test_a_minute_of_fuzzing_finds_nothing(name: str) -> None:
    found = ROOT / "out" / "fuzz" / name
    found.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={SECONDS}", "-timeout=20", "-rss_limit_mb=2048", "-max_len=65536", "-print_final_stats=1"]
    command = [sys.executable, "-m", "tests.fuzz.run", name, str(found), str(HERE / "corpus" / name)]
    done = subprocess.run(
        [*command, *limits, f"-artifact_prefix={found.parent}/{name}-"],
        cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=SECONDS + 240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    runs = int(done.stderr.partition("stat::number_of_executed_units:")[2].split()[0])
    assert runs > len(kept(name))
