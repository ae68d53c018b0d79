//! From sums over pairs of rows to the quotient.

/// A similarity, or the reason why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// The similarity: 0 to 1 biased; debiased a little beyond on both sides.
    Number(f64),
    /// HSIC(K, K) or HSIC(L, L) is not positive: rows of a space are all the same, or too few for
    /// the debiased estimate.
    Undefined {
        /// HSIC(K, K) · HSIC(L, L), or the smaller of them if both are negative.
        product: f64,
    },
}

/// Both estimates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cka {
    /// The one to report.
    pub debiased: Value,
    /// The one of most papers; it grows with the number of columns.
    pub biased: Value,
}

/// How the quotient is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quotient {
    /// HSIC / √(HSIC · HSIC).
    #[default]
    Plain,
    /// As Xiao et al. 2025 in their curves over checkpoints: 1e-10 added inside each root.
    PublishedEvolution,
}

/// Sums over all pairs of rows of two kernels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pair {
    /// Σᵢⱼ Kᵢⱼ Lᵢⱼ
    pub(super) all: f64,
    /// Σᵢ Kᵢᵢ Lᵢᵢ
    pub(super) diagonal: f64,
    /// Σᵢ kᵢ lᵢ with kᵢ = Σⱼ Kᵢⱼ
    pub(super) rows: f64,
    /// Σᵢ kᵢ Lᵢᵢ + Kᵢᵢ lᵢ
    pub(super) mixed: f64,
    /// Σᵢⱼ Kᵢⱼ and Σᵢⱼ Lᵢⱼ
    pub(super) totals: [f64; 2],
    /// Σᵢ Kᵢᵢ and Σᵢ Lᵢᵢ
    pub(super) traces: [f64; 2],
}

/// Biased and debiased HSIC, not divided by powers of n that cancel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Hsic {
    pub(super) biased: f64,
    pub(super) debiased: f64,
}

impl Pair {
    /// For n rows; n < 4 is refused earlier.
    pub(super) fn hsic(&self, n: usize) -> Hsic {
        let n = n as f64;
        let [k, l] = self.totals;
        let biased = self.all - 2.0 / n * self.rows + k * l / (n * n);
        // The same three sums without the diagonals.
        let off = [k - self.traces[0], l - self.traces[1]];
        let rows = self.rows - self.mixed + self.diagonal;
        let debiased =
            self.all - self.diagonal + off[0] * off[1] / ((n - 1.0) * (n - 2.0)) - 2.0 / (n - 2.0) * rows;
        Hsic { biased, debiased: debiased / (n * (n - 3.0)) }
    }
}

impl std::ops::AddAssign for Hsic {
    fn add_assign(&mut self, other: Self) {
        self.biased += other.biased;
        self.debiased += other.debiased;
    }
}

impl Cka {
    /// From HSIC(K, L), HSIC(K, K), HSIC(L, L).
    pub(super) fn new(both: Hsic, own: Hsic, other: Hsic, quotient: Quotient) -> Self {
        Self {
            debiased: Value::new(both.debiased, own.debiased, other.debiased, quotient),
            biased: Value::new(both.biased, own.biased, other.biased, quotient),
        }
    }
}

impl Value {
    pub(super) fn new(both: f64, own: f64, other: f64, quotient: Quotient) -> Self {
        let product = own * other;
        if !(own > 0.0 && other > 0.0 && product > 0.0) {
            return Self::Undefined { product: if product > 0.0 { own.min(other) } else { product } };
        }
        Self::Number(match quotient {
            Quotient::Plain => both / (own.sqrt() * other.sqrt()),
            Quotient::PublishedEvolution => both / ((own + 1e-10).sqrt() * (other + 1e-10).sqrt()),
        })
    }

    /// The number, if there is one.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Undefined { .. } => None,
        }
    }
}
