"""The model card of the reader: what it is, what it learnt from, what it must not be used for."""

from __future__ import annotations

import json
import pathlib
from collections import Counter
from collections.abc import Sequence

CARD = """# Model card: Marsad's reader

**What it is.** A sentence and word reader for conflict news in English: MiniLM-L6 (22 million parameters, uncased, Apache-2.0)
with the marks of Marsad's own tables and grammar beside the words, and heads that say for each sentence whether it tells of an
incident, a statistic or a condition, of which type or state, by whom it is told, and for each word which part it plays (who,
whom, where, when, speaker, killed, injured, …). Stored as ONNX with int8 matrices; run by onnxruntime on one core.

**What it learnt from.** {reports} composed reports with {claims} gold claims, in the folders {folders} of `corpus/`: {incidents}
incident, {statistics} statistic and {conditions} condition claims. One report in twelve was kept out of training, to choose
thresholds and fit confidence on. {windows} windows, {epochs} epochs in two rounds, seed {seed}; the weights are
a running mean of those of the last steps. No report of the development corpora, and no
text of any publisher, is among them.

**How it does.** See `docs/reference/accuracy.md`: figures on the development corpora, by field, with calibration.

**What it is for.** To draft claims that a person can check: every answer is cited, and what is not in the text is dropped. It
decides nothing about persons, and is not for targeting.

**Where it is weak.** English only. Long sentences with three or more incidents; speakers who come a sentence later; irony;
sports and business pages that borrow the words of war. Its training texts are composed, plainer than some real pages.

**Rebuild.** `make train`, with a fixed seed. Some tables, and the last stories of `own-figures`, have changed a little since
these weights were trained, so a rebuild gives others: measure them (`make bench`) before they are shipped.
"""


def write_card(out: pathlib.Path, *, folders: Sequence[pathlib.Path], windows: int, epochs: Sequence[int]) -> None:
    """Write README.md beside the weights."""
    from training.train_reader import SEED

    scopes: Counter[str] = Counter()
    reports = 0
    for folder in folders:
        reports += len((folder / "reports.jsonl").read_text(encoding="utf-8").splitlines())
        for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
            scopes[json.loads(line)["scope"]] += 1
    card = CARD.format(
        reports=reports,
        claims=sum(scopes.values()),
        incidents=scopes["incident"],
        statistics=scopes["statistic"],
        conditions=scopes["condition"],
        folders=", ".join(f.name for f in folders),
        windows=windows,
        epochs=" and ".join(map(str, epochs)),
        seed=SEED,
    )
    (out / "README.md").write_text(card, encoding="utf-8")
