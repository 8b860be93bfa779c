"""The local runner: shards once each, whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.engine import made
from tests.engine.jobs import job, shard

from marsad.engine.local import LocalRunner
from marsad.engine.planning import plan
from marsad.engine.runners import Progress
from marsad.engine.settings import Settings
from marsad.engine.shards import checksum, shard_job

SETTINGS = Settings()


def run(names: list[str], out: Path, **more: object) -> tuple[list[str], list[Progress]]:
    seen: list[Progress] = []
    runner = LocalRunner(workers=2, job=job, **more)  # type: ignore[arg-type]
    problems = runner.run([shard(n) for n in names], out, SETTINGS, seen.append)
    return [f"{p.code} {p.at}" for p in problems], seen


def runs(name: str, out: Path) -> list[str]:
    return (out / f"{shard(name).name}.runs").read_text().splitlines()


def there(names: list[str], out: Path) -> list[str]:
    return [n for n in names if (out / f"{shard(n).name}.arrow").exists()]


def test_every_shard_is_done_once_with_one_thread(tmp_path: Path) -> None:
    names = ["a", "b", "c", "d", "e"]
    problems, seen = run(names, tmp_path)
    assert not problems and there(names, tmp_path) == names
    assert all(runs(n, tmp_path) == ["run"] for n in names)
    assert (tmp_path / f"{shard('a').name}.arrow").read_text() == "a 1"
    assert seen[0] == Progress(done=0, of=5, before=0) and seen[-1] == Progress(done=5, of=5, before=0)
    assert [p.done for p in seen] == sorted(p.done for p in seen)


def test_a_second_run_does_only_what_is_missing(tmp_path: Path) -> None:
    run(["a", "b", "c"], tmp_path)
    (tmp_path / f"{shard('b').name}.arrow").unlink()
    _, seen = run(["a", "b", "c"], tmp_path)
    assert runs("a", tmp_path) == ["run"] and runs("b", tmp_path) == ["run", "run"]
    assert seen[0].before == 2


def test_a_worker_that_is_killed_once_costs_nothing(tmp_path: Path) -> None:
    names = ["slow-1", "die-once", "slow-2", "b"]
    problems, _ = run(names, tmp_path)
    assert not problems and there(names, tmp_path) == names
    assert runs("die-once", tmp_path) == ["run", "careful"]


def test_a_shard_that_kills_its_workers_is_given_up_and_the_others_are_done(tmp_path: Path) -> None:
    names = ["slow-1", "die", "slow-2", "slow-3", "b"]
    problems, _ = run(names, tmp_path)
    assert problems == ["poison die"]
    assert there(names, tmp_path) == ["slow-1", "slow-2", "slow-3", "b"]
    assert runs("die", tmp_path) == ["run", "careful", "careful"]


@pytest.mark.parametrize(("name", "expected"), [("fail", ["failed fail"]), ("fail-once", [])])
def test_a_shard_that_fails_is_tried_again_and_told(name: str, expected: list[str], tmp_path: Path) -> None:
    problems, _ = run(["a", name], tmp_path)
    assert problems == expected and there(["a"], tmp_path) == ["a"]
    assert (len(runs(name, tmp_path)), bool(there([name], tmp_path))) == ((3, False) if expected else (2, True))


def test_a_shard_that_hangs_is_ended_and_tried_again(tmp_path: Path) -> None:
    problems, _ = run(["a", "sleep"], tmp_path, patience=5.0)
    assert not problems and there(["a", "sleep"], tmp_path) == ["a", "sleep"]
    assert runs("sleep", tmp_path) == ["run", "careful"]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").exists(), reason="children are looked up in /proc")
def test_real_shards_have_the_same_checksums_where_a_worker_is_killed_midway(tmp_path: Path) -> None:
    settings = Settings(reader="rules")
    path = made.archive(tmp_path / "c.warc.gz", made.pages(48))
    shards = plan([str(path)], size=path.stat().st_size // 8)[0]
    expected = {s.name: checksum(shard_job(s, tmp_path / "here", settings)) for s in shards}
    out = tmp_path / "out"
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        workers = [pid for pid in children(os.getpid()) if "spawn_main" in command_of(pid)]
        if progress.done >= 2 and workers and not killed:
            os.kill(workers[0], signal.SIGKILL)
            killed.append(progress.done)

    assert LocalRunner(workers=2).run(shards, out, settings, kill) == []
    assert killed and killed[0] < len(shards)
    assert {p.stem: checksum(p) for p in out.iterdir() if not p.name.startswith(".")} == expected


DRIVER = """
import sys
import os
import subprocess
import sys
import time
from pathlib import Path
from marsad.engine.local import LocalRunner
from marsad.engine.settings import Settings
from tests.engine.jobs import job, shard

if __name__ == "__main__":
    LocalRunner(workers=2, job=job).run([shard("sleep"), shard("sleep")], Path(sys.argv[1]), Settings(), lambda progress: None)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="children are looked up in /proc")
def test_workers_end_with_a_driver_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])}
    out = tmp_path / "out"
    out.mkdir()
    driver = subprocess.Popen([sys.executable, str(script), str(out)], env=environment)
    until = time.monotonic() + 60
    while not list(out.glob("*.runs")) and time.monotonic() < until:
        time.sleep(0.1)
    workers = children(driver.pid)
    driver.kill()
    driver.wait()
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < until:
        time.sleep(0.1)
    assert workers and not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return ""


def children(pid: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
