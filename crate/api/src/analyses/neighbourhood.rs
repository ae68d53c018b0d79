//! The published neighbourhood protocol for single mutants (Boshar et al. 2024, A.4.1).

use crate::array::{Answer, AnswerMatrix, Array};
use crate::context::Context;
use crate::defaults;
use crate::methods::Method;
use crate::refusal::Refusal;
use crate::sources::{Column, NumberColumn, TableRef};
use crossgrain_core::amino_acids::{AMINO_ACID_LETTERS, AMINO_ACIDS};
use crossgrain_core::analysis::{Metric, Substitution, neighbourhoods};
use crossgrain_core::progress::Stage;
use serde::{Deserialize, Serialize};

/// Asks whether the nearest neighbours of a mutant have its new amino acid, and how far along the sequence they lie.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NeighbourhoodRequest"))]
pub struct Request {
    /// One row per single mutant, `[n, d]`.
    #[cfg_attr(feature = "cli", arg(value_name = "TABLE"))]
    pub table: TableRef,
    /// Mutated position of each row, counted from 1.
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub positions: NumberColumn,
    /// New amino acid of each row, one letter.
    #[cfg_attr(feature = "cli", arg(long, value_name = "COLUMN"))]
    pub amino_acids: Column,
    /// Numbers of neighbours; one answer for each.
    #[serde(default = "ks")]
    #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_values_t = ks()))]
    pub ks: Vec<usize>,
    /// Distance between rows.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "euclidean"))]
    pub metric: Metric,
}

fn ks() -> Vec<usize> {
    vec![defaults::K]
}

/// One answer per number of neighbours.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "NeighbourhoodResponse"))]
pub struct Response {
    /// The 20 amino acids, in the order of the heat maps.
    pub amino_acids: String,
    /// In the order of `ks`.
    pub answers: Vec<Neighbourhood>,
    /// Share of the neighbours of mutants to one amino acid (row) that have another (column): 20 rows for each k,
    /// `[20 · ks, 20]`.
    #[serde(skip_serializing)]
    pub heat: AnswerMatrix<f64>,
}

/// What the k nearest neighbours of all mutants have in common with them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Neighbourhood {
    /// Neighbours of each mutant.
    pub k: usize,
    /// Share of neighbours with the same new amino acid, 0 to 1.
    pub accuracy: f64,
    /// The same share for neighbours picked at random.
    pub chance: f64,
    /// Median distance along the sequence between a mutant and its neighbours, in residues.
    pub median_distance: f64,
    /// The same median over all pairs of mutants: what neighbours picked at random would give, in residues.
    pub chance_distance: f64,
    /// Mutants whose k-th neighbour is no nearer than the next: which of the two counts is decided by their order.
    pub ties: usize,
    /// Neighbours by distance along the sequence: 0, 1, 2 … residues.
    pub distances: Vec<u64>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.heat.array("heat")]
    }
}

impl Method for Request {
    const NAME: &'static str = "neighbourhood";
    const EXAMPLE: &'static str =
        r#"{ "table": "rows", "positions": [12, 12, 13], "aminoAcids": ["A", "C", "A"] }"#;
    type Response = Response;

    async fn run(self, context: &mut Context<'_>) -> Result<Response, Refusal> {
        let rows = context.sources.rows(&self.table)?;
        let all: Vec<usize> = (0..rows.view().rows()).collect();
        let positions = context.sources.numbers(&self.positions, &rows, &all)?;
        let letters = context.sources.column(&self.amino_acids, &rows)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positions are small")]
        let mutants: Vec<Substitution> = positions
            .iter()
            .zip(letters.iter())
            .map(|(&position, letter)| Substitution {
                position: position as u32,
                amino_acid: letter.as_ref().and_then(|letter| letter.bytes().next()).unwrap_or(b' '),
            })
            .collect();
        context.progress.begin(Stage::Neighbours);
        let found = neighbourhoods(rows.view(), &mutants, &self.ks, self.metric, context.progress)?;
        let heat: Vec<f64> = found.iter().flat_map(|one| one.heat.as_flattened()).copied().collect();
        let answer = |one: crossgrain_core::analysis::Neighbourhood| Neighbourhood {
            k: one.k,
            accuracy: one.accuracy,
            chance: one.chance,
            median_distance: one.median_distance,
            chance_distance: one.chance_distance,
            ties: one.ties,
            distances: one.distances,
        };
        Ok(Response {
            amino_acids: AMINO_ACID_LETTERS.to_owned(),
            heat: AnswerMatrix::new(heat, AMINO_ACIDS.len() * found.len(), AMINO_ACIDS.len()),
            answers: found.into_iter().map(answer).collect(),
        })
    }
}
