//! Token sequences packed one after the other, without padding.

use crate::kernels::ROWS;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

/// The token sequences of one forward pass, `t` tokens in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// All tokens, `[t]`.
    pub tokens: Vec<u32>,
    /// How many of them belong to each sequence, in order.
    pub lengths: Vec<usize>,
}

impl Batch {
    /// A batch of these sequences.
    pub fn new<'a>(sequences: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut batch = Self::default();
        for sequence in sequences {
            batch.tokens.extend_from_slice(sequence);
            batch.lengths.push(sequence.len());
        }
        batch
    }

    /// Rows that activations have on a device: `t`, on the GPU rounded up to whole workgroups.
    #[must_use]
    pub fn rows(&self, gpu: bool) -> usize {
        if gpu { self.tokens.len().next_multiple_of(ROWS) } else { self.tokens.len() }
    }

    /// First and one-past-last row of each sequence.
    pub fn spans(&self) -> impl Iterator<Item = [i32; 2]> + '_ {
        self.lengths.iter().scan(0, |start, length| {
            let span = [*start, *start + *length as i32];
            *start = span[1];
            Some(span)
        })
    }

    /// The span of the sequence that each row belongs to; surplus rows get an empty span.
    ///
    /// # Shape
    /// `[rows, 2]`.
    #[must_use]
    pub fn row_spans(&self, rows: usize, device: &Device) -> Tensor<2, Int> {
        let mut flat = Vec::with_capacity(rows * 2);
        for (span, length) in self.spans().zip(&self.lengths) {
            flat.extend(std::iter::repeat_n(span, *length).flatten());
        }
        flat.resize(rows * 2, 0);
        int_tensor(flat, [rows, 2], device)
    }

    /// The token of each row; surplus rows get token 0.
    ///
    /// # Shape
    /// `[rows, 1]`.
    #[must_use]
    pub fn row_ids(&self, rows: usize, device: &Device) -> Tensor<2, Int> {
        let mut ids: Vec<i32> = self.tokens.iter().map(|id| *id as i32).collect();
        ids.resize(rows, 0);
        int_tensor(ids, [rows, 1], device)
    }
}

/// A 32-bit integer tensor, whatever the device's default integer is.
///
/// # Shape
///
/// `flat` `[shape[0] * shape[1]]` → `shape`
#[must_use]
pub fn int_tensor(flat: Vec<i32>, shape: [usize; 2], device: &Device) -> Tensor<2, Int> {
    Tensor::from_data(TensorData::new(flat, shape), (device, DType::I32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_follow_lengths() {
        let batch = Batch::new([&[1, 2, 3][..], &[4], &[5, 6]]);
        assert_eq!(batch.lengths, [3, 1, 2]);
        assert_eq!(batch.spans().collect::<Vec<_>>(), [[0, 3], [3, 4], [4, 6]]);
        assert_eq!(batch.rows(false), 6);
        assert_eq!(batch.rows(true), ROWS);
    }

    #[test]
    fn row_spans_repeat_and_fill() {
        let device = Device::flex();
        let spans = Batch::new([&[7, 7][..], &[7]]).row_spans(5, &device);
        let data = spans.into_data();
        assert_eq!(data.as_slice::<i32>().expect("i32"), [0, 2, 0, 2, 2, 3, 0, 0, 0, 0]);
    }
}
