"""Train the reader.

    python -m training.train_reader --base FOLDER --corpus corpus/train-* --out FOLDER [--dev FOLDER …]
        [--epochs N] [--rate R] [--start FILE]

One round; `training.make` runs those of `ROUNDS`.

`--base` holds the encoder's config.json, model.safetensors and tokenizer.json. Same data, same seed, same machine: same weights.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import random
import time
from collections.abc import Sequence
from typing import Any

import torch
from tokenizers import Tokenizer

from marsad.coding.labels import PIECE, SENTENCE, STATE, SUB_EVENT
from marsad.coding.marks import PIECE_MARKS, sentence_marks
from marsad.places import load_gazetteer
from training.examples import Example, examples, held_out, read_folder
from training.network import Network

SEED = 20261124
ROUNDS = ((7, 1.2e-4), (5, 1e-4))
"""Epochs and rate of each round; a round goes on from the mean weights of the one before, its rate falling to nought."""
BATCH = 4
DECAY = 0.998
"""The weights that are kept are a running mean of those of the last few hundred steps, which errs less than the last ones do."""


def load_examples(
    folders: Sequence[pathlib.Path], base: pathlib.Path, *, everything: bool = False, telling: bool = False
) -> list[Example]:
    """The windows of the folders' reports, in order, those held out left out unless `everything`; `telling` as in `examples`."""
    tokenizer: Any = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    gazetteer = load_gazetteer()
    golds = [g for folder in folders for g in read_folder(folder) if everything or not held_out(g.report["id"])]
    return [e for g in golds for e in examples(g, tokenizer, gazetteer, telling=telling)]


def batch(items: Sequence[Example]) -> dict[str, torch.Tensor]:
    """Windows padded to one length, with their labels and the weights of what is known."""
    size, most = max(len(e.window.ids) for e in items), max(len(e.sentence) for e in items)
    ids = torch.zeros(len(items), size, dtype=torch.long)
    mask = torch.zeros(len(items), size, dtype=torch.long)
    pool = torch.zeros(len(items), most, size)
    sentence = torch.zeros(len(items), most, len(SENTENCE))
    states = torch.zeros(len(items), most, len(STATE))
    sub_event = torch.full((len(items), most), -1, dtype=torch.long)
    piece = torch.zeros(len(items), size, len(PIECE))
    marks = torch.zeros(len(items), most, len(sentence_marks()))
    piece_marks = torch.zeros(len(items), size, len(PIECE_MARKS))
    real, known = torch.zeros(len(items), most), torch.zeros(len(items), size)
    for n, e in enumerate(items):
        ids[n, : len(e.window.ids)] = torch.tensor(e.window.ids)
        mask[n, : len(e.window.ids)] = 1
        piece[n, : len(e.piece)] = torch.tensor(e.piece)
        for k, (a, b) in enumerate(e.window.pieces):
            pool[n, k, a:b] = 1
            real[n, k], known[n, a:b] = 1, 1
        marks[n, : len(e.marks)] = torch.tensor(e.marks)
        for position, mark in e.piece_marks:
            piece_marks[n, position, mark] = 1
        sentence[n, : len(e.sentence)] = torch.tensor(e.sentence)
        states[n, : len(e.states)] = torch.tensor(e.states)
        sub_event[n, : len(e.sub_event)] = torch.tensor(e.sub_event)
    return {
        "ids": ids,
        "mask": mask,
        "pool": pool,
        "marks": marks,
        "piece_marks": piece_marks,
        "sentence": sentence,
        "states": states,
        "sub_event": sub_event,
        "piece": piece,
        "real": real,
        "known": known,
    }


def loss(network: Network, b: dict[str, torch.Tensor]) -> torch.Tensor:
    """Sum of the heads' losses: what each sentence holds, its type and states, and each piece's roles."""
    logits, pieces = network(b["ids"], b["mask"], b["pool"], b["marks"], b["piece_marks"])
    n, m = len(SENTENCE), len(SENTENCE) + len(SUB_EVENT)
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    own = bce(logits[..., :n], b["sentence"], reduction="none").sum(-1)
    states = bce(logits[..., m:], b["states"], reduction="none").sum(-1)
    kind = torch.nn.functional.cross_entropy(
        logits[..., n:m].flatten(0, 1), b["sub_event"].flatten(), ignore_index=-1, reduction="sum"
    )
    roles = bce(pieces, b["piece"], reduction="none").sum(-1)
    sentences, told = b["real"].sum(), (b["sub_event"] >= 0).sum().clamp(min=1)
    whole = ((own + states) * b["real"]).sum() / sentences
    return 2.0 * whole + kind / told + (roles * b["known"]).sum() / b["known"].sum()


def scores(network: Network, items: Sequence[Example]) -> dict[str, float]:
    """F1 of each sentence and piece label at 0.5, and the share of sub-event types right."""
    network.eval()
    hit: dict[str, list[float]] = {}
    right = total = 0
    with torch.no_grad():
        for at in range(0, len(items), 16):
            b = batch(items[at : at + 16])
            logits, pieces = network(b["ids"], b["mask"], b["pool"], b["marks"], b["piece_marks"])
            n, m = len(SENTENCE), len(SENTENCE) + len(SUB_EVENT)
            for name, guess, gold, where in (
                *((s, logits[..., i] > 0, b["sentence"][..., i] > 0, b["real"] > 0) for i, s in enumerate(SENTENCE)),
                *((s, logits[..., m + i] > 0, b["states"][..., i] > 0, b["real"] > 0) for i, s in enumerate(STATE)),
                *((f"piece:{s}", pieces[..., i] > 0, b["piece"][..., i] > 0, b["known"] > 0) for i, s in enumerate(PIECE)),
            ):
                row = hit.setdefault(name, [0.0, 0.0, 0.0])
                row[0] += float((guess & gold & where).sum())
                row[1] += float((guess & where).sum())
                row[2] += float((gold & where).sum())
            told = b["sub_event"] >= 0
            right += int((logits[..., n:m].argmax(-1)[told] == b["sub_event"][told]).sum())
            total += int(told.sum())
    found = {k: 2 * h / max(1.0, g + t) for k, (h, g, t) in hit.items() if t}
    found["sub_event"] = right / max(1, total)
    return found


def train(
    views: Sequence[Sequence[Example]],
    base: pathlib.Path,
    *,
    epochs: int,
    rate: float,
    dev: Sequence[Example] = (),
    start: dict[str, torch.Tensor] | None = None,
    keep: pathlib.Path | None = None,
) -> Network:
    """A network trained on the windows, from `start` or from the base encoder. `keep`: a file for the weights of each epoch.

    `views` are the same reports cut in different ways; the epochs take them in turn, the last epoch the last of them.
    """
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
    from transformers import AutoModel

    torch.manual_seed(SEED)
    random.seed(SEED)
    network = Network(AutoModel.from_pretrained(str(base), add_pooling_layer=False))
    if start is not None:
        network.load_state_dict(start)
    network.encoder.embeddings.requires_grad_(False)
    heads = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    optimiser = torch.optim.AdamW(
        [{"params": network.encoder.encoder.parameters(), "lr": rate}, {"params": heads, "lr": 10 * rate}], weight_decay=0.01
    )
    size = BATCH
    turns = [views[(len(views) - epochs + epoch) % len(views)] for epoch in range(epochs)]
    steps = sum((len(items) + size - 1) // size for items in turns)
    mean = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(DECAY))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: min(1.0, (i + 1) / 60) * max(0.0, 1 - i / steps))
    began = time.time()
    for epoch, items in enumerate(turns):
        network.train()
        order = list(range(len(items)))
        random.shuffle(order)
        total = 0.0
        for at in range(0, len(order), size):
            value = loss(network, batch([items[i] for i in order[at : at + size]]))
            optimiser.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            mean.update_parameters(network)
            total += float(value.detach())
        line = f"epoch {epoch + 1}/{epochs} loss {total * size / len(order):.3f} {time.time() - began:.0f} s"
        if dev:
            figures = scores(mean.module, dev)
            keys = (
                "incident",
                "statistic",
                "condition",
                "sub_event",
                "told_before",
                "attributed",
                "denies",
                "piece:who",
                "piece:whom",
                "piece:where",
                "piece:when",
                "piece:according_to",
                "piece:killed",
                "piece:incident",
            )
            line += "  " + " ".join(f"{k.replace('piece:', '')} {figures.get(k, 0):.3f}" for k in keys)
        print(line, flush=True)
        if keep is not None:
            torch.save(mean.module.state_dict(), keep)
    return mean.module  # type: ignore[no-any-return]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--base", type=pathlib.Path, required=True)
    ask.add_argument("--corpus", type=pathlib.Path, nargs="+", required=True)
    ask.add_argument("--dev", type=pathlib.Path, nargs="*", default=[])
    ask.add_argument("--out", type=pathlib.Path, required=True)
    ask.add_argument("--epochs", type=int, default=ROUNDS[0][0])
    ask.add_argument("--rate", type=float, default=ROUNDS[0][1])
    ask.add_argument("--start", type=pathlib.Path, help="weights to go on from")
    ask.add_argument("--threads", type=int, default=2)
    given = ask.parse_args()
    torch.set_num_threads(given.threads)
    views = [load_examples(given.corpus, given.base, telling=telling) for telling in (False, True)]
    dev = load_examples(given.dev, given.base, everything=True)
    print(
        f"{[len(v) for v in views]} windows, {sum(len(e.window.ids) for e in views[0])} pieces; {len(dev)} to check", flush=True
    )
    given.out.mkdir(parents=True, exist_ok=True)
    start = torch.load(given.start, weights_only=True) if given.start else None
    kept = given.out / "reader.pt"
    network = train(views, given.base, epochs=given.epochs, rate=given.rate, dev=dev, start=start, keep=kept)
    if dev:
        (given.out / "scores.json").write_text(json.dumps(scores(network, dev), indent=1))


if __name__ == "__main__":
    main()
