"""ESM-2 in the authors' own layout, with the authors' package fair-esm.

The package tokenises the sequences (`BatchConverter`), reads the checkpoint with its separate contact file, and gives
every state, the logits and the contacts of one right-padded batch.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import esm
import torch
from compare import Family, Tensors, main


def recompute(folder: Path, precision: torch.dtype) -> Tensors:
    with torch.serialization.safe_globals([argparse.Namespace]):  # the one class in the checkpoint
        model, alphabet = esm.pretrained.load_model_and_alphabet_local(folder / "esm2_tiny_fairesm.pt")
    inputs = json.loads((folder / "inputs.json").read_text())
    _, _, ids = alphabet.get_batch_converter()([(str(i), text) for i, text in enumerate(inputs["sequences"])])
    rows = [row[row != alphabet.padding_idx].tolist() for row in ids]
    assert rows == inputs["input_ids"], f"{folder}: the tokenizer gives other ids than inputs.json"
    out = model.to(precision).eval()(ids, repr_layers=range(model.num_layers + 1), return_contacts=True)
    found = {f"hidden_{i}": state for i, state in out["representations"].items()}  # [n, t, d]
    last = found[f"hidden_{model.num_layers}"]
    found |= {"input_ids": ids, "logits": out["logits"], "contacts": out["contacts"]}
    found["mean"] = torch.stack([state[1 : len(row) - 1].mean(0) for state, row in zip(last, rows)])  # residues only
    return {name: value.numpy() for name, value in found.items()}


FAMILY = Family(["tests/golden/esm2-tiny-fairesm"], recompute)

if __name__ == "__main__":
    sys.exit(main([FAMILY], each=True))
