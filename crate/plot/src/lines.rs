//! Values along an axis: one line per series, with its points and a gap at each missing value.

use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;
use serde::Deserialize;

use crate::area::{Area, share};
use crate::error::PlotError;
use crate::frame::{Surface, TEXT_CSS, text_width_css};
use crate::marks::{Drawn, mark};
use crate::palette::look;
use crate::pen::Pen;
use crate::row_names::{shown, title};
use crate::ticks::ticks;

/// Series and axes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lines {
    /// In the order of the legend.
    pub series: Vec<Series>,
    /// Title below.
    pub x_label: String,
    /// Title on the left.
    pub y_label: String,
    /// Lower end of the vertical axis.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One line.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Positions along the horizontal axis, ascending.
    pub x: Vec<f64>,
    /// Values; `null` leaves a gap.
    pub y: Vec<Option<f64>>,
}

impl Lines {
    /// Checks ranges and lengths.
    ///
    /// # Errors
    /// `plot.options`.
    pub fn checked(mut self) -> Result<Self, PlotError> {
        if !(self.low.is_finite() && self.high.is_finite() && self.low < self.high) {
            return Err(PlotError::Options("low must be below high".to_owned()));
        }
        if self.series.iter().any(|series| series.x.len() != series.y.len()) {
            return Err(PlotError::Options("a series needs as many places as values".to_owned()));
        }
        for series in &mut self.series {
            series.name = shown(&series.name);
        }
        (self.x_label, self.y_label) = (title(&self.x_label), title(&self.y_label));
        Ok(self)
    }

    /// Draws axes, lines, points and legend.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn draw<DB: DrawingBackend>(&self, backend: &mut DB, surface: Surface, pen: Pen) -> Drawn<DB> {
        let legend_css = if self.series.len() > 1 { 20.0 } else { 4.0 };
        let upright = ticks(self.low, self.high, 5);
        let widest = upright.iter().map(|tick| text_width_css(&tick.label)).fold(0.0, f64::max);
        let left = 12.0 + TEXT_CSS + widest + 8.0;
        let area =
            Area::within(surface, [left, 6.0 + legend_css, 16.0, 6.0 + TEXT_CSS + 8.0 + TEXT_CSS + 8.0]);
        let places = || self.series.iter().flat_map(|series| &series.x).copied().filter(|x| x.is_finite());
        let (from, to) = places().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let (from, to) = if from < to { (from, to) } else { (from - 0.5, to + 0.5) };
        let tones = pen.tones();
        if from.is_finite() && to.is_finite() {
            pen.level(backend, area, (from, to), &self.x_label)?;
        }
        let beside = pen.text(tones.quiet, HPos::Right, VPos::Center);
        for tick in &upright {
            let y = area.down(1.0 - share(tick.value, self.low, self.high));
            backend.draw_line((area.left, y), (area.right, y), &pen.line(tones.grid, 1.0))?;
            backend.draw_text(&tick.label, &beside, (area.left - pen.pixels(6.0), y))?;
        }
        pen.upright(backend, &self.y_label, (pen.pixels(2.0), i32::midpoint(area.top, area.bottom)))?;
        let mut key = area.left;
        for (slot, series) in self.series.iter().enumerate() {
            let look = look(slot, pen.theme);
            let mut last = None;
            for (x, y) in series.x.iter().zip(&series.y) {
                let at = y.filter(|y| y.is_finite() && x.is_finite()).map(|y| {
                    let up = share(y, self.low, self.high).clamp(0.0, 1.0);
                    (area.across(share(*x, from, to)), area.down(1.0 - up))
                });
                if let (Some(last), Some(at)) = (last, at) {
                    backend.draw_line(last, at, &pen.line(look.colour, 2.0))?;
                }
                if let Some(at) = at {
                    mark(backend, look.shape, at, 3.5 * pen.scale, look.colour.to_rgba())?;
                }
                last = at;
            }
            if self.series.len() > 1 {
                let style = pen.text(tones.ink, HPos::Left, VPos::Center);
                let y = pen.pixels(10.0);
                mark(
                    backend,
                    look.shape,
                    (key + pen.pixels(5.0), y),
                    4.0 * pen.scale,
                    look.colour.to_rgba(),
                )?;
                backend.draw_text(&series.name, &style, (key + pen.pixels(14.0), y))?;
                key += pen.pixels(30.0 + text_width_css(&series.name));
            }
        }
        Ok(())
    }
}
