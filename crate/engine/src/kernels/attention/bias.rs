//! The bias that attention adds to its scores.
//!
//! ALiBi (Press et al. 2022) in its symmetric form, as in DNABERT-2: `−slope_h · |i − j|`. Let `p` be
//! the largest power of two that is at most `h`. The first `p` heads have the slopes
//! `2^(−8·1/p), 2^(−8·2/p), …`; the others take every second value of the series for `2·p` heads.

/// The bias of attention scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bias {
    /// None.
    None,
    /// `−slope_h · |i − j|`.
    Alibi,
}

impl Bias {
    /// The slope of one head; zero without bias.
    #[must_use]
    pub fn slope(self, head: usize, heads: usize) -> f32 {
        let power = power(heads);
        let exponent = match self {
            Self::None => return 0.0,
            Self::Alibi if head < power => 8.0 * (head + 1) as f64 / power as f64,
            Self::Alibi => 4.0 * (2 * (head - power) + 1) as f64 / power as f64,
        };
        (-exponent).exp2() as f32
    }

    /// Its constant `ALIBI` in WGSL: [`power`], or zero.
    pub(super) fn code(self, heads: usize) -> usize {
        match self {
            Self::None => 0,
            Self::Alibi => power(heads),
        }
    }
}

/// The largest power of two that is at most `heads`.
fn power(heads: usize) -> usize {
    heads.checked_ilog2().map_or(1, |log| 1 << log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_of_dnabert2() {
        let expected = [-1.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0, -8.0, -0.5, -1.5, -2.5, -3.5_f32];
        for (head, exponent) in expected.into_iter().enumerate() {
            assert!((Bias::Alibi.slope(head, 12) / exponent.exp2() - 1.0).abs() < 1e-6, "head {head}");
        }
        assert_eq!(Bias::None.slope(3, 12), 0.0);
    }
}
