//! The contact head: a logistic regression on every attention map of the model.
//!
//! Per channel (layer, head): drop `<cls>` and `<eos>`, symmetrise `a + aᵀ`, subtract the average
//! product `rowsum · colsum / total`, weigh, sum over channels, add the bias, squash. Channels are
//! summed as they come, so the maps of only one layer exist at a time.
//! Reference: fair-esm `ContactPredictionHead` (Rao et al. 2020).

/// Running sum of weighted channels for one sequence of `l` residues.
#[derive(Clone, Debug)]
pub struct Contacts {
    residues: usize,
    sum: Vec<f64>, // [l, l]
}

impl Contacts {
    /// Nothing summed yet.
    #[must_use]
    pub fn new(residues: usize) -> Self {
        Self { residues, sum: vec![0.0; residues * residues] }
    }

    /// Adds one layer's maps.
    ///
    /// # Shape
    /// `maps [h, l + 2, l + 2]` with `<cls>` first and `<eos>` last, `weights [h]`.
    pub fn add(&mut self, maps: &[f32], weights: &[f32]) {
        let l = self.residues;
        let side = l + 2;
        let mut channel = vec![0.0_f64; l * l];
        for (map, weight) in maps.chunks_exact(side * side).zip(weights) {
            let at = |i: usize, j: usize| f64::from(map[(i + 1) * side + j + 1]);
            for i in 0..l {
                for j in 0..l {
                    channel[i * l + j] = at(i, j) + at(j, i);
                }
            }
            // Symmetric: column sums equal row sums.
            let sums: Vec<f64> = channel.chunks_exact(l).map(|row| row.iter().sum()).collect();
            let total: f64 = sums.iter().sum();
            for (i, row) in self.sum.chunks_exact_mut(l).enumerate() {
                for (j, sum) in row.iter_mut().enumerate() {
                    *sum += f64::from(*weight) * (channel[i * l + j] - sums[i] * sums[j] / total);
                }
            }
        }
    }

    /// Contact probabilities.
    ///
    /// # Shape
    /// `[l, l]`.
    #[must_use]
    pub fn finish(self, bias: f32) -> Vec<f32> {
        self.sum.into_iter().map(|sum| (1.0 / (1.0 + (-(sum + f64::from(bias))).exp())) as f32).collect()
    }
}
