//! Tables of noise and of signal whose truth is known, and what the statistics of a probe say of them.

#![allow(dead_code, reason = "a test and an example use different parts")]

use crossgrain_core::analysis::evaluation::folds::{self, Folds};
use crossgrain_core::analysis::evaluation::half_samples::holm;
use crossgrain_core::analysis::evaluation::metrics::ProbeMetric;
use crossgrain_core::analysis::evaluation::units::Units;
use crossgrain_core::analysis::probe::{
    EvaluationError, PlanOptions, ProbeModel, ProbeOutcome, RunKind, Target, Trainer, minus, plan,
};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::progress::Silent;

/// Which rows are tested together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldsOf {
    LeaveOneOut,
    Stratified,
    Grouped,
}

/// Data sets of one kind.
#[derive(Clone, Debug)]
pub struct Setting {
    pub name: &'static str,
    /// Independent groups, and rows of each: near-copies that share their class.
    pub groups: usize,
    pub copies: usize,
    pub columns: usize,
    /// Distance of the classes from the middle in the first four columns; 0 is noise.
    pub signal: f64,
    /// Noise of a near-copy.
    pub apart: f64,
    pub folds: FoldsOf,
    pub model: ProbeModel,
    pub seeds: usize,
    pub permutations: usize,
    /// Equal tables; the others are compared with the first.
    pub tables: usize,
}

/// What the statistics said of one data set.
#[derive(Clone, Debug)]
pub struct Said {
    pub score: f64,
    /// Score of a model of as many training rows on new rows.
    pub expected: f64,
    pub interval: Option<(f64, f64)>,
    /// p under permuted labels.
    pub by_chance: Option<f64>,
    /// p of each comparison, as it is and corrected.
    pub compared: Vec<f64>,
    pub corrected: Vec<f64>,
}

/// SplitMix64: a source of its own, so that a fault of the product's source cannot hide itself.
pub struct Source(u64);

impl Source {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(1))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = (self.next() % (i as u64 + 1)) as usize;
            items.swap(i, j);
        }
    }
}

impl Setting {
    /// Draws a data set and asks for its statistics.
    pub fn said(&self, seed: u64, pairs: usize) -> Said {
        let mut source = Source::new(seed);
        let mut of_group: Vec<u32> = (0..self.groups).map(|group| (group % 2) as u32).collect();
        source.shuffle(&mut of_group);
        let rows = self.groups * self.copies;
        let groups: Vec<u32> = (0..rows).map(|row| (row / self.copies) as u32).collect();
        let labels: Vec<u32> = groups.iter().map(|&group| of_group[group as usize]).collect();
        let target = Target::Classes { labels: labels.clone(), classes: 2 };
        let seeds: Vec<u64> = (0..self.seeds as u64).map(|at| seed * 100 + at).collect();
        let options = PlanOptions { seeds: &seeds, permutations: self.permutations, pairs };
        let units = Units::of_codes(&groups);
        let of = |target: &Target, some: &[usize], seed: u64| -> Result<Folds, EvaluationError> {
            let Target::Classes { labels, .. } = target else { return Err(EvaluationError::OneClass) };
            match self.folds {
                FoldsOf::LeaveOneOut => folds::leave_one_out(labels.len()),
                FoldsOf::Stratified => folds::stratified(labels, 5, seed),
                FoldsOf::Grouped => {
                    folds::grouped(&some.iter().map(|&row| groups[row]).collect::<Vec<_>>(), 5, seed)
                }
            }
        };
        let mut planned = plan(&target, &units, options, &of).unwrap();
        let metric = ProbeMetric::MacroAuroc;
        let mut outcomes: Vec<ProbeOutcome> = Vec::new();
        let mut expected = 0.0;
        for table in 0..self.tables {
            let features = self.features(&labels, &groups, &mut source);
            let trainer =
                Trainer::of_plan(features.view(), target.clone(), &self.model, planned.clone()).unwrap();
            outcomes.push(trainer.run(&mut Silent).unwrap());
            if table == 0 {
                let train = planned[0].validation.folds.train(0);
                expected = self.on_new_rows(&features, &labels, &train, seed, &mut source);
                planned.retain(|run| run.kind != RunKind::Shuffled);
            }
        }
        let first = &outcomes[0];
        let compared: Vec<f64> = outcomes[1..]
            .iter()
            .filter_map(|other| Some(minus((first, other), metric, units.count()).unwrap().difference()?.p))
            .collect();
        let scores = first.values(RunKind::Probe, metric);
        Said {
            score: scores.iter().sum::<f64>() / scores.len() as f64,
            expected,
            interval: first
                .half_samples(metric, units.count())
                .interval(metric)
                .map(|found| (found.low, found.high)),
            by_chance: first.permutations(metric).map(|found| found.p),
            corrected: holm(&compared),
            compared,
        }
    }

    fn features(&self, labels: &[u32], groups: &[u32], source: &mut Source) -> Matrix {
        let mut data: Vec<f32> = Vec::with_capacity(labels.len() * self.columns);
        let mut centre = Vec::new();
        for (row, &label) in labels.iter().enumerate() {
            if row == 0 || groups[row] != groups[row - 1] {
                centre = self.row(label, source);
            }
            let apart = if self.copies > 1 { self.apart } else { 0.0 };
            data.extend(centre.iter().map(|x| (x + apart * source.normal()) as f32));
        }
        Matrix::new(data, labels.len(), self.columns).unwrap()
    }

    fn row(&self, label: u32, source: &mut Source) -> Vec<f64> {
        let side = f64::from(label) * 2.0 - 1.0;
        (0..self.columns).map(|c| source.normal() + if c < 4 { side * self.signal } else { 0.0 }).collect()
    }

    /// The AUROC of a model of some rows on 2,000 new ones.
    fn on_new_rows(
        &self,
        features: &Matrix,
        labels: &[u32],
        train: &[usize],
        seed: u64,
        source: &mut Source,
    ) -> f64 {
        let new = 2000;
        let mut data: Vec<f32> = train.iter().flat_map(|&row| features.row(row).unwrap().to_vec()).collect();
        let mut all: Vec<u32> = train.iter().map(|&row| labels[row]).collect();
        for at in 0..new {
            all.push(at % 2);
            data.extend(self.row(at % 2, source).into_iter().map(|x| x as f32));
        }
        let of: Vec<Option<u32>> = (0..all.len()).map(|row| (row >= train.len()).then_some(0)).collect();
        let run =
            crossgrain_core::analysis::probe::CrossValidation { folds: folds::given(&of).unwrap(), seed };
        let features = Matrix::new(data, all.len(), self.columns).unwrap();
        let target = Target::Classes { labels: all, classes: 2 };
        let trainer = Trainer::new(features.view(), target, &self.model, vec![run], 0).unwrap();
        trainer.run(&mut Silent).unwrap().values(RunKind::Probe, ProbeMetric::MacroAuroc)[0]
    }
}

/// The chance of a Kolmogorov-Smirnov distance as large as that of these p from uniform ones, given the number of permutations.
pub fn uniform(p: &[f64], permutations: usize) -> f64 {
    let mut sorted = p.to_vec();
    sorted.sort_by(f64::total_cmp);
    // A p of a permutation test is one of 1 / (1 + permutations), …, 1, each equally likely.
    let steps = (permutations + 1) as f64;
    let count = sorted.len() as f64;
    let mut distance = 0.0_f64;
    for step in 1..=permutations + 1 {
        let value = step as f64 / steps;
        let below = sorted.partition_point(|&p| p <= value + 1e-9) as f64 / count;
        distance = distance.max((below - value).abs());
    }
    let lambda = (count.sqrt() + 0.12 + 0.11 / count.sqrt()) * distance;
    let term = |k: i32| 2.0 * (-1.0_f64).powi(k - 1) * (-2.0 * f64::from(k * k) * lambda * lambda).exp();
    if lambda < 0.2 { 1.0 } else { (1..100).map(term).sum::<f64>().clamp(0.0, 1.0) }
}

/// How far a share of `sets` data sets lies from `true_share`, with a chance of 99.9 %.
pub fn likely(true_share: f64, sets: usize) -> f64 {
    3.29 * (true_share * (1.0 - true_share) / sets as f64).sqrt()
}
