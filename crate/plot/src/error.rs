//! What a plot can refuse: arrays that do not belong together and surfaces that cannot be drawn on.

use crossgrain_core::error::Coded;
use plotters_backend::DrawingErrorKind;

/// A refusal of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlotError {
    /// The points are not pairs, or there is not exactly one group for each.
    #[error("{coordinates} coordinates and {groups} groups do not describe the same points")]
    Shape {
        /// How many numbers came as coordinates; twice the points when all is well.
        coordinates: usize,
        /// How many group numbers came.
        groups: usize,
    },
    /// An option is unknown or malformed.
    #[error("the plot options cannot be used: {0}")]
    Options(String),
    /// The canvas or the file refused a drawing call.
    #[error("drawing failed: {0}")]
    Draw(String),
}

impl<E: std::error::Error + Send + Sync> From<DrawingErrorKind<E>> for PlotError {
    fn from(error: DrawingErrorKind<E>) -> Self {
        Self::Draw(error.to_string())
    }
}

impl Coded for PlotError {
    fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "plot.shape",
            Self::Options(_) => "plot.options",
            Self::Draw(_) => "plot.draw",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Shape { .. } => "pass points as [n, 2] and groups as [n]",
            Self::Options(_) => "compare the options with the type declarations of this module",
            Self::Draw(_) => "give a canvas element that has no other kind of context",
        }
        .to_owned()
    }
}
