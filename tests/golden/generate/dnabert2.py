"""DNABERT-2, written out from a description of the hub's `bert_layers.py`, its PyTorch path.

That file is not in any package. Positions enter as ALiBi, a penalty on the distance of two tokens; the feed-forward
layer is gated (GEGLU); layer norms come after the sums (post-norm). The hub's code removes padding before the encoder
("unpadding"): every sequence runs alone here, which is the same. Source of the description: zhihan1996/DNABERT-2-117M
on the hub, revision 7bce263b. Shapes: t tokens, d width, h heads, c = d / h, i inner width, v vocabulary.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import torch
from compare import Family, Tensors, main
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear

FIRST_LOGITS = 4  # the folder keeps the logits of the first positions


class Model:
    """The weights of one folder under their published names, and the forward pass."""

    def __init__(self, folder: Path, precision: torch.dtype) -> None:
        config = json.loads((folder / "config.json").read_text())
        self.layers: int = config["num_hidden_layers"]
        self.heads: int = config["num_attention_heads"]
        self.epsilon: float = config["layer_norm_eps"]
        stored = torch.load(folder / "pytorch_model.bin", map_location="cpu", weights_only=True)
        self.weights: dict[str, Tensor] = {name: weight.to(precision) for name, weight in stored.items()}

    def linear(self, name: str, x: Tensor) -> Tensor:
        return linear(x, self.weights[f"{name}.weight"], self.weights.get(f"{name}.bias"))

    def norm(self, name: str, x: Tensor) -> Tensor:
        return layer_norm(x, x.shape[-1:], self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], self.epsilon)

    def forward(self, ids: Tensor) -> tuple[list[Tensor], Tensor]:
        """The state after every layer `[t, d]` and the logits `[t, v]` of one sequence `[t]`."""
        words = self.weights["bert.embeddings.word_embeddings.weight"]
        kind = self.weights["bert.embeddings.token_type_embeddings.weight"][0]  # all tokens are of the first kind
        x = self.norm("bert.embeddings.LayerNorm", words[ids] + kind)
        penalty, states = alibi(self.heads, len(ids)).to(x.dtype), []
        for i in range(self.layers):
            layer = f"bert.encoder.layer.{i}"
            x = self.norm(f"{layer}.attention.output.LayerNorm", self.attention(layer, x, penalty) + x)
            x = self.norm(f"{layer}.mlp.layernorm", self.feed_forward(layer, x) + x)
            states.append(x)
        head = "cls.predictions.transform"
        y = self.norm(f"{head}.LayerNorm", gelu(self.linear(f"{head}.dense", x)))
        return states, linear(y, words, self.weights["cls.predictions.decoder.bias"])

    def attention(self, layer: str, x: Tensor, penalty: Tensor) -> Tensor:
        """Self-attention; queries, keys and values come from one product."""
        t, d = x.shape
        inner = self.linear(f"{layer}.attention.self.Wqkv", x).view(t, 3, self.heads, d // self.heads)
        query, key, value = inner.permute(1, 2, 0, 3)  # [h, t, c] each
        scores = query @ key.transpose(-1, -2) / math.sqrt(d // self.heads) + penalty  # [h, t, t]
        context = (torch.softmax(scores, dim=-1) @ value).transpose(0, 1).reshape(t, d)
        return self.linear(f"{layer}.attention.output.dense", context)

    def feed_forward(self, layer: str, x: Tensor) -> Tensor:
        """GEGLU: the first half of the inner layer, through GELU, gates the second."""
        gate, inner = self.linear(f"{layer}.mlp.gated_layers", x).chunk(2, dim=-1)  # [t, i] each
        return self.linear(f"{layer}.mlp.wo", gelu(gate) * inner)


def slopes(heads: int) -> list[float]:
    """One slope for each head: 2^(-8/m), 2^(-16/m), ... for the largest power of two m <= heads; the heads
    beyond m take every other slope of 2 m heads."""
    m = 2 ** int(math.log2(heads))
    found = [2.0 ** (-8.0 * (i + 1) / m) for i in range(m)]
    return found if m == heads else found + slopes(2 * m)[0::2][: heads - m]


def alibi(heads: int, t: int) -> Tensor:
    """What is added to the scores `[h, t, t]`: minus the slope of the head times the distance of two tokens."""
    at = torch.arange(t)
    return -(at[:, None] - at).abs() * torch.tensor(slopes(heads))[:, None, None]


def recompute(folder: Path, precision: torch.dtype) -> Tensors:
    inputs = json.loads((folder / "inputs.json").read_text())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = [tokenizer.encode(sequence).ids for sequence in inputs["sequences"]]
    assert rows == inputs["input_ids"], f"{folder}: the tokenizer gives other ids than inputs.json"
    model = Model(folder, precision)
    found: dict[str, Tensor] = {}
    for i, row in enumerate(rows):
        states, logits = model.forward(torch.tensor(row))
        found |= {f"seq{i}_hidden_{layer + 1}": state for layer, state in enumerate(states)}
        found[f"seq{i}_logits_first{FIRST_LOGITS}"] = logits[:FIRST_LOGITS]
        found[f"seq{i}_mean"] = states[-1].mean(0)  # all tokens, [CLS] and [SEP] too
    return {name: value.contiguous().numpy() for name, value in found.items()}


FAMILY = Family(["tests/golden/dnabert2-tiny"], recompute)

if __name__ == "__main__":
    sys.exit(main([FAMILY], each=True))
