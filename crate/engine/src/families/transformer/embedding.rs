//! Tokens → the first hidden state, on the host; of ESM and the Nucleotide Transformer.
//!
//! `x = E[token]`, with three details of the reference that change every later number:
//! `<mask>` rows are zero; with token dropout `x ← x · 0.88 / (1 − masked share)`, also at
//! inference and also without any mask (×0.88); ESM-1b and NT v1 add a learned position, whose rows
//! for real tokens start at 2.

use super::config::{PositionEncoding, TransformerConfig};
use crate::batch::Batch;
use crate::error::EngineError;
use crate::nn::Reader;
use burn::tensor::{Device, Tensor, TensorData};

/// The embedding tables of a checkpoint.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// `[v, d]`.
    pub tokens: Vec<f32>,
    /// `[p, d]`, of ESM-1b and NT v1.
    pub positions: Option<Vec<f32>>,
    /// `d`.
    pub width: usize,
    /// Id of `<mask>`.
    pub mask: u32,
    /// Whether rows are rescaled.
    pub token_dropout: bool,
}

/// Row of the position table that the first token of a sequence takes.
const FIRST_POSITION: usize = 2;

impl Embedding {
    /// Reads the tables.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read(reader: &mut Reader, config: &TransformerConfig) -> Result<Self, EngineError> {
        Ok(Self {
            tokens: reader.host("esm.embeddings.word_embeddings.weight")?,
            positions: match config.positions {
                PositionEncoding::Learned => Some(reader.host("esm.embeddings.position_embeddings.weight")?),
                PositionEncoding::Rotary => None,
            },
            width: config.width,
            mask: config.mask,
            token_dropout: config.token_dropout,
        })
    }

    /// # Shape
    /// Tokens `[t]` → `[rows, d]`, surplus rows zero.
    #[must_use]
    pub fn forward(&self, batch: &Batch, rows: usize, device: &Device) -> Tensor<2> {
        Tensor::from_data(TensorData::new(self.rows(batch, rows), [rows, self.width]), device)
    }

    fn rows(&self, batch: &Batch, rows: usize) -> Vec<f32> {
        let d = self.width;
        let mut x = Vec::with_capacity(rows * d);
        let mut rest = batch.tokens.as_slice();
        for length in &batch.lengths {
            let (sequence, after) = rest.split_at(*length);
            rest = after;
            let masked = sequence.iter().filter(|token| **token == self.mask).count();
            let keep = 1.0 - masked as f32 / *length as f32;
            for (position, token) in sequence.iter().enumerate() {
                let row = &self.tokens[*token as usize * d..][..d];
                let start = x.len();
                if self.token_dropout && *token == self.mask {
                    x.resize(start + d, 0.0);
                } else if self.token_dropout {
                    // A sequence of masks only has nothing left to rescale.
                    x.extend(row.iter().map(|v| v * 0.88 / keep));
                } else {
                    x.extend_from_slice(row);
                }
                if let Some(table) = &self.positions {
                    let row = &table[(position + FIRST_POSITION) * d..][..d];
                    for (v, p) in x[start..].iter_mut().zip(row) {
                        *v += p;
                    }
                }
            }
        }
        x.resize(rows * d, 0.0);
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rescales_and_masks() {
        let table = Embedding {
            tokens: vec![1.0, 2.0, 3.0, 4.0, 9.0, 9.0], // three tokens of width 2; 2 is the mask
            positions: None,
            width: 2,
            mask: 2,
            token_dropout: true,
        };
        fn t(table: &Embedding, tokens: &[u32], expected: [f32; 6]) {
            let rows = table.rows(&Batch::new([tokens]), tokens.len() + 1);
            assert!(rows.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{rows:?}");
        }
        t(&table, &[0, 1], [0.88, 1.76, 2.64, 3.52, 0.0, 0.0]);
        t(&table, &[0, 2], [1.76, 3.52, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn positions_start_at_two() {
        let table = Embedding {
            tokens: vec![1.0, 2.0],
            positions: Some(vec![0.0, 0.0, 10.0, 20.0, 30.0]),
            width: 1,
            mask: 9,
            token_dropout: false,
        };
        assert_eq!(table.rows(&Batch::new([&[0, 1][..], &[0]]), 3), [11.0, 22.0, 11.0]);
    }
}
