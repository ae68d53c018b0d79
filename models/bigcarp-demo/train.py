"""Trains a small BiGCARP from scratch, with the settings recorded in CARD.md.

    uv run --locked --project tests/golden/generate models/bigcarp-demo/train.py clusters.tsv --out DIR [--epochs N]
        [--steps N]

Reads a table of gene clusters, plain or gzip, with the columns `classes` (joined by `;`), `fold5`, `pfam_ids` and
`pfam_names` (separated by spaces, genes by `|`). Fold 0 is held out. Writes `bigcarp_demo.pt` in the published layout
and `train.json`. The seed and what else is not recorded differ from the stored model's, so the weights do too.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import random
from collections import Counter
from pathlib import Path

import torch
from sequence_models.convolutional import ByteNetLM
from torch import Tensor
from torch.nn.functional import cross_entropy

PAD, MASK, FIRST_CLASS = 0, 2, 3
# Recorded: the shape, the rate, the epochs, how often the class is masked.
SHAPE = {"d_embed": 48, "d_model": 96, "n_layers": 16, "kernel_size": 3, "r": 128, "slim": True, "activation": "gelu"}
RATE, EPOCHS, CLASS_MASKED = 2e-3, 35, 0.4
# Not recorded, chosen here: clusters a step, weight decay, clipping.
BATCH, DECAY, CLIP = 16, 0.01, 1.0

Cluster = tuple[str, list[tuple[str, str]]]  # class, domains as (accession, name)


def read(path: Path) -> tuple[list[Cluster], list[Cluster]]:
    """The clusters for training and those held out; the class is the first that the table names."""
    text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
    parts: tuple[list[Cluster], list[Cluster]] = ([], [])
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        accessions, names = (row[column].replace("|", " ").split() for column in ("pfam_ids", "pfam_names"))
        parts[row["fold5"] == "0"].append((row["classes"].split(";")[0].lower(), list(zip(accessions, names))))
    return parts


def vocabulary(clusters: list[Cluster]) -> tuple[dict[str, dict[str, int] | int], dict[str, str]]:
    """Ids of the specials, the classes and every domain that occurs twice, and the name of each accession."""
    specials = ["-", "*", "#", *sorted({name for name, _ in clusters})]
    count = Counter(domain for _, domains in clusters for domain in domains)
    kept = sorted(domain for domain, times in count.items() if times >= 2)
    names = ["UNK", *dict.fromkeys(name for _, name in kept)]
    ids = {name: len(specials) + i for i, name in enumerate(names)}
    tokens = {"specials": {name: i for i, name in enumerate(specials)}, "domains": ids}
    return tokens | {"size": len(specials) + len(names)}, dict(kept)


def encode(cluster: Cluster, tokens: dict, names: dict[str, str]) -> list[int]:
    """The class and the domains of a cluster as ids."""
    kind, domains = cluster
    return [tokens["specials"][kind], *(tokens["domains"][names.get(accession, "UNK")] for accession, _ in domains)]


def pack(rows: list[list[int]]) -> Tensor:
    """Ids `[n, t]`, right-padded."""
    width = max(map(len, rows))
    return torch.tensor([row + [PAD] * (width - len(row)) for row in rows])


def loss_of(model: ByteNetLM, ids: Tensor, classes: int, generator: torch.Generator) -> Tensor:
    """Masked cross-entropy in nats: 15 % of the domains (80 % of these `#`, 10 % another, 10 % as they are), and the
    class of some clusters, always as `#`."""
    chosen, kind = (torch.rand(ids.shape, generator=generator) for _ in range(2))
    other = torch.randint(FIRST_CLASS + classes, int(model.decoder.conv.out_channels), ids.shape, generator=generator)
    class_place = torch.arange(ids.shape[1]) == 0
    picked = torch.where(class_place, chosen < CLASS_MASKED, chosen < 0.15) & (ids != PAD)
    shown = torch.where(picked & ((kind < 0.8) | class_place), MASK, torch.where(picked & (kind >= 0.9), other, ids))
    logits = model(shown, input_mask=(ids != PAD)[..., None])
    return cross_entropy(logits[picked], ids[picked])


@torch.no_grad()
def validate(model: ByteNetLM, rows: list[list[int]], classes: int) -> tuple[float, float]:
    """Mean loss over the held-out clusters, and how many classes are found when only the class is masked."""
    generator, right, losses = torch.Generator().manual_seed(7), 0, []
    for at in range(0, len(rows), BATCH):
        ids = pack(rows[at : at + BATCH])
        losses.append(loss_of(model.eval(), ids, classes, generator).item())
        shown = torch.cat((torch.full_like(ids[:, :1], MASK), ids[:, 1:]), dim=1)
        logits = model(shown, input_mask=(ids != PAD)[..., None])[:, 0, FIRST_CLASS : FIRST_CLASS + classes]
        right += int((logits.argmax(-1) + FIRST_CLASS == ids[:, 0]).sum())
    return sum(losses) / len(losses), right / len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains a small BiGCARP.")
    parser.add_argument("clusters", type=Path, help="table of gene clusters, .tsv or .tsv.gz")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--steps", type=int, help="stop after as many steps")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    chance, generator = random.Random(asked.seed), torch.Generator().manual_seed(asked.seed)
    training, held = read(asked.clusters)
    tokens, names = vocabulary(training + held)
    classes = len(tokens["specials"]) - FIRST_CLASS
    rows, held_rows = ([encode(cluster, tokens, names) for cluster in part] for part in (training, held))
    shape = [SHAPE[key] for key in ("d_embed", "d_model", "n_layers", "kernel_size", "r")]
    options = {"activation": SHAPE["activation"], "slim": SHAPE["slim"], "padding_idx": MASK, "final_ln": True}
    model = ByteNetLM(tokens["size"], *shape, **options)
    steps = asked.steps or asked.epochs * math.ceil(len(rows) / BATCH)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    log: list[list[float]] = []
    for epoch in range(1, asked.epochs + 1):
        chance.shuffle(rows)
        for at in range(0, len(rows), BATCH)[: steps - schedule.last_epoch]:
            loss = loss_of(model.train(), pack(rows[at : at + BATCH]), classes, generator)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimiser.step()
            schedule.step()
        if schedule.last_epoch == steps or epoch % 5 == 0:
            log.append([epoch, loss.item(), *validate(model, held_rows, classes)])
            print("epoch {} loss {:.4f} held-out {:.4f} classes {:.3f}".format(*log[-1]), flush=True)
        if schedule.last_epoch == steps:
            break
    asked.out.mkdir(parents=True, exist_ok=True)
    state = {"model": "bigcarp_demo", **SHAPE, "model_state_dict": model.state_dict()}
    torch.save(state | {"tokens": tokens, "pfam_to_domain": names}, asked.out / "bigcarp_demo.pt")
    report = {"epochs": epoch, "val_loss": log[-1][2], "class_accuracy": log[-1][3], "log": log}
    (asked.out / "train.json").write_text(json.dumps(report | {"classes": list(tokens["specials"])[FIRST_CLASS:]}))


if __name__ == "__main__":
    main()
