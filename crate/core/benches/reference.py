"""The other side of the bench `analysis`: reads a job's name per line, does it, prints its seconds.

    python reference.py FOLDER EPOCHS SEEDS
"""

import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore", category=ConvergenceWarning)
folder, epochs, seeds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
layers = [np.load(f"{folder}/layer{i}.npy") for i in range(33)]
wide = np.load(f"{folder}/wide.npy")
labels = (wide[:, :40].sum(axis=1) > 0).astype(int)


def cka_gram():
    """Biased and debiased from the Gram matrices, all pairs as one product."""
    n = len(layers[0])
    rows, debiased_rows = [], []
    for x in layers:
        x = x - x.mean(axis=0)
        k = x @ x.T
        rows.append(k.ravel())
        u = k.copy()
        np.fill_diagonal(u, 0)
        sums = u.sum(axis=1) / (n - 2)
        u -= sums[:, None]
        u -= sums[None, :]
        u += sums.sum() / (n - 1)
        np.fill_diagonal(u, 0)
        debiased_rows.append(u.ravel())
    for kind in (rows, debiased_rows):
        kind = np.stack(kind)
        sums = kind @ kind.T
        roots = np.sqrt(np.diag(sums))
        sums / roots[:, None] / roots[None, :]


def cka_features():
    """Biased only, as most scripts have it: |X'Y|^2 pair by pair."""
    centred = [x - x.mean(axis=0) for x in layers]
    own = [np.linalg.norm(x.T @ x) for x in centred]
    for i, x in enumerate(centred):
        for j in range(i, len(centred)):
            np.linalg.norm(x.T @ centred[j]) ** 2 / (own[i] * own[j])


def mlp():
    """Ten seeds, five folds, the same number of epochs on both sides."""
    for seed in range(seeds):
        for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(wide, labels):
            scale = StandardScaler().fit(wide[train])
            model = MLPClassifier(
                (512, 256), alpha=1e-4, max_iter=epochs, n_iter_no_change=epochs + 1, random_state=seed
            )
            model.fit(scale.transform(wide[train]), labels[train])
            model.predict_proba(scale.transform(wide[test]))


print(f"numpy {np.__version__}, scikit-learn {sklearn.__version__}", flush=True)
for job in sys.stdin:
    started = time.perf_counter()
    globals()[job.strip()]()
    print(time.perf_counter() - started, flush=True)
