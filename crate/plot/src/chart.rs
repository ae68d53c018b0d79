//! The charts with named rows.
//!
//! | chart | shows |
//! |---|---|
//! | [`heatmap`](crate::heatmap) | a number for each pair of row and column |
//! | [`intervals`](crate::intervals) | a value with its interval per row, beside its baseline |
//! | [`lines`](crate::lines) | values along a sequence of layers, sizes or checkpoints |

use plotters_backend::DrawingBackend;

use crate::frame::Surface;
use crate::heatmap::Heatmap;
use crate::intervals::Intervals;
use crate::lines::Lines;
use crate::marks::Drawn;
use crate::pen::Pen;

/// One of the charts.
#[derive(Clone, Debug)]
pub enum ChartKind {
    /// A number per cell.
    Heatmap(Heatmap),
    /// A value with its interval per row.
    Intervals(Intervals),
    /// Values along an axis.
    Lines(Lines),
}

impl ChartKind {
    /// Draws the chart on paper of its own.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn draw<DB: DrawingBackend>(&self, backend: &mut DB, surface: Surface, pen: Pen) -> Drawn<DB> {
        let (width, height) = backend.get_size();
        backend.draw_rect((0, 0), (width as i32, height as i32), &pen.tones().paper, true)?;
        match self {
            Self::Heatmap(chart) => chart.draw(backend, surface, pen),
            Self::Intervals(chart) => chart.draw(backend, surface, pen),
            Self::Lines(chart) => chart.draw(backend, surface, pen),
        }
    }

    /// The cell or row at a place in CSS pixels.
    #[must_use]
    pub fn hit(&self, surface: Surface, x: f64, y: f64) -> Option<usize> {
        match self {
            Self::Heatmap(chart) => chart.hit(surface, x, y),
            Self::Intervals(chart) => chart.hit(surface, x, y),
            Self::Lines(_) => None,
        }
    }
}
