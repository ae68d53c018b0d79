"""Trains a very small ESM-2 from scratch, with the settings recorded in CARD.md.

    uv run --locked --project tests/golden/generate models/esm2-demo/train.py proteins.fasta.gz --out DIR [--steps N]

Reads protein sequences in FASTA, plain or gzip. Writes the hub's layout (`config.json`, `model.safetensors`,
`vocab.txt`) and `train.json`. The data, the seed and what else is not recorded differ from the stored model's, so the
weights do too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import EsmConfig, EsmForMaskedLM

VOCABULARY = (Path(__file__).parent / "vocab.txt").read_text().split()
ID = {word: i for i, word in enumerate(VOCABULARY)}
CLS, PAD, EOS, MASK = (ID[word] for word in ("<cls>", "<pad>", "<eos>", "<mask>"))
FIRST, LAST = ID["L"], ID["C"]  # the twenty amino acids
# Recorded: crops, rate, steps. 6,144 tokens a step give the recorded 17.1 M tokens in the recorded 2,813 steps.
CROP, RATE, STEPS, BATCH_TOKENS, HELD_OUT = 254, 2e-3, 2813, 6144, 600
# Not recorded, chosen here: warm-up, weight decay, clipping.
WARM_UP, DECAY, CLIP = 0.03, 0.01, 1.0


def read(path: Path) -> list[list[int]]:
    """Token ids of every protein of a FASTA file; a letter without a token becomes X."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    records = text.decode().split(">")[1:]
    letters = ("".join(record.splitlines()[1:]).upper() for record in records)
    return [[ID.get(letter, ID["X"]) for letter in sequence] for sequence in letters if len(sequence) >= 20]


def batches(proteins: list[list[int]], chance: random.Random) -> list[Tensor]:
    """One pass: every protein in pieces of `CROP` residues, batched with pieces of about their length, in random
    order. Each batch is `[n, t]`, right-padded, `BATCH_TOKENS` tokens at most."""
    pieces = [protein[at : at + CROP] for protein in proteins for at in range(0, len(protein), CROP)]
    pieces = sorted((piece for piece in pieces if len(piece) >= 20), key=lambda piece: (len(piece), chance.random()))
    found: list[Tensor] = []
    while pieces:
        width = len(pieces[-1]) + 2
        batch = [pieces.pop() for _ in range(min(len(pieces), BATCH_TOKENS // width))]
        rows = [[CLS, *piece, EOS] + [PAD] * (width - 2 - len(piece)) for piece in batch]
        found.append(torch.tensor(rows))
    chance.shuffle(found)
    return found


def loss_of(model: EsmForMaskedLM, ids: Tensor, generator: torch.Generator) -> Tensor:
    """Masked cross-entropy in nats: 15 % of the residues; 80 % of these `<mask>`, 10 % another, 10 % as they are."""
    chosen = (torch.rand(ids.shape, generator=generator) < 0.15) & (ids >= FIRST)
    kind = torch.rand(ids.shape, generator=generator)
    other = torch.randint(FIRST, LAST + 1, ids.shape, generator=generator)
    shown = torch.where(chosen & (kind < 0.8), MASK, torch.where(chosen & (kind >= 0.9), other, ids))
    logits = model(input_ids=shown, attention_mask=(ids != PAD).long()).logits
    return cross_entropy(logits[chosen], ids[chosen])


@torch.no_grad()
def validate(model: EsmForMaskedLM, held: list[Tensor]) -> float:
    """Mean loss over the held-out batches, with the same masks every time."""
    generator = torch.Generator().manual_seed(7)
    return sum(loss_of(model.eval(), ids, generator).item() for ids in held) / len(held)


def build() -> EsmForMaskedLM:
    """The network of the stored `config.json`, with random weights."""
    return EsmForMaskedLM(EsmConfig.from_pretrained(Path(__file__).parent))


def save(model: EsmForMaskedLM, out: Path, report: dict[str, object]) -> None:
    """Writes the hub's layout without the contact head and the unused position table."""
    out.mkdir(parents=True, exist_ok=True)
    left_out = ("esm.contact_head", "esm.embeddings.position", "lm_head.decoder")
    kept = {name: x.contiguous() for name, x in model.state_dict().items() if not name.startswith(left_out)}
    save_file(kept, out / "model.safetensors", metadata={"format": "pt"})
    model.config.save_pretrained(out)
    (out / "vocab.txt").write_text("\n".join(VOCABULARY))
    (out / "train.json").write_text(json.dumps(report))


def rate(step: int, steps: int) -> float:
    """The share of the learning rate: a short warm-up, then half a cosine to zero."""
    share = (step + 1) / (steps + 1)
    return min(share / WARM_UP, 0.5 + 0.5 * math.cos(math.pi * share))


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains a very small ESM-2.")
    parser.add_argument("proteins", type=Path, help="protein sequences, FASTA, plain or .gz")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    chance, generator = random.Random(asked.seed), torch.Generator().manual_seed(asked.seed)
    proteins = read(asked.proteins)
    chance.shuffle(proteins)
    held_out = min(HELD_OUT, len(proteins) // 10 + 1)
    held, training = batches(proteins[:held_out], chance), proteins[held_out:]
    model, log, tokens, step = build(), [], 0, 0
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate(step, asked.steps))
    while step < asked.steps:
        for ids in batches(training, chance)[: asked.steps - step]:
            loss = loss_of(model.train(), ids, generator)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimiser.step()
            schedule.step()
            step, tokens = step + 1, tokens + ids.numel()
            if step % 200 == 0 or step == asked.steps:
                log.append([step, tokens, loss.item(), validate(model, held)])
                print("step {} tokens {} loss {:.4f} held-out {:.4f}".format(*log[-1]), flush=True)
    save(model, asked.out, {"steps": step, "tokens": tokens, "val_loss": log[-1][-1], "log": log})


if __name__ == "__main__":
    main()
