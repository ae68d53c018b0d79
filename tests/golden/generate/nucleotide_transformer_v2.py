"""Nucleotide Transformer v2, written out from a description of the hub's `modeling_esm.py`.

That file is not in any package. Against ESM-2 three things differ: no token dropout, a gated feed-forward layer without
biases, and a decoder of its own. Source of the description: InstaDeepAI/nucleotide-transformer-v2-50m-multi-species on
the hub, revision 81b29e57 (6-mers), and ...-v2-50m-3mer-multi-species, revision ff82eaf9.
Shapes: n sequences, t tokens, d width, h heads, c = d / h, i inner width, v vocabulary.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from compare import Family, Tensors, main, read_expected
from esm_transformers import tokens
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import layer_norm, linear, silu

PAD = 1


class Model:
    """The weights of one folder under their published names, and the forward pass."""

    def __init__(self, folder: Path, precision: torch.dtype) -> None:
        config = json.loads((folder / "config.json").read_text())  # of a key that comes twice, the last one counts
        self.layers: int = config["num_hidden_layers"]
        self.heads: int = config["num_attention_heads"]
        self.epsilon: float = config["layer_norm_eps"]
        safe, pickled = folder / "model.safetensors", folder / "pytorch_model.bin"
        stored = load_file(safe) if safe.exists() else torch.load(pickled, map_location="cpu", weights_only=True)
        self.weights: dict[str, Tensor] = {name: weight.to(precision) for name, weight in stored.items()}

    def linear(self, name: str, x: Tensor) -> Tensor:
        return linear(x, self.weights[f"{name}.weight"], self.weights.get(f"{name}.bias"))

    def norm(self, name: str, x: Tensor) -> Tensor:
        return layer_norm(x, x.shape[-1:], self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], self.epsilon)

    def forward(self, ids: Tensor) -> tuple[list[Tensor], Tensor]:
        """Every state `[n, t, d]` and the logits `[n, t, v]` of token ids `[n, t]`."""
        pads = ids == PAD
        x = self.weights["esm.embeddings.word_embeddings.weight"][ids] * ~pads[..., None]  # [n, t, d]
        masked = torch.zeros_like(x[..., 0]).masked_fill(pads, torch.finfo(x.dtype).min)[:, None, None, :]
        states = [x]
        for i in range(self.layers):
            layer = f"esm.encoder.layer.{i}"
            x = x + self.attention(layer, self.norm(f"{layer}.attention.LayerNorm", x), masked)
            x = x + self.feed_forward(layer, self.norm(f"{layer}.LayerNorm", x))
            states.append(x)
        states[-1] = x = self.norm("esm.encoder.emb_layer_norm_after", x)
        y = self.norm("lm_head.layer_norm", gelu(self.linear("lm_head.dense", x)))
        return states, linear(y, self.weights["lm_head.decoder.weight"]) + self.weights["lm_head.bias"]

    def attention(self, layer: str, x: Tensor, masked: Tensor) -> Tensor:
        """Self-attention with rotary positions; queries are scaled before they are turned. `masked` `[n, 1, 1, t]`
        is added to the scores."""
        n, t, d = x.shape
        query, key, value = (
            self.linear(f"{layer}.attention.self.{part}", x).view(n, t, self.heads, -1).transpose(1, 2)  # [n, h, t, c]
            for part in ("query", "key", "value")
        )
        turn = self.weights[f"{layer}.attention.self.rotary_embeddings.inv_freq"]  # [c / 2]
        query, key = rotate(query * (d // self.heads) ** -0.5, turn), rotate(key, turn)
        share = torch.softmax(query @ key.transpose(-1, -2) + masked, dim=-1)  # [n, h, t, t]
        context = (share @ value).transpose(1, 2).reshape(n, t, d)
        return self.linear(f"{layer}.attention.output.dense", context)

    def feed_forward(self, layer: str, x: Tensor) -> Tensor:
        """SwiGLU: the first half of the inner layer, through SiLU, gates the second."""
        gate, inner = self.linear(f"{layer}.intermediate.dense", x).chunk(2, dim=-1)  # [n, t, i] each
        return self.linear(f"{layer}.output.dense", silu(gate) * inner)


def gelu(x: Tensor) -> Tensor:
    """GELU by its formula with erf, as in the hub's file; torch's own differs in the last bit."""
    return x * 0.5 * (1.0 + torch.erf(x / 2.0**0.5))


def rotate(x: Tensor, turn: Tensor) -> Tensor:
    """Rotary positions: number j and number j + c/2 of a head turn by the angle position * turn[j]."""
    angle = torch.outer(torch.arange(x.shape[-2], dtype=turn.dtype), turn)  # [t, c / 2]
    cos, sin = angle.cos().repeat(1, 2), angle.sin().repeat(1, 2)  # [t, c]
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


def recompute(folder: Path, precision: torch.dtype) -> Tensors:
    inputs = json.loads((folder / "inputs.json").read_text())
    rows = tokens(folder, inputs["sequences"])
    assert rows == inputs["input_ids"], f"{folder}: the tokenizer gives other ids than inputs.json"
    model, stored = Model(folder, precision), read_expected(folder)
    found = batch(model, rows, stored["logits"].shape[1]) if "logits" in stored else alone(model, rows)
    return {name: value.contiguous().numpy() for name, value in found.items()}


def batch(model: Model, rows: list[list[int]], first: int) -> dict[str, Tensor]:
    """All sequences in one right-padded batch; logits of the `first` positions, means with and without `<cls>`."""
    width = max(map(len, rows))
    ids = torch.tensor([row + [PAD] * (width - len(row)) for row in rows])
    states, logits = model.forward(ids)
    found = {f"hidden_{i}": state for i, state in enumerate(states)}
    found |= {"input_ids": ids, "logits": logits[:, :first]}
    found["mean"] = torch.stack([state[1 : len(row)].mean(0) for state, row in zip(states[-1], rows)])
    found["mean_with_cls"] = torch.stack([state[: len(row)].mean(0) for state, row in zip(states[-1], rows)])
    return found


def alone(model: Model, rows: list[list[int]]) -> dict[str, Tensor]:
    """Every sequence for itself, with the mean of its last state without `<cls>`."""
    found: dict[str, Tensor] = {}
    for i, row in enumerate(rows):
        states, logits = model.forward(torch.tensor([row]))
        found |= {f"seq{i}_hidden_{layer}": state[0] for layer, state in enumerate(states)}
        found |= {f"seq{i}_logits": logits[0], f"seq{i}_mean": states[-1][0, 1:].mean(0)}
    return found


FAMILY = Family(["tests/golden/ntv2-tiny-6mer", "tests/golden/ntv2-tiny-3mer", "models/nt-3mer-demo"], recompute)

if __name__ == "__main__":
    sys.exit(main([FAMILY], each=True))
