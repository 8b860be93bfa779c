"""The Spark runner: the same shards, byte for byte, also where a worker is killed. Without pyspark or Java it is skipped."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine import made

from marsad.engine.planning import Shard, plan
from marsad.engine.runners import patient, runner_of
from marsad.engine.settings import Settings
from marsad.engine.shards import checksum, shard_job
from marsad.model import ConfigError

SETTINGS = Settings(reader="rules")
MISSING = [n for n, there in (("pyspark", importlib.util.find_spec("pyspark")), ("java", shutil.which("java"))) if not there]
needs_spark = pytest.mark.skipif(bool(MISSING), reason=f"NOT TESTED: the Spark runner, for want of {' and '.join(MISSING)}")


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> list[Shard]:
    path = made.archive(tmp_path_factory.mktemp("crawl") / "c.warc.gz", made.pages(48))
    return plan([str(path)], size=path.stat().st_size // 8)[0]


@pytest.fixture(scope="module")
def expected(shards: list[Shard], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("here")
    return {shard.name: checksum(shard_job(shard, out, SETTINGS)) for shard in shards}


def results(out: Path) -> dict[str, str]:
    return {path.stem: checksum(path) for path in out.iterdir() if not path.name.startswith(".")}


@needs_spark
@pytest.mark.slow
def test_in_a_local_session_the_shards_are_the_same(shards: list[Shard], expected: dict[str, str], tmp_path: Path) -> None:
    assert len(shards) >= 6
    assert runner_of("local[2]").run(shards, tmp_path, SETTINGS, lambda progress: None) == []
    assert results(tmp_path) == expected


@needs_spark
@pytest.mark.slow
def test_on_a_cluster_with_a_worker_killed_midway_nothing_is_lost_and_nothing_twice(
    shards: list[Shard], expected: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path) as (master, workers):
        killed: list[int] = []

        def kill() -> None:
            while not (out.exists() and any(out.glob("*.arrow"))):
                time.sleep(0.05)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(workers[0].pid, signal.SIGKILL)
                killed.append(len(list(out.glob("*.arrow"))))

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        problems = runner_of(master).run(shards, out, SETTINGS, lambda progress: None)
        killer.join(5)
    assert killed and killed[0] < len(shards), "the worker was killed too late to matter"
    assert problems == [] and results(out) == expected


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A standalone master and two workers of one core each, on the loopback; each worker is a process group of its own."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")]),
    }
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    spark_class = str(home / "bin" / "spark-class")
    log = (folder / "cluster.log").open("wb")

    def start(*words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([spark_class, *words], stdout=log, stderr=log, env=environment, start_new_session=True)

    started = [start("org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")]
    try:
        wait_for(port)
        for n in range(2):
            place = ["--work-dir", str(folder / f"worker-{n}"), "--webui-port", "0", "--host", "127.0.0.1"]
            started.append(start("org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", "1g", *place, master))
        yield master, started[1:]
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise TimeoutError("the master did not start")


def test_a_local_session_is_given_patience_with_workers_that_die() -> None:
    assert [patient(m) for m in ("local[2]", "local[*]", "local[2,7]")] == ["local[2,4]", "local[*,4]", "local[2,7]"]


def test_another_engine_is_refused() -> None:
    with pytest.raises(ConfigError, match="no engine"):
        runner_of("ray")


def test_without_pyspark_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, shards: list[Shard], tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ConfigError, match=r"marsad\[spark\]"):
        runner_of("local[2]").run(shards, tmp_path, SETTINGS, lambda progress: None)
