//! The truth that predictions are compared with.

use super::EvaluationError;

/// The truth for each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// One of several classes.
    Classes {
        /// The class of each row. `[n]`
        labels: Vec<u32>,
        /// Number of classes, at least two.
        classes: usize,
    },
    /// Any of several labels.
    Multi {
        /// Whether each row holds each label. `[n, k]`
        labels: Vec<bool>,
        /// Number of labels, k.
        columns: usize,
    },
    /// A number. `[n]`
    Numbers(Vec<f64>),
}

impl Target {
    /// Number of rows, n.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Multi { labels, columns } => labels.len() / (*columns).max(1),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// Columns of its predictions.
    #[must_use]
    pub fn cols(&self) -> usize {
        match self {
            Self::Classes { classes, .. } => *classes,
            Self::Multi { columns, .. } => *columns,
            Self::Numbers(_) => 1,
        }
    }

    /// Whether a row holds a class or label.
    #[must_use]
    pub fn holds(&self, row: usize, column: usize) -> bool {
        match self {
            Self::Classes { labels, .. } => labels.get(row).is_some_and(|&label| label as usize == column),
            Self::Multi { labels, columns } => labels.get(row * columns + column) == Some(&true),
            Self::Numbers(_) => false,
        }
    }

    /// The number of a row: its value, or 1 and 0 for a held class or label.
    pub(in crate::analysis) fn number(&self, row: usize, column: usize) -> f64 {
        match self {
            Self::Numbers(numbers) => numbers.get(row).copied().unwrap_or_default(),
            _ => f64::from(u8::from(self.holds(row, column))),
        }
    }

    /// The same target with its rows in another order.
    pub(in crate::analysis) fn reordered(&self, order: &[usize]) -> Self {
        match self {
            Self::Classes { labels, classes } => Self::Classes {
                labels: order.iter().filter_map(|&i| labels.get(i).copied()).collect(),
                classes: *classes,
            },
            Self::Multi { labels, columns } => Self::Multi {
                labels: order
                    .iter()
                    .flat_map(|&i| labels.iter().skip(i * columns).take(*columns).copied())
                    .collect(),
                columns: *columns,
            },
            Self::Numbers(numbers) => {
                Self::Numbers(order.iter().filter_map(|&i| numbers.get(i).copied()).collect())
            }
        }
    }

    /// Refuses what cannot be learnt.
    ///
    /// # Errors
    ///
    /// `probe.nothing`, `probe.one_class`, `probe.label`, `probe.rows`, `probe.not_finite`.
    pub fn check(&self) -> Result<(), EvaluationError> {
        if self.rows() == 0 {
            return Err(EvaluationError::Nothing { what: "row" });
        }
        match self {
            Self::Classes { labels, classes } => {
                if let Some(row) = labels.iter().position(|&label| label as usize >= *classes) {
                    let label = labels.get(row).copied().unwrap_or_default();
                    return Err(EvaluationError::Label { row, label, classes: *classes });
                }
                if labels.iter().all(|label| labels.first() == Some(label)) {
                    return Err(EvaluationError::OneClass);
                }
            }
            Self::Multi { labels, columns } => {
                if *columns == 0 || labels.len() % columns != 0 {
                    return Err(EvaluationError::Rows { expected: *columns, found: labels.len() });
                }
            }
            Self::Numbers(numbers) => {
                if let Some(row) = numbers.iter().position(|number| !number.is_finite()) {
                    return Err(EvaluationError::NotFinite { what: "targets", row });
                }
            }
        }
        Ok(())
    }
}
