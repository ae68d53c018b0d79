"""ESM-2, ESM-1b and Nucleotide Transformer v1 with `EsmForMaskedLM` of transformers, the hub's reference code.

Sequences are tokenised by `EsmTokenizer` from the stored `vocab.txt`. The golden folders hold one right-padded batch;
a demonstration model's folder holds every sequence alone (`seq0_hidden_0` ...).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from compare import Family, Tensors, main, read_expected
from transformers import EsmForMaskedLM, EsmTokenizer
from transformers.utils import logging

logging.set_verbosity_error()  # it warns about the weights that `load` counts

PAD = 1
# Weights that a file may leave out: no stored number depends on them unless they are there.
OPTIONAL = ("esm.contact_head.regression.", "esm.embeddings.position_embeddings.weight")


def tokens(folder: Path, sequences: list[str]) -> list[list[int]]:
    """Token ids: `<cls>`, one id for each residue or word, and for proteins `<eos>`."""
    words = (folder / "vocab.txt").read_text().split()
    ends = {"eos_token": None} if "<bos>" in words else {}  # Nucleotide Transformers add no <eos>
    tokenizer = EsmTokenizer(str(folder / "vocab.txt"), **ends)
    return [tokenizer(sequence)["input_ids"] for sequence in sequences]


def load(folder: Path, precision: torch.dtype) -> EsmForMaskedLM:
    """The model with the stored weights; refuses a file that lacks any, or has some that nothing reads."""
    model, info = EsmForMaskedLM.from_pretrained(folder, output_loading_info=True)
    lost = [name for name in info["missing_keys"] if not name.startswith(OPTIONAL)] + info["unexpected_keys"]
    assert not lost, f"{folder}: {lost}"
    return model.to(precision).eval()


def run(model: EsmForMaskedLM, ids: torch.Tensor, contacts: bool) -> dict[str, torch.Tensor]:
    """Every state `[n, t, d]`, the logits `[n, t, v]` and the contacts `[n, t - 2, t - 2]` of a batch."""
    mask = (ids != PAD).long()
    out = model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
    found = {f"hidden_{i}": state for i, state in enumerate(out.hidden_states)} | {"logits": out.logits}
    if contacts:
        found["contacts"] = model.predict_contacts(ids, mask)
    return found


def batch(model: EsmForMaskedLM, rows: list[list[int]], stored: Tensors) -> dict[str, torch.Tensor]:
    """All sequences in one batch, with the means of the last state that the folder stores."""
    width = max(map(len, rows))
    ids = torch.tensor([row + [PAD] * (width - len(row)) for row in rows])
    found = run(model, ids, "contacts" in stored) | {"input_ids": ids}
    found["logits"] = found["logits"][:, : stored["logits"].shape[1]]  # some folders keep the first positions only
    last = [state[: len(row)] for state, row in zip(found[last_state(found)], rows)]
    if "mean" in stored:  # without <cls> and <eos>
        found["mean"] = torch.stack([state[1:-1].mean(0) for state in last])
    if "mean_with_cls" in stored:
        real = (ids != PAD)[..., None]
        found["mean_with_cls"] = (found[last_state(found)] * real).sum(1) / real.sum(1)
    return found


def alone(model: EsmForMaskedLM, rows: list[list[int]]) -> dict[str, torch.Tensor]:
    """Every sequence for itself, with the mean of its last state without `<cls>` and `<eos>`."""
    found: dict[str, torch.Tensor] = {}
    for i, row in enumerate(rows):
        one = {name: value[0] for name, value in run(model, torch.tensor([row]), False).items()}
        one["mean"] = one[last_state(one)][1:-1].mean(0)
        found |= {f"seq{i}_{name}": value for name, value in one.items()}
    return found


def last_state(found: dict[str, torch.Tensor]) -> str:
    """The name of the state after the last layer."""
    return f"hidden_{sum(name.startswith('hidden_') for name in found) - 1}"


def recompute(folder: Path, precision: torch.dtype) -> Tensors:
    inputs = json.loads((folder / "inputs.json").read_text())
    rows = tokens(folder, inputs["sequences"])
    assert rows == inputs.get("input_ids", rows), f"{folder}: the tokenizer gives other ids than inputs.json"
    model, stored = load(folder, precision), read_expected(folder)
    found = batch(model, rows, stored) if "logits" in stored else alone(model, rows)
    return {name: value.numpy() for name, value in found.items()}


FAMILY = Family(
    ["tests/golden/esm2-tiny", "tests/golden/esm1b-tiny", "tests/golden/ntv1-tiny", "models/esm2-demo"], recompute
)

if __name__ == "__main__":
    sys.exit(main([FAMILY], each=True))
