"""Runs every script of this folder and ends with one table: id, tensors, numbers, largest difference.

uv run --locked run.py [--each] [--write] [id ...]
"""

import sys

import analyses
import bigcarp
import dnabert2
import esm_fairesm
import esm_transformers
import nucleotide_transformer_v2
from compare import main

FAMILIES = [
    esm_transformers.FAMILY,
    esm_fairesm.FAMILY,
    nucleotide_transformer_v2.FAMILY,
    dnabert2.FAMILY,
    bigcarp.FAMILY,
    bigcarp.DEMONSTRATION,
    analyses.FAMILY,
]

if __name__ == "__main__":
    sys.exit(main(FAMILIES, each=False))
