"""Runs of any size: inputs cut into shards, the same stage functions over each, on processes here or on a Spark cluster.

`planning.plan` cuts, `shards.shard_job` does one shard (a file that is whole or not there), `runners.runner_of` gives the
runner that an `--engine` asks for, `joining` links what all shards found, `loading.load` puts it into a ledger, `running.run` is
all of it.
The modules of tables need `pyarrow` (the extra `engine`), `spark` needs `pyspark` (the extra `spark`); `gated` needs neither.
"""
