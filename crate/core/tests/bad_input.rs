//! The answer of each analysis to bad input: a named error, or a rule that is stated here.
//!
//! | | NaN | constant columns | one class | too few rows | rows that do not match |
//! |---|---|---|---|---|---|
//! | CKA | error | alone: undefined, with the reason; among others: as if absent | – | error | error |
//! | kNN | error | all rows equally near: by index; among others: as if absent | purity 1, p = 1 | error | error |
//! | probe | error | alone: nothing learnt, AUROC ½; among others: as if absent | error; of several labels: left out | error | error |
//! | map | error | finite map in one place | no silhouette: error | error | error |
//! | codon | – | – | – | error | – |

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::analysis::evaluation::folds;
use crossgrain_core::analysis::evaluation::interval::bootstrap;
use crossgrain_core::analysis::evaluation::metrics::ProbeMetric;
use crossgrain_core::analysis::probe::{
    CrossValidation, MlpOptions, ProbeError, ProbeModel, ProbeOutcome, Target, Task, Trainer, read_column,
};
use crossgrain_core::analysis::{
    Bandwidth, CkaStream, Kernel, Metric, Neighbours, Quotient, Substitution, Tsne, TsneOptions, Umap,
    UmapOptions, Value, cka, cka_layers, cka_test, knn, knn_of, neighbourhoods, overlap, pca, procrustes,
    purity, quality, regress, silhouette, standardise, transfer,
};
use crossgrain_core::codon::{Cds, Code, Usage, UsageTable, back_translate, mutants, rscu};
use crossgrain_core::error::Coded;
use crossgrain_core::matrix::Matrix;
use crossgrain_core::progress::Silent;

/// The case is refused under this code, with a hint.
fn refused<T, E: Coded + std::fmt::Display>(case: &str, found: Result<T, E>, code: &str) {
    assert!(found.is_err(), "{case}: accepted");
    let Err(error) = found else { return };
    assert_eq!(error.code(), code, "{case}: {error}");
    assert!(!error.hint().is_empty() && !error.to_string().is_empty(), "{case}");
}

/// Rows that differ in every column.
fn rows(n: usize, cols: usize) -> Matrix {
    Matrix::new((0..n * cols).map(|i| ((i * i * 7 + i) % 31) as f32 + i as f32 * 0.01).collect(), n, cols)
        .unwrap()
}

fn same(n: usize, cols: usize) -> Matrix {
    Matrix::new(vec![2.0; n * cols], n, cols).unwrap()
}

/// The same rows with one number replaced.
fn broken(n: usize, cols: usize, by: f32) -> Matrix {
    let mut data = rows(n, cols).into_data();
    data[n * cols / 2] = by;
    Matrix::new(data, n, cols).unwrap()
}

/// The same rows with a constant column at the end.
fn with_constant(m: &Matrix) -> Matrix {
    let data = m.view().iter_rows().flat_map(|row| row.iter().copied().chain([5.0])).collect();
    Matrix::new(data, m.rows(), m.cols() + 1).unwrap()
}

const LINEAR: Kernel = Kernel::Linear;
const RBF: Kernel = Kernel::Rbf(Bandwidth::Median(1.0));

#[test]
fn alignment() {
    let (x, y) = (rows(8, 3), rows(8, 2));
    let of = |x: &Matrix, y: &Matrix, kernel| cka(x.view(), y.view(), kernel, &mut Silent);
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        refused("a number that is none", of(&broken(8, 3, bad), &y, LINEAR), "analysis.not_finite");
        refused("the same on the other side", of(&x, &broken(8, 2, bad), RBF), "analysis.not_finite");
        let layers = cka_layers(&[x.view(), broken(8, 3, bad).view()], None, LINEAR, &mut Silent).map(|_| ());
        refused("in one layer", layers, "analysis.not_finite");
        let test = cka_test(broken(8, 3, bad).view(), y.view(), LINEAR, [9, 9], 1, &mut Silent);
        refused("in a test", test, "analysis.not_finite");
        refused(
            "in a stream",
            CkaStream::default().add(x.view(), broken(8, 2, bad).view()),
            "analysis.not_finite",
        );
    }
    refused("three rows", of(&rows(3, 2), &rows(3, 2), LINEAR), "cka.too_few_rows");
    refused("no rows", of(&rows(0, 2), &rows(0, 2), LINEAR), "cka.too_few_rows");
    refused("a stream of no rows", CkaStream::default().finish(Quotient::Plain), "cka.too_few_rows");
    refused("other rows", of(&x, &rows(7, 2), LINEAR), "analysis.row_mismatch");
    refused(
        "a test of other rows",
        cka_test(x.view(), rows(7, 2).view(), LINEAR, [9, 9], 1, &mut Silent),
        "analysis.row_mismatch",
    );
    refused("a bandwidth of rows that are all the same", of(&same(8, 3), &y, RBF), "cka.bandwidth");

    let found = of(&same(8, 3), &y, LINEAR).unwrap();
    for value in [found.biased, found.debiased] {
        assert!(matches!(value, Value::Undefined { product } if product <= 0.0), "{value:?}");
    }
    let (plain, wider) = (of(&x, &y, LINEAR).unwrap(), of(&with_constant(&x), &y, LINEAR).unwrap());
    let apart = plain.debiased.number().unwrap() - wider.debiased.number().unwrap();
    assert!(apart.abs() < 1e-6, "a constant column changes nothing: {apart}");
}

#[test]
fn neighbours() {
    let x = rows(8, 3);
    let of = |x: &Matrix, k, metric| knn(x.view(), k, metric, &mut Silent);
    for metric in [Metric::Euclidean, Metric::Cosine] {
        for bad in [f32::NAN, f32::INFINITY] {
            refused("a number that is none", of(&broken(8, 3, bad), 2, metric), "analysis.not_finite");
            let queries = knn_of(broken(8, 3, bad).view(), x.view(), 2, metric, &mut Silent);
            refused("in the queries", queries, "analysis.not_finite");
        }
        refused("no neighbours", of(&x, 0, metric), "knn.neighbours");
        refused("as many neighbours as rows", of(&x, 8, metric), "knn.neighbours");
        refused("one row", of(&rows(1, 3), 1, metric), "knn.neighbours");
        refused("no rows", of(&rows(0, 3), 1, metric), "knn.neighbours");
        refused("no columns", of(&rows(8, 0), 1, metric), "knn.columns");
        let other = knn_of(rows(2, 4).view(), x.view(), 2, metric, &mut Silent);
        refused("queries of other columns", other, "knn.columns");
        let found = of(&same(4, 3), 2, metric).unwrap();
        assert_eq!(found.indices(), [1, 2, 0, 2, 0, 1, 0, 1], "rows that are all the same: by index");
        assert_eq!(knn_of(x.view(), x.view(), 8, metric, &mut Silent).unwrap().k(), 8);
    }
    let zero = Matrix::new(vec![1.0, 2.0, 0.0, 0.0, 3.0, 1.0], 3, 2).unwrap();
    refused("a row without direction", of(&zero, 1, Metric::Cosine), "knn.zero_row");
    assert!(of(&zero, 1, Metric::Euclidean).is_ok());
    let found: Neighbours = of(&x, 2, Metric::Euclidean).unwrap();
    let wider = of(&with_constant(&x), 2, Metric::Euclidean).unwrap();
    assert_eq!(found.indices(), wider.indices(), "a constant column changes nothing");

    refused("too few labels", purity(&found, &[1; 7], 9, 1, &mut Silent), "analysis.labels");
    refused("too many labels", purity(&found, &[1; 9], 9, 1, &mut Silent), "analysis.labels");
    let one = purity(&found, &[7; 8], 9, 1, &mut Silent).unwrap();
    assert_eq!((one.mean, one.chance, one.p_value), (1.0, 1.0, 1.0), "one class is pure by itself");
    let weighting = crossgrain_core::analysis::Weighting::Distance;
    refused("too few numbers", regress(&found, &[1.0; 2], weighting), "analysis.labels");
    let nan = [1.0, f32::NAN, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    refused("a number that is none", regress(&found, &nan, weighting), "analysis.not_finite");
    refused("too few labels to hand on", transfer(&found, &[], weighting), "analysis.labels");
    refused(
        "other rows",
        overlap(&found, &of(&rows(7, 3), 2, Metric::Euclidean).unwrap()),
        "analysis.row_mismatch",
    );
    refused("another k", overlap(&found, &found.nearest(1).unwrap()), "knn.neighbours");

    let mutant = |amino_acid| Substitution { position: 3, amino_acid };
    let protocol = |m: &[Substitution], sweep: &[usize]| {
        neighbourhoods(x.view(), m, sweep, Metric::Euclidean, &mut Silent)
    };
    refused("fewer mutants than rows", protocol(&[mutant(b'A'); 7], &[2]), "analysis.labels");
    refused("a stop", protocol(&[mutant(b'*'); 8], &[2]), "neighbourhood.amino_acid");
    refused("a sweep of nothing", protocol(&[mutant(b'A'); 8], &[]), "knn.neighbours");
    refused("a sweep beyond the rows", protocol(&[mutant(b'A'); 8], &[2, 8]), "knn.neighbours");
}

fn models() -> Vec<ProbeModel> {
    let mlp = MlpOptions {
        hidden_layer_sizes: vec![8],
        batch_size: 4,
        max_iter: 20,
        ..MlpOptions::product_class()
    };
    vec![ProbeModel::Logistic { c: 1.0 }, ProbeModel::Mlp(mlp), ProbeModel::Forest { n_estimators: 10 }]
}

fn trained(
    x: &Matrix,
    target: &Target,
    model: &ProbeModel,
    of: &folds::Folds,
) -> Result<ProbeOutcome, ProbeError> {
    let runs = vec![CrossValidation { folds: of.clone(), seed: 1 }];
    Trainer::new(x.view(), target.clone(), model, runs, 1)?.run(&mut Silent)
}

fn two(labels: &[u32]) -> Target {
    Target::Classes { labels: labels.to_vec(), classes: 2 }
}

#[test]
fn probes() {
    let x = rows(12, 3);
    let labels: Vec<u32> = (0..12).map(|i| i % 2).collect();
    let thirds = folds::given(&(0..12).map(|i| Some(i / 4)).collect::<Vec<_>>()).unwrap();
    for model in models() {
        let t = |case: &str, x: &Matrix, target: &Target, code: &str| {
            refused(&format!("{case}, {model:?}"), trained(x, target, &model, &thirds).map(|_| ()), code);
        };
        t("a number that is none", &broken(12, 3, f32::NAN), &two(&labels), "probe.not_finite");
        t("one class", &x, &two(&[1; 12]), "probe.one_class");
        let sorted: Vec<u32> = (0..12).map(|i| u32::from(i >= 4)).collect();
        t("one class outside of a fold", &x, &two(&sorted), "probe.one_class");
        t("a label without a class", &x, &two(&[0, 1, 2, 0, 1, 0, 1, 0, 1, 0, 1, 0]), "probe.label");
        t("other rows", &rows(11, 3), &two(&labels), "probe.rows");
        t("fewer labels", &x, &two(&labels[..11]), "probe.rows");
        t("no columns", &rows(12, 0), &two(&labels), "probe.nothing");
        t("no rows", &rows(0, 3), &two(&[]), "probe.nothing");

        let outcome = trained(&same(12, 3), &two(&labels), &model, &thirds).unwrap();
        let area = outcome.runs[0].pooled(ProbeMetric::MacroAuroc).unwrap();
        assert!(area <= 0.5 + 1e-9, "constant columns alone teach nothing: {area}, {model:?}");
        if !matches!(model, ProbeModel::Forest { .. } | ProbeModel::Mlp(_)) {
            // (Those two draw by column, so that another column changes the draws.)
            let plain = trained(&x, &two(&labels), &model, &thirds).unwrap().runs[0].predictions.clone();
            let wider = trained(&with_constant(&x), &two(&labels), &model, &thirds).unwrap();
            let apart = plain.data.iter().zip(&wider.runs[0].predictions.data).map(|(a, b)| (a - b).abs());
            assert!(apart.fold(0.0, f64::max) < 1e-6, "a constant column among others changes nothing");
        }
        let multi = labels.iter().flat_map(|&l| [l == 1, true, false]).collect();
        let outcome = trained(&x, &Target::Multi { labels: multi, columns: 3 }, &model, &thirds).unwrap();
        let run = &outcome.runs[0];
        let off =
            |c, truth: f64| (0..12).map(|row| (run.predictions.at(row, c) - truth).abs()).fold(0.0, f64::max);
        assert!(off(1, 1.0) < 1e-6 && off(2, 0.0) < 1e-6, "a constant label is said as it is, {model:?}");
        let alone = labels.iter().map(|&l| l == 1).collect();
        let alone = trained(&x, &Target::Multi { labels: alone, columns: 1 }, &model, &thirds).unwrap();
        assert_eq!(
            run.pooled(ProbeMetric::MacroAuroc),
            alone.runs[0].pooled(ProbeMetric::MacroAuroc),
            "and has no part in a mean of areas"
        );
    }
    let ridge = ProbeModel::Ridge { alpha: 1.0 };
    let numbers = |values: &[f64]| Target::Numbers(values.to_vec());
    let nan = numbers(&[0., 1., 2., f64::NAN, 4., 5., 6., 7., 8., 9., 10., 11.]);
    refused("a target that is none", trained(&x, &nan, &ridge, &thirds).map(|_| ()), "probe.not_finite");
    let constant = trained(&x, &numbers(&[3.0; 12]), &ridge, &thirds).unwrap();
    let run = &constant.runs[0];
    assert_eq!(
        (run.pooled(ProbeMetric::R2), run.pooled(ProbeMetric::Spearman)),
        (None, None),
        "constant numbers"
    );
    assert!(run.pooled(ProbeMetric::Rmse).unwrap() < 1e-9);
    let forest = ProbeModel::Forest { n_estimators: 0 };
    refused("no trees", trained(&x, &two(&labels), &forest, &thirds).map(|_| ()), "probe.setting");
    let mismatch = trained(&x, &two(&labels), &ridge, &thirds).map(|_| ());
    refused("a ridge of classes", mismatch, "probe.setting");
}

#[test]
fn folds_and_columns() {
    refused("more folds than rows", folds::plain(3, 4, 1), "folds.count");
    refused("one fold", folds::plain(3, 1, 1), "folds.count");
    refused("more folds than rows, stratified", folds::stratified(&[0, 1, 0], 4, 1), "folds.count");
    refused("classes smaller than folds", folds::stratified(&[0, 1, 0, 1], 3, 1), "folds.small_classes");
    refused("one class, stratified", folds::stratified(&[0; 6], 3, 1), "probe.one_class");
    refused(
        "more folds than rows, several labels",
        folds::stratified_multi(&[true; 6], 2, 4, 1),
        "folds.count",
    );
    refused("labels that fill no row", folds::stratified_multi(&[true; 5], 2, 2, 1), "probe.rows");
    refused("fewer groups than folds", folds::grouped(&[4, 4, 9, 9], 3, 1), "folds.count");
    refused("one row left out of one", folds::leave_one_out(1), "folds.count");
    refused("nothing tested", folds::given(&[None; 4]), "folds.count");
    refused("everything tested", folds::given(&[Some(1); 4]), "folds.count");
    // A class with fewer rows than folds is only missing from some of them.
    let found = folds::stratified(&[0, 0, 0, 0, 1], 3, 1).unwrap();
    assert_eq!((0..3).map(|fold| found.test(fold).len()).sum::<usize>(), 5);

    let t = |words: &[Option<&str>], task, code| refused("a column", read_column(words, task, ';'), code);
    t(&[None, Some("")], None, "probe.nothing");
    t(&[Some("a"), Some("a"), None], None, "probe.one_class");
    t(&[Some("1"), Some("NaN")], Some(Task::Numbers), "probe.not_finite");
    t(&[Some("1"), Some("high")], Some(Task::Numbers), "probe.not_finite");
    let undefined = bootstrap(&[true; 4], 50, 1, |_| None, &mut Silent);
    refused("a figure that no draw defines", undefined, "bootstrap.undefined");
}

#[test]
fn maps() {
    let x = rows(8, 3);
    let near = knn(x.view(), 4, Metric::Euclidean, &mut Silent).unwrap();
    let start = pca(x.view(), 2).unwrap().scores;
    let plain = TsneOptions { perplexity: 2.0, iterations: 20, seed: 1 };
    let short = UmapOptions { n_epochs: Some(20), ..UmapOptions::default() };
    refused("a number that is none", pca(broken(8, 3, f32::NAN).view(), 2), "analysis.not_finite");
    refused("the same, standardised", standardise(broken(8, 3, f32::NAN).view()), "analysis.not_finite");
    let nowhere = broken(8, 2, f32::NAN);
    refused("a start that is none", Umap::new(&near, nowhere.view(), short), "analysis.not_finite");
    refused("the same of t-SNE", Tsne::new(&near, nowhere.view(), plain), "analysis.not_finite");
    refused("one row", pca(rows(1, 3).view(), 1), "pca.too_few_rows");
    refused("more components than columns", pca(x.view(), 4), "pca.components");
    refused(
        "fewer rows than neighbours",
        knn(rows(8, 3).view(), 14, Metric::Euclidean, &mut Silent),
        "knn.neighbours",
    );
    refused(
        "a perplexity above the neighbours",
        Tsne::new(&near, start.view(), TsneOptions { perplexity: 5.0, ..plain }),
        "map.option",
    );
    refused("a start of other rows", Umap::new(&near, rows(7, 2).view(), short), "analysis.row_mismatch");
    refused(
        "a start of other rows, t-SNE",
        Tsne::new(&near, rows(7, 2).view(), plain),
        "analysis.row_mismatch",
    );
    refused("a start of three columns", Umap::new(&near, x.view(), short), "knn.columns");
    let of = |space: &Matrix, map: &Matrix, k| {
        quality(space.view(), map.view(), k, Metric::Euclidean, &mut Silent).map(|_| ())
    };
    refused("the quality of a map of other rows", of(&x, &rows(7, 2), 2), "analysis.row_mismatch");
    refused("of a map that is none", of(&x, &nowhere, 2), "analysis.not_finite");
    refused("by too many neighbours", of(&x, &start, 7), "knn.neighbours");
    let spread = |labels: &[u32]| silhouette(x.view(), labels, Metric::Euclidean, &mut Silent);
    refused("a silhouette of one class", spread(&[1; 8]), "analysis.labels");
    refused("of other rows", spread(&[1, 2]), "analysis.labels");
    refused(
        "a map laid over one of other rows",
        procrustes(start.view(), rows(7, 2).view()),
        "analysis.row_mismatch",
    );
    refused("over one place", procrustes(start.view(), same(8, 2).view()), "procrustes.one_place");
    refused("over nothing", procrustes(start.view(), nowhere.view()), "analysis.not_finite");

    // Rows that are all the same: no direction, one place, finite points.
    assert!(standardise(same(8, 3).view()).unwrap().data().iter().all(|&x| x == 0.0));
    let flat = pca(same(8, 3).view(), 2).unwrap();
    assert!(flat.scores.data().iter().chain(&flat.explained).all(|&x| x == 0.0));
    let near = knn(same(8, 3).view(), 4, Metric::Euclidean, &mut Silent).unwrap();
    let mut umap = Umap::new(&near, flat.scores.view(), short).unwrap();
    let mut tsne = Tsne::new(&near, flat.scores.view(), plain).unwrap();
    while umap.step() | tsne.step() {}
    assert!(umap.map().data().iter().chain(tsne.map().data()).all(|x| x.is_finite()));
}

#[test]
fn codons() {
    let code = Code::standard();
    for (case, letters, expected) in [
        ("nothing", "", "codon.empty"),
        ("a letter too many", "ATGA", "codon.frame"),
        ("a letter for several", "ATGANN", "codon.letter"),
        ("a gap", "ATG-CC", "codon.letter"),
        ("a protein", "MKV", "codon.letter"),
    ] {
        refused(case, Cds::parse(letters), expected);
    }
    refused("a table that is not", Code::ncbi(7), "codon.table");
    refused("a codon of three letters too many", UsageTable::new([("AUGAUG", 1.0)]), "codon.letter");
    for weight in [f64::NAN, f64::INFINITY, -1.0] {
        refused("a share that is none", UsageTable::new([("AUG", weight)]), "codon.usage");
    }
    let usage = UsageTable::new([]).unwrap();
    refused("an unknown residue", back_translate("MX", &code, &usage), "codon.residue");
    refused("no residues", back_translate("", &code, &usage), "codon.empty");
    // An amino acid that no codon speaks for has no RSCU; nothing is divided by nothing.
    let counted = Usage::of([&Cds::parse("ATGAAA").unwrap()]);
    assert!(rscu(&counted, &code).iter().flatten().all(|value| value.is_finite()));
    assert_eq!(rscu(&Usage::of([]), &code).iter().flatten().count(), 0);
    // A stop inside is translated as such, and its mutants are named.
    let stopped = Cds::parse("ATGTAAATG").unwrap();
    assert_eq!(stopped.translate(&code), "M*M");
    assert_eq!(mutants(&stopped, &code).count(), 3 * 63);
}
