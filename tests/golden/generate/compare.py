"""Compares recomputed numbers with the stored ones, and rewrites the stored ones when asked.

Every script of this folder gives a `Family`: the folders it knows, and a function that recomputes the numbers of one
folder from the weights and inputs stored there. The difference of a tensor is

    max |recomputed - stored| / max(1, max |stored|)

so it is absolute for tensors whose numbers are below 1, and relative to the largest number of the tensor otherwise.
`README.md` says which differences are accepted, and why.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is fetched: everything lies in the folder

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from threadpoolctl import threadpool_limits

torch.set_num_threads(1)  # the order of sums, and so the last bits, depends on the number of threads
torch.set_grad_enabled(False)

PROJECT = Path(__file__).resolve().parents[3]
# What is accepted in the precision in which the numbers were stored.
TOLERANCE = 1e-6
# What is accepted in double precision otherwise. The rounding of the stored f32 passes is 2.0e-6 at most.
ROUNDING = 2.5e-6

Tensors = dict[str, np.ndarray]


def read_expected(folder: Path) -> Tensors:
    """The tensors of a folder's `expected.safetensors`."""
    return load_file(folder / "expected.safetensors")


def write_expected(folder: Path, found: Tensors) -> None:
    """Replaces a folder's `expected.safetensors`; numbers are stored as f32, ids as i64."""
    as_stored = {name: x.astype(np.float32) if x.dtype.kind == "f" else x for name, x in found.items()}
    save_file({name: np.ascontiguousarray(x) for name, x in as_stored.items()}, folder / "expected.safetensors")


@dataclass(frozen=True)
class Family:
    """What one script recomputes.

    `precisions` are those in which it can; the stored numbers were made in the first. `tolerances` holds the tensors
    for which another difference than `TOLERANCE` is accepted.
    """

    folders: list[str]
    recompute: Callable[[Path, torch.dtype], Tensors]
    precisions: tuple[torch.dtype, ...] = (torch.float32, torch.float64)
    tolerances: dict[str, float] = field(default_factory=dict)
    read: Callable[[Path], Tensors] = read_expected
    write: Callable[[Path, Tensors], None] = write_expected


@dataclass(frozen=True)
class Row:
    """How far one tensor is from the stored one in each precision, see the head of this file."""

    name: str
    numbers: int
    apart: dict[torch.dtype, float]
    accepted: bool


def difference(found: np.ndarray | None, stored: np.ndarray | None) -> float:
    """The difference of one tensor; infinite if it is missing, has another shape or is not finite."""
    if found is None or stored is None or found.shape != stored.shape or not np.isfinite(found).all():
        return float("inf")
    apart = np.abs(found.astype(np.float64) - stored.astype(np.float64)).max(initial=0.0)
    return float(apart / np.abs(stored).max(initial=1.0))


def check(family: Family, folder: str, write: bool) -> list[Row]:
    """Recomputes one folder and gives the differences of every tensor; with `write`, stores what was found."""
    stored = family.read(PROJECT / folder)
    with threadpool_limits(1):  # as above, for NumPy and SciPy
        found = {precision: family.recompute(PROJECT / folder, precision) for precision in family.precisions}
    rows = []
    for name in sorted(stored.keys() | found[family.precisions[0]].keys()):
        apart = {precision: difference(tensors.get(name), stored.get(name)) for precision, tensors in found.items()}
        accepted = apart[family.precisions[0]] <= family.tolerances.get(name, TOLERANCE)
        accepted |= apart.get(torch.float64, float("inf")) <= ROUNDING
        rows.append(Row(name, stored[name].size if name in stored else 0, apart, accepted))
    if write:
        family.write(PROJECT / folder, found[family.precisions[0]])
    return rows


def line(name: str, tensor: str, numbers: int, apart: dict[torch.dtype, float], accepted: bool) -> str:
    """One line of a table."""
    f32, f64 = (f"{apart[p]:9.1e}" if p in apart else f"{'-':>9}" for p in (torch.float32, torch.float64))
    return f"{name:20} {tensor:>40} {numbers:9} {f32} {f64}{'' if accepted else '  DIFFERS'}"


def table(results: dict[str, list[Row]]) -> str:
    """One line for each folder: id, tensors, numbers, and the largest difference in each precision."""
    lines = [f"{'id':20} {'tensors':>40} {'numbers':>9} {'f32':>9} {'f64':>9}"]
    for name, rows in results.items():
        largest = {precision: max(row.apart[precision] for row in rows) for precision in rows[0].apart}
        numbers, accepted = sum(row.numbers for row in rows), all(row.accepted for row in rows)
        lines.append(line(name, str(len(rows)), numbers, largest, accepted))
    return "\n".join(lines)


def main(families: list[Family], each: bool) -> int:
    """The command line of every script: `[--write] [--each] [id ...]`. Gives the exit code."""
    parser = argparse.ArgumentParser(description="Recomputes stored reference numbers and compares them.")
    parser.add_argument("ids", nargs="*", help="folders to recompute, all by default")
    parser.add_argument("--write", action="store_true", help="replace the stored numbers by the recomputed ones")
    parser.add_argument("--each", action="store_true", default=each, help="print every tensor")
    asked = parser.parse_args()
    known = {Path(folder).name: (family, folder) for family in families for folder in family.folders}
    if unknown := [name for name in asked.ids if name not in known]:
        parser.error(f"unknown id {', '.join(unknown)}; known: {', '.join(known)}")
    results: dict[str, list[Row]] = {}
    for name in asked.ids or known:
        results[name] = check(*known[name], write=asked.write)
        if asked.each:
            for row in results[name]:
                print(line(name, row.name, row.numbers, row.apart, row.accepted))
    print(table(results))
    return 0 if all(row.accepted for rows in results.values() for row in rows) else 1
