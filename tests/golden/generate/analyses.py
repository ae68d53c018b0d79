"""The reference answers for the analyses, with NumPy, SciPy, scikit-learn and umap-learn in double precision.

Inputs are the stored features, labels, folds and targets. Everything else in `tests/golden/analysis` is recomputed:
JSON figures are named by their file and keys, tensors by their file and name.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from compare import Family, Tensors, main
from safetensors.numpy import load_file, save_file
from scipy.spatial.distance import cdist
from scipy.stats import rankdata, spearmanr
from sklearn import metrics
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.manifold import TSNE, trustworthiness
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from umap import UMAP

INPUTS = {"X", "Y", "noise_a", "noise_b", "labels", "folds", "target", "tie_labels", "tie_other", "tie_scores"}
Array = np.ndarray
Hsic = Callable[[Array, Array], float]


def biased(k: Array, l: Array) -> float:
    """HSIC of two kernel matrices, up to a factor (Gretton et al. 2005)."""
    centre = np.eye(len(k)) - 1 / len(k)
    return float(((centre @ k @ centre) * l).sum())


def debiased(k: Array, l: Array) -> float:
    """The unbiased estimate of HSIC (Song et al. 2012, equation 5)."""
    n, k, l = len(k), k - np.diag(np.diag(k)), l - np.diag(np.diag(l))
    total = k.sum() * l.sum() / ((n - 1) * (n - 2))
    return float(((k * l).sum() + total - 2 / (n - 2) * k.sum(0) @ l.sum(0)) / (n * (n - 3)))


def cka(k: Array, l: Array, hsic: Hsic) -> float:
    """Centred kernel alignment of two kernel matrices (Kornblith et al. 2019)."""
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))


def linear(rows: Array) -> Array:
    return rows @ rows.T


def rbf(rows: Array) -> Array:
    """Gaussian kernel; the square of its width is the median squared distance of two rows."""
    squares = cdist(rows, rows, "sqeuclidean")
    return np.exp(-squares / (2 * np.median(squares[np.triu_indices(len(rows), 1)])))


def alignments(x: Array, y: Array, noise: tuple[Array, Array]) -> Tensors:
    """Every CKA of `spaces.json`."""
    kernels = {"linear": linear, "rbf": rbf}
    found: Tensors = {}
    for way, hsic in (("biased", biased), ("debiased", debiased)):
        for name, kernel in kernels.items():
            width = "_sigma=median_distance" if kernel is rbf else ""
            found[f"{name}_{way}{width}"] = np.array(cka(kernel(x), kernel(y), hsic))
        for rows in (32, 4):
            found[f"linear_{way}_n{rows}"] = np.array(cka(linear(x[:rows]), linear(y[:rows]), hsic))
        found[f"independent_noise_40x300.{way}"] = np.array(cka(linear(noise[0]), linear(noise[1]), hsic))
    del found["linear_biased_n4"]  # not stored
    return {f"spaces.json cka.{name}": value for name, value in found.items()}


def neighbours(x: Array, labels: Array, stored: Tensors, metric: str) -> Tensors:
    """The ten nearest rows of every row but itself. Rows that are equally near have no order of their own: the stored
    order is kept."""
    apart = cdist(x, x, metric)
    np.fill_diagonal(apart, np.inf)
    own = np.argsort(apart, axis=1, kind="stable")[:, :10]
    kept = stored[f"knn_{metric}_idx"]
    tied = np.abs(np.take_along_axis(apart, kept, 1) - np.take_along_axis(apart, own, 1)) < 1e-12
    assert all(len(set(row)) == 10 for row in kept), "a neighbour comes twice"
    at = np.where(tied, kept, own)
    found: Tensors = {f"spaces.safetensors knn_{metric}_idx": at}
    found[f"spaces.safetensors knn_{metric}_dist"] = np.take_along_axis(apart, own, 1)
    found[f"spaces.json knn_{metric}_label_purity@10"] = (labels[at] == labels[:, None]).mean()
    return found


def maps(z: Array, labels: Array, scores: Array, stored: Tensors) -> Tensors:
    """What maps keep of the standardised space. Another processor may give another UMAP and t-SNE: see README.md."""
    with warnings.catch_warnings(action="ignore"):  # one seed means one thread, and so on
        umap = UMAP(random_state=0).fit_transform(z)
    tsne = TSNE(random_state=0).fit_transform(z)
    kept = stored["umap_reference_xy"].astype(np.float64)
    planes = {"umap-learn": kept, "sklearn_tsne": tsne, "pca": scores[:, :2]}
    found = {
        f"maps_trustworthiness@15.{name}": trustworthiness(z, map_, n_neighbors=15) for name, map_ in planes.items()
    }
    found["silhouette_euclidean.full"] = metrics.silhouette_score(z, labels)
    found["silhouette_euclidean.umap-learn"] = metrics.silhouette_score(kept, labels)
    again = trustworthiness(z, umap, n_neighbors=15)
    assert abs(again - found["maps_trustworthiness@15.umap-learn"]) < 0.01, f"UMAP keeps {again}"
    return {f"spaces.json {name}": np.array(x) for name, x in found.items()} | {
        "spaces.safetensors umap_reference_xy": umap
    }


def out_of_fold(model: Any, x: Array, y: Array, folds: Array, predict: str) -> Array:
    """Predictions for every row by the model that was fitted on the other folds."""
    found: dict[int, Array] = {}
    for fold in np.unique(folds):
        fitted = make_pipeline(StandardScaler(), clone(model)).fit(x[folds != fold], y[folds != fold])
        found |= dict(zip(np.flatnonzero(folds == fold), getattr(fitted, predict)(x[folds == fold])))
    return np.array([found[row] for row in range(len(x))])


def probes(x: Array, stored: Tensors) -> Tensors:
    """Logistic regression and ridge on the stored folds, scored on all out-of-fold predictions together."""
    labels, folds, target = stored["labels"], stored["folds"], stored["target"].astype(np.float64)
    logistic = LogisticRegression(C=1.0, tol=1e-8, max_iter=5000)
    chance = out_of_fold(logistic, x, labels, folds, "predict_proba")
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(labels, chance.argmax(1), average="macro")
    classes = {"accuracy": metrics.accuracy_score(labels, chance.argmax(1)), "macro_f1": f1}
    classes |= {"macro_precision": precision, "macro_recall": recall}
    for average in ("macro", "weighted"):
        area = metrics.roc_auc_score(labels, chance, multi_class="ovr", average=average)
        classes[f"{average}_auroc_ovr"] = area
    classes["confusion"] = metrics.confusion_matrix(labels, chance.argmax(1))
    ridge = out_of_fold(Ridge(alpha=10.0), x, target, folds, "predict")
    numbers = {"r2": metrics.r2_score(target, ridge), "spearman": spearmanr(target, ridge).statistic}
    numbers["rmse"] = metrics.root_mean_squared_error(target, ridge)
    ties = {"auroc": metrics.roc_auc_score(stored["tie_labels"], stored["tie_scores"])}
    ties["spearman"] = spearmanr(stored["tie_scores"], stored["tie_other"]).statistic
    groups = {
        "logistic_C1_standardised_5fold_pooled": classes,
        "ridge_alpha10_standardised_5fold_pooled": numbers,
        "ties": ties,
        "bootstrap_auroc_class0_10000": bootstrap(labels == 0, chance[:, 0]),
    }
    found = {f"probe.json {group}.{key}": x for group, values in groups.items() for key, x in values.items()}
    found |= {"probe.safetensors logistic_oof_proba": chance, "probe.safetensors ridge_oof": ridge}
    return {name: np.array(value) for name, value in found.items()}


def auroc(positive: Array, scores: Array) -> float:
    """The area under the ROC curve from ranks (Mann and Whitney)."""
    n = int(positive.sum())
    return (rankdata(scores)[positive].sum() - n * (n + 1) / 2) / (n * (len(scores) - n))


def bootstrap(positive: Array, scores: Array) -> dict[str, Any]:
    """Mean and percentile interval of the AUROC over 10,000 draws of all rows with replacement."""
    generator = np.random.default_rng(1)
    draws = [generator.integers(0, len(scores), len(scores)) for _ in range(10_000)]
    areas = [auroc(positive[rows], scores[rows]) for rows in draws]
    return {"point": auroc(positive, scores), "mean": np.mean(areas), "ci95": np.percentile(areas, [2.5, 97.5])}


def recompute(folder: Path, _precision: torch.dtype) -> Tensors:
    pca, spaces, probe = (load_file(folder / f"{name}.safetensors") for name in ("pca", "spaces", "probe"))
    x, y, labels = pca["X"].astype(np.float64), spaces["Y"].astype(np.float64), spaces["labels"]
    z = StandardScaler().fit_transform(x)
    fitted = PCA(10, svd_solver="full").fit(z)
    scores = fitted.transform(z)
    scores *= np.sign((scores * pca["pca_scores_standardised"]).sum(0))  # the sign of a component is arbitrary
    found = {"expected.json pca_explained_variance_ratio": fitted.explained_variance_ratio_}
    found["pca.safetensors pca_scores_standardised"] = scores
    found |= alignments(x, y, (spaces["noise_a"].astype(np.float64), spaces["noise_b"].astype(np.float64)))
    for metric in ("euclidean", "cosine"):
        found |= neighbours(x, labels, spaces, metric)
    return found | maps(z, labels, scores, spaces) | probes(probe["X"].astype(np.float64), probe)


def flatten(value: Any, name: str = "") -> dict[str, Any]:
    """The figures of nested JSON objects, by their keys joined with dots; notes are left out."""
    if isinstance(value, dict):
        parts = (flatten(inner, f"{name}.{key}" if name else key) for key, inner in value.items())
        return {key: inner for part in parts for key, inner in part.items()}
    return {} if isinstance(value, str) else {name: value}


def read(folder: Path) -> Tensors:
    """All stored answers of the folder."""
    found: Tensors = {}
    for file in sorted(folder.glob("*.json")):
        found |= {f"{file.name} {name}": np.array(x) for name, x in flatten(json.loads(file.read_text())).items()}
    for file in sorted(folder.glob("*.safetensors")):
        found |= {f"{file.name} {name}": x for name, x in load_file(file).items() if name not in INPUTS}
    return found


def write(folder: Path, found: Tensors) -> None:
    """Puts recomputed answers in the place of the stored ones; inputs and notes stay."""
    for file in sorted(folder.glob("*.json")):
        stored = json.loads(file.read_text())
        for name in flatten(stored):
            *groups, key = name.split(".")
            place = stored
            for group in groups:
                place = place[group]
            place[key] = found[f"{file.name} {name}"].tolist()
        file.write_text(json.dumps(stored, indent=1))
    for file in sorted(folder.glob("*.safetensors")):
        stored = load_file(file)
        for name in stored.keys() - INPUTS:
            stored[name] = found[f"{file.name} {name}"].astype(stored[name].dtype)
        save_file(stored, file)


FAMILY = Family(
    ["tests/golden/analysis"],
    recompute,
    precisions=(torch.float64,),
    tolerances={
        "probe.safetensors logistic_oof_proba": 1e-5,
        "spaces.json maps_trustworthiness@15.sklearn_tsne": 0.01,
        "spaces.safetensors umap_reference_xy": float("inf"),
    },
    read=read,
    write=write,
)

if __name__ == "__main__":
    sys.exit(main([FAMILY], each=True))
