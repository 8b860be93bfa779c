"""Write the trained reader as int8 ONNX with its tokenizer, manifest and figures.

python -m training.export --base FOLDER --weights FOLDER/reader.pt --out src/marsad/coding/weights

The graph is made for one window at a time, so it takes no mask: the mask's own operators cost a tenth of the time. Sums before a
norm are kept apart from it: onnxruntime's two operators together take a third of the time of its joined one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import shutil
import tempfile
from typing import Any

import onnx
import torch

from marsad.coding.marks import PIECE_MARKS, sentence_marks
from training.network import Network


class OneWindow(torch.nn.Module):
    """The network for a single window, all of whose pieces are read."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Any, pool: Any, marks: Any, piece_marks: Any) -> tuple[Any, Any]:
        """As `Network.forward`, without a mask."""
        answers, parts = self.network(ids, None, pool, marks, piece_marks)
        return answers, parts


def export(base: pathlib.Path, weights: pathlib.Path, out: pathlib.Path) -> None:
    """The files of `out`: reader.onnx (dynamic int8 matrices), tokenizer.json, manifest.json with their SHA-256."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers.fusion_options import FusionOptions
    from onnxruntime.transformers.optimizer import optimize_model
    from transformers import AutoModel

    network = Network(AutoModel.from_pretrained(str(base), add_pooling_layer=False, attn_implementation="eager"))
    network.load_state_dict(torch.load(weights, weights_only=True))
    network.eval()
    out.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(1000, 2000, (1, 40))
    pool = torch.zeros(1, 2, 40)
    pool[0, 0, 5:20], pool[0, 1, 20:38] = 1, 1
    marks, piece_marks = torch.zeros(1, 2, len(sentence_marks())), torch.zeros(1, 40, len(PIECE_MARKS))
    names = ["ids", "pool", "marks", "piece_marks"]
    axes = {"ids": {1: "p"}, "pool": {1: "s", 2: "p"}, "marks": {1: "s"}, "piece_marks": {1: "p"}}
    with tempfile.TemporaryDirectory() as scratch:
        whole = pathlib.Path(scratch) / "whole.onnx"
        torch.onnx.export(
            OneWindow(network),
            (ids, pool, marks, piece_marks),
            str(whole),
            input_names=names,
            output_names=["sentence", "piece"],
            dynamic_axes={**axes, "sentence": {1: "s"}, "piece": {1: "p"}},
            opset_version=17,
            dynamo=False,
        )
        apart = FusionOptions("bert")
        apart.enable_skip_layer_norm = apart.enable_bias_skip_layer_norm = False
        fused = optimize_model(str(whole), model_type="bert", num_heads=12, hidden_size=384, optimization_options=apart)
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
