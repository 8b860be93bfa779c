"""The same shards on a Spark cluster (`pip install 'marsad[spark]'`). Only this module knows Spark, where it is asked for.

Every worker must see the inputs and the output folder under the same names, and have Marsad installed. A task is one shard; what
it hands back is the shard's name and checksum. Tasks may be done twice, here or there: the file that they leave is the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from marsad.engine.planning import Shard
from marsad.engine.runners import THREADS, Progress, Watch
from marsad.engine.schemas import TALLY
from marsad.engine.settings import Settings
from marsad.engine.shards import checksum, is_done, shard_file, shard_job
from marsad.model import ConfigError, Problem

TRIES = "4"
COLUMNS = "shard string, checksum string"


@dataclass(slots=True)
class SparkRunner:
    """Shards by `mapInArrow`, all stages in one function, so that a worker loads the models once."""

    master: str

    def run(self, shards: Sequence[Shard], out: Path, settings: Settings, watch: Watch) -> list[Problem]:
        missing = [shard for shard in shards if not is_done(shard, out)]
        before = len(shards) - len(missing)
        watch(Progress(done=before, of=len(shards), before=before))
        if not missing:
            return []
        with session(self.master) as spark:
            failed = spread(spark, missing, out, settings)
        watch(Progress(done=len(shards), of=len(shards), before=before))
        return failed


def spread(spark: Any, shards: Sequence[Shard], out: Path, settings: Settings) -> list[Problem]:
    """One task for each shard. Those whose file is not there afterwards are problems."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    folder = os.path.abspath(out)
    told = spark.sparkContext.parallelize([(shard.to_json(),) for shard in shards], len(shards))
    table = spark.createDataFrame(told, "shard string")

    def do(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for text in batch.column(0).to_pylist():
                yield done(text, folder, settings)

    words = "its file is not there"
    try:
        table.mapInArrow(do, COLUMNS).collect()
    except (Py4JJavaError, PySparkException) as error:
        words = str(error).strip().splitlines()[0][:300]
    message = f"the cluster could not do a shard: {words}"
    return [
        Problem(stage="engine", code="failed", message=message, at=shard.pieces[0].path)
        for shard in shards
        if not is_done(shard, out)
    ]


def done(text: str, folder: str, settings: Settings) -> pa.RecordBatch:
    """Do one shard on a worker: its name and the checksum of its file, as a batch of `TALLY`."""
    shard, out = Shard.from_json(text), Path(folder)
    shard_job(shard, out, settings)
    row = {"shard": shard.name, "checksum": checksum(shard_file(shard, out))}
    return pa.RecordBatch.from_pylist([row], schema=TALLY)


class session:
    """A session of Spark for a block; without its web page, and with patience for workers that die."""

    def __init__(self, master: str) -> None:
        self.master = master

    def __enter__(self) -> Any:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise ConfigError("this engine needs Spark: pip install 'marsad[spark]', and a Java runtime") from error
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
        builder = SparkSession.builder.master(self.master).appName("marsad").config("spark.ui.enabled", "false")
        builder = builder.config("spark.task.maxFailures", TRIES).config("spark.python.worker.reuse", "true")
        builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "1").config("spark.log.level", "ERROR")
        for name in (*THREADS, "TOKENIZERS_PARALLELISM"):
            builder = builder.config(f"spark.executorEnv.{name}", "false" if name.startswith("TOKEN") else "1")
        try:
            self.spark = builder.getOrCreate()
        except Exception as error:
            raise ConfigError(f"Spark can't be started: {str(error).strip().splitlines()[0][:300]}") from error
        return self.spark

    def __exit__(self, *error: object) -> None:
        self.spark.stop()
