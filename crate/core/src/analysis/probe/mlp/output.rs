//! The activation of the last layer, chosen by the target.

use crate::analysis::evaluation::Target;
use crate::analysis::probe::logistic_loss::{sigmoid, softmax};
use std::ops::Range;

/// The activation of the last layer (scikit-learn: `out_activation_`).
#[derive(Clone, Copy, PartialEq)]
pub(in crate::analysis::probe) enum OutputActivation {
    /// One logistic output: its column of the target, and whether it stands for two classes.
    Logistic { column: usize, two_classes: bool },
    /// This many classes that exclude one another.
    Softmax(usize),
    /// A number as it is.
    Identity,
}

impl OutputActivation {
    /// `label` is the one label to learn of a target with several.
    pub(in crate::analysis::probe) fn of(target: &Target, label: Option<usize>) -> Self {
        match (target, label) {
            (Target::Numbers(_), _) => Self::Identity,
            (Target::Classes { classes: 2, .. }, _) => Self::Logistic { column: 1, two_classes: true },
            (Target::Classes { classes, .. }, _) => Self::Softmax(*classes),
            (Target::Multi { .. }, label) => {
                Self::Logistic { column: label.unwrap_or_default(), two_classes: false }
            }
        }
    }

    /// Number of outputs.
    pub(super) fn outputs(self) -> usize {
        if let Self::Softmax(classes) = self { classes } else { 1 }
    }

    /// The columns of the target that the outputs learn.
    pub(super) fn columns(self) -> Range<usize> {
        let first = if let Self::Logistic { column, .. } = self { column } else { 0 };
        first..first + self.outputs()
    }

    /// Turns the outputs of one row into probabilities; numbers stay.
    pub(super) fn apply(self, row: &mut [f64]) {
        match self {
            Self::Logistic { .. } => row.iter_mut().for_each(|z| *z = sigmoid(*z)),
            Self::Softmax(_) => softmax(row),
            Self::Identity => {}
        }
    }
}
