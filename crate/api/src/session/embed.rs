//! An embedding run.

use crate::array::{Answer, AnswerMatrix, Array};
use crate::defaults;
use crossgrain_core::error::{Notice, Where};
use crossgrain_core::token::EncodeOptions;
use crossgrain_engine::embed::{Embedded, Layers, Options};
use crossgrain_engine::pooling::Pool;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What is kept of a forward pass.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::Args), group(skip))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "EmbedRequest"))]
pub struct Request {
    /// Hidden states to keep: `last`, `all`, or numbers such as 0, 3, 6 (0 is the token embedding).
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "last"))]
    pub layers: LayerChoice,
    /// Rows of each record: as the authors of the model do (`auto`), the mean over residues or over all tokens, the
    /// maximum, the first token (`cls`), one row per residue (`none`) or per token.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long, default_value = "auto"))]
    pub pool: Pool,
    /// Residues shared by neighbouring windows of a long sequence.
    #[serde(default = "defaults::overlap")]
    #[cfg_attr(feature = "cli", arg(long, default_value_t = defaults::OVERLAP))]
    pub overlap: usize,
    /// Also compute the logits of the masked language model; only `.safetensors` holds them.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub logits: bool,
    /// Also compute contact maps; only `.safetensors` holds them.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub contacts: bool,
    /// Refuse the run if a record has letters or domains that the model has no token for.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub strict: bool,
    /// Read lower-case nucleotides as upper-case ones.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub upper_case: bool,
    /// Read U as T in nucleotides.
    #[serde(default)]
    #[cfg_attr(feature = "cli", arg(long))]
    pub uracil_as_thymine: bool,
}

/// Hidden states by name or number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LayerChoice {
    /// The last, or all.
    Word(LayerWord),
    /// These; 0 is the token embedding.
    Numbers(Vec<usize>),
}

/// Hidden states by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LayerWord {
    /// The model's output.
    Last,
    /// All, the token embedding included.
    All,
}

impl Default for LayerChoice {
    fn default() -> Self {
        Self::Word(LayerWord::Last)
    }
}

impl FromStr for LayerChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "last" => Ok(Self::Word(LayerWord::Last)),
            "all" => Ok(Self::Word(LayerWord::All)),
            list => {
                let number =
                    |part: &str| part.trim().parse().map_err(|_| format!("'{part}' is not a layer number"));
                list.split(',').map(number).collect::<Result<_, _>>().map(Self::Numbers)
            }
        }
    }
}

impl From<&Request> for Options {
    fn from(request: &Request) -> Self {
        Self {
            layers: match &request.layers {
                LayerChoice::Word(LayerWord::Last) => Layers::Last,
                LayerChoice::Word(LayerWord::All) => Layers::All,
                LayerChoice::Numbers(numbers) => Layers::Some(numbers.clone()),
            },
            pool: request.pool,
            overlap: request.overlap,
            logits: request.logits,
            contacts: request.contacts,
            encode: EncodeOptions {
                strict: request.strict,
                upper_case: request.upper_case,
                uracil_as_thymine: request.uracil_as_thymine,
            },
        }
    }
}

/// What an embedding run produced; the rows themselves are asked for layer by layer.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "EmbedReport"))]
pub struct Response {
    /// Names of the records.
    pub ids: Vec<String>,
    /// Rows of each layer: one per record, or one per residue or token.
    pub rows: usize,
    /// Dimensions of the embedding: the numbers in each row.
    pub dims: usize,
    /// Layers that were kept, ascending.
    pub layers: Vec<usize>,
    /// How the rows were pooled.
    pub pool: Pool,
    /// Distinct sequences that were computed; duplicates share their numbers.
    pub unique: usize,
    /// Warnings, such as letters without a token.
    pub warnings: Vec<Notice>,
    /// Whether the run was cancelled; everything else is empty then.
    pub cancelled: bool,
    /// Records that were embedded.
    pub finished: usize,
    /// Seconds that the run took.
    pub seconds: f64,
    /// Residues (words, domains) per second.
    pub residues_per_second: f64,
    /// Windows of each record, `[records, 1]`.
    #[serde(skip_serializing)]
    pub windows: AnswerMatrix<u32>,
    /// Residues, words or domains of each record, `[records, 1]`.
    #[serde(skip_serializing)]
    pub lengths: AnswerMatrix<u32>,
    /// First row of each record and the end, `[records + 1, 1]`.
    #[serde(skip_serializing)]
    pub offsets: AnswerMatrix<u32>,
}

impl Answer for Response {
    fn arrays(&self) -> Vec<Array<'_>> {
        vec![self.windows.array("windows"), self.lengths.array("lengths"), self.offsets.array("offsets")]
    }

    fn ids(&self) -> Option<&[String]> {
        Some(&self.ids)
    }
}

impl Response {
    /// The report of a finished run.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 2³² rows")]
    pub fn of(embedded: &Embedded, ids: &[String], seconds: f64) -> Self {
        let residues: f64 = embedded.residues.iter().map(|n| f64::from(*n)).sum();
        let column = |numbers: Vec<u32>| {
            let rows = numbers.len();
            AnswerMatrix::new(numbers, rows, 1)
        };
        Self {
            ids: ids.to_vec(),
            rows: embedded.offsets.last().copied().unwrap_or(0),
            dims: embedded.width,
            layers: embedded.layers.clone(),
            pool: embedded.pool,
            unique: embedded.unique,
            warnings: warnings(embedded, ids),
            cancelled: false,
            finished: ids.len(),
            seconds,
            residues_per_second: residues / seconds.max(1e-3),
            windows: column(embedded.windows.clone()),
            lengths: column(embedded.residues.clone()),
            offsets: column(embedded.offsets.iter().map(|row| *row as u32).collect()),
        }
    }

    /// The report of a run that was cancelled.
    #[must_use]
    pub fn cancelled(seconds: f64) -> Self {
        Self { cancelled: true, seconds, ..Self::default() }
    }
}

/// The notices of a run with the names of their records.
#[must_use]
pub fn warnings(embedded: &Embedded, ids: &[String]) -> Vec<Notice> {
    let named = |(row, notice): &(usize, Notice)| Notice {
        at: Where { record: ids.get(*row).cloned(), ..notice.at.clone() },
        ..notice.clone()
    };
    embedded.notices.iter().map(named).collect()
}
