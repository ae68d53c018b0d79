"""Trains a very small Nucleotide Transformer v2 with 3-mers from scratch, with the settings recorded in CARD.md.

    uv run --locked --project tests/golden/generate models/nt-3mer-demo/train.py cds.fasta.gz genome.fna.gz ... \
        --out DIR [--steps N]

Reads coding sequences in frame and genomes in FASTA, plain or gzip. Writes the hub's layout (`config.json`,
`model.safetensors`, `vocab.txt`) and `train.json`. The data, the seed and what else is not recorded differ from the
stored model's, so the weights do too.
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
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, silu
from transformers import EsmConfig, EsmForMaskedLM

VOCABULARY = (Path(__file__).parent / "vocab.txt").read_text().split()
ID = {word: i for i, word in enumerate(VOCABULARY)}
CLS, PAD, MASK = (ID[word] for word in ("<cls>", "<pad>", "<mask>"))
FIRST, LAST = ID["AAA"], ID["GGG"]  # the 64 words
# Recorded: crops, shares, rate, steps. 24 crops a step give about the recorded 12.5 M tokens.
CROP, FROM_GENOMES, RATE, STEPS, BATCH, HELD_OUT = 255, 6, 2e-3, 2287, 24, 300
# Not recorded, chosen here: warm-up, weight decay, clipping.
WARM_UP, DECAY, CLIP = 0.03, 0.01, 1.0


def read(path: Path) -> list[str]:
    """The letters of every record of a FASTA file."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return ["".join(record.splitlines()[1:]).upper() for record in text.decode().split(">")[1:]]


def encode(letters: str) -> list[int]:
    """`<cls>` and the 3-mers; words with another letter than A, C, G, T are left out."""
    words = (letters[at : at + 3] for at in range(0, len(letters) - 2, 3))
    return [CLS, *(ID[word] for word in words if word in ID)]


def crop(letters: str, frame: int, chance: random.Random) -> str:
    """A random piece of `CROP` words that starts at a multiple of `frame` letters."""
    room = max(0, len(letters) - 3 * CROP) // frame
    start = frame * chance.randint(0, room)
    return letters[start : start + 3 * CROP]


def pack(pieces: list[str]) -> Tensor:
    """Token ids `[n, t]`, right-padded."""
    rows = [encode(piece) for piece in pieces]
    width = max(map(len, rows))
    return torch.tensor([row + [PAD] * (width - len(row)) for row in rows])


class Gated(nn.Module):
    """The first half of the SwiGLU feed-forward layer, under the published name of its weights."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.dense = nn.Linear(width, 2 * inner, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, inner = self.dense(x).chunk(2, dim=-1)
        return silu(gate) * inner


def build() -> EsmForMaskedLM:
    """The network of the stored `config.json` with random weights: ESM with another feed-forward layer."""
    config = EsmConfig.from_pretrained(Path(__file__).parent)
    model = EsmForMaskedLM(config)
    for layer in model.esm.encoder.layer:
        layer.intermediate = Gated(config.hidden_size, config.intermediate_size)
        layer.output.dense = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)
        for part in (layer.intermediate.dense, layer.output.dense):
            nn.init.normal_(part.weight, std=config.initializer_range)
    return model


def loss_of(model: EsmForMaskedLM, ids: Tensor, generator: torch.Generator) -> Tensor:
    """Masked cross-entropy in nats: 15 % of the words; 80 % of these `<mask>`, 10 % another, 10 % as they are."""
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


def save(model: EsmForMaskedLM, out: Path, report: dict[str, object]) -> None:
    """Writes the hub's layout without the contact head and the unused position table."""
    out.mkdir(parents=True, exist_ok=True)
    left_out = ("esm.contact_head", "esm.embeddings.position")
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
    parser = argparse.ArgumentParser(description="Trains a very small Nucleotide Transformer v2 with 3-mers.")
    parser.add_argument("cds", type=Path, help="coding sequences in frame, FASTA, plain or .gz")
    parser.add_argument("genomes", type=Path, nargs="*", help="genomes, FASTA, plain or .gz; without any, only CDS")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    chance, generator = random.Random(asked.seed), torch.Generator().manual_seed(asked.seed)
    genes = [letters for letters in read(asked.cds) if len(letters) >= 60 and len(letters) % 3 == 0]
    genomes = [letters for path in asked.genomes for letters in read(path) if len(letters) >= 3 * CROP]
    lengths = [len(letters) for letters in genomes]
    chance.shuffle(genes)
    held_out = min(HELD_OUT, len(genes) // 10 + 1)
    held = [
        pack([gene[: 3 * CROP] for gene in genes[at : min(at + BATCH, held_out)]]) for at in range(0, held_out, BATCH)
    ]
    genes, model, log, tokens = genes[held_out:], build(), [], 0
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate(step, asked.steps))
    for step in range(1, asked.steps + 1):
        wild = FROM_GENOMES if genomes else 0
        pieces = [crop(gene, 3, chance) for gene in chance.choices(genes, k=BATCH - wild)]
        if wild:
            pieces += [crop(genome, 1, chance) for genome in chance.choices(genomes, weights=lengths, k=wild)]
        ids = pack(pieces)
        loss = loss_of(model.train(), ids, generator)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimiser.step()
        schedule.step()
        tokens += int((ids != PAD).sum())
        if step % 300 == 0 or step == asked.steps:
            log.append([step, tokens, loss.item(), validate(model, held)])
            print("step {} tokens {} loss {:.4f} held-out {:.4f}".format(*log[-1]), flush=True)
    save(model, asked.out, {"steps": asked.steps, "tokens": tokens, "val_loss": log[-1][-1], "log": log, "k": 3})


if __name__ == "__main__":
    main()
