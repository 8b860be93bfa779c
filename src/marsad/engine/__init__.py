"""Runs of any size: the inputs cut into shards, the same stage functions over each, here on some processes or on a Spark cluster.

`planning.plan` cuts, `shards.shard_job` does one shard (a file that is whole or not there), `runners.runner_of` gives the runner that an
`--engine` asks for, `joining` links what all shards found, `loading.load` puts it into a ledger, `running.run` is all of it in order.
The modules of tables need `pyarrow` (the extra `engine`), `spark` needs `pyspark` (the extra `spark`); `gated` needs neither.
"""
