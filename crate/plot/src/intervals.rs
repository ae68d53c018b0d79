//! Values with their intervals, one per row: a dot on a whisker, as in a forest plot, beside open
//! marks for the baselines of each value.

use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;
use serde::Deserialize;

use crate::area::{Area, share};
use crate::error::PlotError;
use crate::frame::{Surface, TEXT_CSS};
use crate::marks::{Drawn, mark};
use crate::palette::{Shape, look};
use crate::pen::Pen;
use crate::row_names::{shown, title, widest_css};

/// Radius of a dot, in CSS pixels.
const DOT_CSS: f64 = 4.5;

/// Rows and axis.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Intervals {
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// Title of the axis.
    pub x_label: String,
    /// Left end of the axis.
    pub low: f64,
    /// Right end.
    pub high: f64,
    /// A dashed line, such as chance.
    #[serde(default)]
    pub reference: Option<f64>,
}

/// One row.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its value, if there is one.
    pub value: Option<f64>,
    /// The ends of its interval.
    #[serde(default)]
    pub interval: Option<[f64; 2]>,
    /// Baselines that are drawn as open marks.
    #[serde(default)]
    pub baselines: Vec<Option<f64>>,
    /// Drawn in a quiet colour: a comparison, not the main value.
    #[serde(default)]
    pub quiet: bool,
}

impl Intervals {
    /// Checks the range.
    ///
    /// # Errors
    /// `plot.options` for an invalid range.
    pub fn checked(mut self) -> Result<Self, PlotError> {
        if !(self.low.is_finite() && self.high.is_finite() && self.low < self.high) {
            return Err(PlotError::Options("low must be below high".to_owned()));
        }
        for row in &mut self.rows {
            row.name = shown(&row.name);
        }
        self.x_label = title(&self.x_label);
        Ok(self)
    }

    /// Draws axis, whiskers, dots and baselines.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn draw<DB: DrawingBackend>(&self, backend: &mut DB, surface: Surface, pen: Pen) -> Drawn<DB> {
        let (area, tones) = (self.area(surface), pen.tones());
        pen.level(backend, area, (self.low, self.high), &self.x_label)?;
        if let Some(x) = self.reference.and_then(|value| self.x(area, value)) {
            let (dash, line) = (pen.pixels(4.0).max(1), pen.line(tones.quiet, 1.0));
            for top in (area.top..area.bottom).step_by(2 * dash as usize) {
                backend.draw_line((x, top), (x, (top + dash).min(area.bottom)), &line)?;
            }
        }
        let name = pen.text(tones.ink, HPos::Right, VPos::Center);
        for (at, row) in self.rows.iter().enumerate() {
            let y = area.down((at as f64 + 0.5) / self.rows.len() as f64);
            backend.draw_text(&row.name, &name, (area.left - pen.pixels(8.0), y))?;
            let colour = if row.quiet { tones.quiet } else { look(0, pen.theme).colour };
            if let Some([from, to]) = row.interval
                && let (Some(from), Some(to)) = (self.x(area, from), self.x(area, to))
            {
                let (line, half) = (pen.line(colour, 2.0), pen.pixels(4.0));
                backend.draw_line((from, y), (to, y), &line)?;
                for end in [from, to] {
                    backend.draw_line((end, y - half), (end, y + half), &line)?;
                }
            }
            for (kind, value) in row.baselines.iter().enumerate() {
                if let Some(x) = value.and_then(|value| self.x(area, value)) {
                    let shape = [Shape::Ring, Shape::Cross, Shape::Diamond][kind % 3];
                    mark(backend, shape, (x, y), DOT_CSS * pen.scale, tones.quiet.to_rgba())?;
                }
            }
            match row.value {
                Some(value) => {
                    if let Some(x) = self.x(area, value) {
                        mark(backend, Shape::Circle, (x, y), DOT_CSS * pen.scale, colour.to_rgba())?;
                    }
                }
                None => {
                    let style = pen.text(tones.quiet, HPos::Left, VPos::Center);
                    backend.draw_text("undefined", &style, (area.left + pen.pixels(6.0), y))?;
                }
            }
        }
        Ok(())
    }

    /// The row at a place in CSS pixels.
    #[must_use]
    pub fn hit(&self, surface: Surface, _x: f64, y: f64) -> Option<usize> {
        let area = self.area(surface);
        let down = (y * surface.scale - f64::from(area.top)) / f64::from(area.height());
        let row = (down * self.rows.len() as f64) as usize;
        ((0.0..1.0).contains(&down) && row < self.rows.len()).then_some(row)
    }

    fn area(&self, surface: Surface) -> Area {
        let names: Vec<String> = self.rows.iter().map(|row| row.name.clone()).collect();
        // On a narrow surface names may take half of it.
        let left = (widest_css(&names) + 16.0).min(surface.width_css * 0.55);
        Area::within(surface, [left, 6.0, 18.0, 6.0 + TEXT_CSS + 8.0 + TEXT_CSS + 8.0])
    }

    /// Where a value lies, kept inside the axis.
    fn x(&self, area: Area, value: f64) -> Option<i32> {
        value.is_finite().then(|| area.across(share(value, self.low, self.high).clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_from_top_to_bottom() {
        let row = |name: &str| Row {
            name: name.into(),
            value: Some(0.5),
            interval: None,
            baselines: vec![],
            quiet: false,
        };
        let chart = Intervals {
            rows: vec![row("a"), row("b")],
            x_label: "AUROC".into(),
            low: 0.0,
            high: 1.0,
            reference: None,
        };
        let surface = Surface { width_css: 300.0, height_css: 120.0, scale: 1.0 };
        let chart = chart.checked().unwrap();
        assert_eq!(chart.hit(surface, 100.0, 10.0), Some(0));
        assert_eq!(chart.hit(surface, 100.0, 60.0), Some(1));
        assert_eq!(chart.hit(surface, 100.0, 119.0), None);
        assert!(Intervals { high: 0.0, ..chart }.checked().is_err());
    }
}
