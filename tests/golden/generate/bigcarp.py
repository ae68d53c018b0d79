"""BiGCARP with the authors' package sequence-models.

The package's collater makes the token ids, its `ByteNetLM` computes, its `CARP` masks the padding. The stored states
are what the parts of the network give on the way: the table of embeddings, the up-projection, every block, the last
norm.
The package's own loader is not used, because it knows only the published number of frozen embeddings.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
from compare import Family, Tensors, main
from sequence_models.collaters import BGCCollater
from sequence_models.convolutional import ByteNetLM
from sequence_models.pretrained import CARP
from torch import Tensor, nn


def load(checkpoint: dict[str, Any], precision: torch.dtype) -> CARP:
    """The network of a checkpoint, with the hyper-parameters that it names."""
    state, specials = checkpoint["model_state_dict"], checkpoint["tokens"]["specials"]
    frozen = state.get("embedder.embedder.frozen.weight")
    shape = [checkpoint[key] for key in ("d_embed", "d_model", "n_layers", "kernel_size", "r")]
    network = ByteNetLM(
        checkpoint["tokens"]["size"],
        *shape,
        activation=checkpoint["activation"],
        slim=checkpoint["slim"],
        padding_idx=specials["#"],  # the package's name for the row of the mask
        n_frozen_embs=None if frozen is None else len(frozen),
        final_ln=True,
    )
    network.load_state_dict(state)
    return CARP(network.to(precision).eval(), pad_idx=specials["-"])


def tokens(checkpoint: dict[str, Any], sequences: list[str]) -> Tensor:
    """Token ids of clusters, right-padded. The collater expects accessions without version."""
    plain = [";".join(domain.split(".")[0] for domain in sequence.split(";")) for sequence in sequences]
    (ids,) = BGCCollater(checkpoint["tokens"], checkpoint["pfam_to_domain"])([(text,) for text in plain])
    return ids


def run(model: CARP, ids: Tensor) -> dict[str, Tensor]:
    """What every part of the network gives for a batch of token ids `[n, t]`."""
    network = model.model
    parts: dict[str, nn.Module] = {"embedder": network.embedder.embedder, "hidden_0": network.embedder.up_embedder}
    parts |= {f"hidden_{i + 1}": block for i, block in enumerate(network.embedder.layers)}
    parts["last_norm"] = network.last_norm
    found: dict[str, Tensor] = {}
    hooks = [
        part.register_forward_hook(lambda _module, _inputs, output, name=name: found.update({name: output}))
        for name, part in parts.items()
    ]
    found["logits"] = model(ids, logits=True)["logits"]
    for hook in hooks:
        hook.remove()
    return found


def batch(model: CARP, ids: Tensor, lengths: list[int]) -> dict[str, Tensor]:
    """One right-padded batch, with the mean of the last norm over domains: the class token is left out."""
    found = run(model, ids) | {"input_ids": ids}
    means = [state[1:length].mean(0) for state, length in zip(found["last_norm"], lengths)]
    return found | {"mean_last_norm_domains": torch.stack(means)}


def alone(model: CARP, rows: list[list[int]]) -> dict[str, Tensor]:
    """Every cluster for itself; the state after the last norm is the last one."""
    found: dict[str, Tensor] = {}
    for i, row in enumerate(rows):
        one = {name: value[0] for name, value in run(model, torch.tensor([row])).items()}
        del one["embedder"]
        last = one.pop("last_norm")
        one |= {f"hidden_{len(model.model.embedder.layers) + 1}": last, "mean": last[1:].mean(0)}
        found |= {f"seq{i}_{name}": value for name, value in one.items()}
    return found


def recompute(folder: Path, precision: torch.dtype) -> Tensors:
    (file,) = folder.glob("*.pt")
    checkpoint = torch.load(file, map_location="cpu", weights_only=True)
    inputs = json.loads((folder / "inputs.json").read_text())
    ids, lengths = tokens(checkpoint, inputs["sequences"]), [len(row) for row in inputs["input_ids"]]
    rows = [row[:length].tolist() for row, length in zip(ids, lengths)]
    assert rows == inputs["input_ids"], f"{folder}: the collater gives other ids than inputs.json"
    model = load(checkpoint, precision)
    found = alone(model, rows) if folder.parent.name == "models" else batch(model, ids, lengths)
    return {name: value.contiguous().numpy() for name, value in found.items()}


FAMILY = Family(["tests/golden/bigcarp-tiny-random", "tests/golden/bigcarp-tiny-frozen"], recompute)
# The demonstration model's numbers were computed in double precision.
DEMONSTRATION = Family(["models/bigcarp-demo"], recompute, precisions=(torch.float64, torch.float32))

if __name__ == "__main__":
    sys.exit(main([FAMILY, DEMONSTRATION], each=True))
