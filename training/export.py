"""Write the trained reader as int8 ONNX with its tokenizer, manifest and figures.

python -m training.export --base FOLDER --weights FOLDER/reader.pt --out src/marsad/coding/weights
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import shutil
import tempfile

import onnx
import torch

from marsad.coding.marks import PIECE_MARKS, sentence_marks
from training.network import Network


def export(base: pathlib.Path, weights: pathlib.Path, out: pathlib.Path) -> None:
    """The files of `out`: reader.onnx (dynamic int8 matrices), tokenizer.json, manifest.json with their SHA-256."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers.optimizer import optimize_model
    from transformers import AutoModel

    network = Network(AutoModel.from_pretrained(str(base), add_pooling_layer=False))
    network.load_state_dict(torch.load(weights, weights_only=True))
    network.eval()
    out.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(1000, 2000, (1, 40))
    pool = torch.zeros(1, 2, 40)
    pool[0, 0, 5:20], pool[0, 1, 20:38] = 1, 1
    marks, piece_marks = torch.zeros(1, 2, len(sentence_marks())), torch.zeros(1, 40, len(PIECE_MARKS))
    names = ["ids", "mask", "pool", "marks", "piece_marks"]
    axes = {"ids": {1: "p"}, "mask": {1: "p"}, "pool": {1: "s", 2: "p"}, "marks": {1: "s"}, "piece_marks": {1: "p"}}
    with tempfile.TemporaryDirectory() as scratch:
        whole = pathlib.Path(scratch) / "whole.onnx"
        given = (ids, torch.ones_like(ids), pool, marks, piece_marks)
        torch.onnx.export(
            network,
            given,
            str(whole),
            input_names=names,
            output_names=["sentence", "piece"],
            dynamic_axes={**axes, "sentence": {1: "s"}, "piece": {1: "p"}},
            opset_version=17,
            dynamo=False,
        )
        fused = optimize_model(str(whole), model_type="bert", num_heads=12, hidden_size=384)
        fused.save_model_to_file(str(whole))
        options = {"DefaultTensorType": onnx.TensorProto.FLOAT}
        quantize_dynamic(
            str(whole), str(out / "reader.onnx"), weight_type=QuantType.QInt8, per_channel=True, extra_options=options
        )
    shutil.copy(base / "tokenizer.json", out / "tokenizer.json")
    sums = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in ("reader.onnx", "tokenizer.json")}
    (out / "manifest.json").write_text(
        json.dumps({"sha256": sums, "marks": list(sentence_marks()), "piece_marks": list(PIECE_MARKS)}, indent=1) + "\n",
        encoding="utf-8",
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("base", "weights", "out"):
        ask.add_argument(f"--{name}", type=pathlib.Path, required=True)
    given = ask.parse_args()
    export(given.base, given.weights, given.out)


if __name__ == "__main__":
    main()
