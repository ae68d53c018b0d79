//! A heat map: rows × columns of coloured cells with their numbers, and a colour bar.
//!
//! A cell without a number is crossed out, never coloured: an undefined similarity is not a small
//! one.

use plotters::style::FontTransform;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;
use serde::Deserialize;

use crate::area::{Area, share};
use crate::error::PlotError;
use crate::frame::{Surface, TEXT_CSS, text_width_css};
use crate::marks::Drawn;
use crate::pen::Pen;
use crate::row_names::{shown, title, widest_css};
use crate::scale::{Scale, ink_on};
use crate::ticks::ticks;

/// Steps of the colour bar.
const STEPS: i32 = 48;
/// Room for the colour bar, in CSS pixels.
const BAR_CSS: f64 = 62.0;
/// Smallest cell side, in CSS pixels, in which a number is written.
const NUMBER_CSS: (f64, f64) = (26.0, 15.0);
/// Size of numbers in cells.
const CELL_TEXT_CSS: f64 = 10.5;

/// Words and range of a heat map.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HeatmapLabels {
    /// One name per row.
    pub rows: Vec<String>,
    /// One name per column.
    pub columns: Vec<String>,
    /// Title below.
    #[serde(default)]
    pub x_label: String,
    /// Title on the left.
    #[serde(default)]
    pub y_label: String,
    /// Number of the first colour.
    pub low: f64,
    /// Number of the last colour.
    pub high: f64,
    /// Which colours.
    #[serde(default)]
    pub scale: Scale,
    /// Decimals of the numbers in the cells; without it, none are written.
    #[serde(default)]
    pub decimals: Option<usize>,
}

/// Cells ready to be drawn.
#[derive(Clone, Debug)]
pub struct Heatmap {
    /// `[rows, columns]`, NaN for none.
    values: Vec<f32>,
    words: HeatmapLabels,
}

impl Heatmap {
    /// Takes the cells over; NaN stands for none.
    ///
    /// # Shape
    /// `values` `[rows, columns]`, row-major.
    ///
    /// # Errors
    /// `plot.options` unless there is a value for every cell and a range.
    pub fn new(values: Vec<f32>, mut words: HeatmapLabels) -> Result<Self, PlotError> {
        let cells = words.rows.len().checked_mul(words.columns.len());
        if cells != Some(values.len()) {
            let (rows, columns) = (words.rows.len(), words.columns.len());
            return Err(PlotError::Options(format!("{} values for {rows} x {columns} cells", values.len())));
        }
        if !(words.low.is_finite() && words.high.is_finite() && words.low < words.high) {
            return Err(PlotError::Options("low must be below high".to_owned()));
        }
        for name in words.rows.iter_mut().chain(&mut words.columns) {
            *name = shown(name);
        }
        (words.x_label, words.y_label) = (title(&words.x_label), title(&words.y_label));
        Ok(Self { values, words })
    }

    /// Draws cells, names, numbers and colour bar.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn draw<DB: DrawingBackend>(&self, backend: &mut DB, surface: Surface, pen: Pen) -> Drawn<DB> {
        let (rows, columns) = (self.words.rows.len(), self.words.columns.len());
        let area = self.area(surface);
        for row in 0..rows {
            for column in 0..columns {
                self.cell(backend, pen, area, row, column)?;
            }
        }
        self.names(backend, pen, area)?;
        self.bar(backend, pen, area)?;
        let (_, height) = backend.get_size();
        let style = pen.text(pen.tones().ink, HPos::Center, VPos::Bottom);
        let middle = i32::midpoint(area.left, area.right);
        if !self.words.x_label.is_empty() {
            backend.draw_text(&self.words.x_label, &style, (middle, height as i32 - pen.pixels(4.0)))?;
        }
        pen.upright(backend, &self.words.y_label, (pen.pixels(4.0), i32::midpoint(area.top, area.bottom)))
    }

    /// The cell at a place in CSS pixels, `row · columns + column`.
    #[must_use]
    pub fn hit(&self, surface: Surface, x: f64, y: f64) -> Option<usize> {
        let area = self.area(surface);
        let (x, y) = (x * surface.scale - f64::from(area.left), y * surface.scale - f64::from(area.top));
        let (across, down) = (x / f64::from(area.width()), y / f64::from(area.height()));
        if !((0.0..1.0).contains(&across) && (0.0..1.0).contains(&down)) {
            return None;
        }
        let (rows, columns) = (self.words.rows.len(), self.words.columns.len());
        let cell = (down * rows as f64) as usize * columns + (across * columns as f64) as usize;
        (cell < self.values.len()).then_some(cell)
    }

    fn area(&self, surface: Surface) -> Area {
        let room = |words: &str| if words.is_empty() { 0.0 } else { TEXT_CSS + 6.0 };
        let left = 10.0 + room(&self.words.y_label) + widest_css(&self.words.rows);
        let mut margins = [left, 8.0, BAR_CSS, 14.0 + TEXT_CSS + room(&self.words.x_label)];
        if self.upright_names(Area::within(surface, margins), surface.scale) {
            margins[3] += (widest_css(&self.words.columns) - TEXT_CSS).max(0.0);
        }
        Area::within(surface, margins)
    }

    /// Whether the names of the columns are too wide to stand side by side.
    fn upright_names(&self, area: Area, scale: f64) -> bool {
        let each = f64::from(area.width()) / scale / self.words.columns.len().max(1) as f64;
        widest_css(&self.words.columns) > each * self.every(each, text_width_css("00")) as f64 - 2.0
            && widest_css(&self.words.columns) > text_width_css("000")
    }

    /// The step between names that are written, if each name has `each` CSS pixels and needs `need`.
    fn every(&self, each: f64, need: f64) -> usize {
        ((need + 2.0) / each.max(0.01)).ceil().max(1.0) as usize
    }

    fn cell<DB: DrawingBackend>(
        &self,
        backend: &mut DB,
        pen: Pen,
        area: Area,
        row: usize,
        column: usize,
    ) -> Drawn<DB> {
        let (rows, columns) = (self.words.rows.len(), self.words.columns.len());
        let value = f64::from(self.values[row * columns + column]);
        let (left, right) = (
            edge(area.left, area.width(), column, columns),
            edge(area.left, area.width(), column + 1, columns),
        );
        let (top, bottom) =
            (edge(area.top, area.height(), row, rows), edge(area.top, area.height(), row + 1, rows));
        let tones = pen.tones();
        if !value.is_finite() {
            let gap = pen.pixels(2.0);
            backend.draw_rect((left, top), (right, bottom), &tones.grid, true)?;
            // In small cells only the strokes would be visible.
            if f64::from((right - left).min(bottom - top)) < NUMBER_CSS.1 * pen.scale {
                return Ok(());
            }
            let line = pen.line(tones.quiet, 1.0);
            return backend.draw_line((left + gap, bottom - gap), (right - gap, top + gap), &line);
        }
        let colour = self.words.scale.colour(share(value, self.words.low, self.words.high), pen.theme);
        backend.draw_rect((left, top), (right, bottom), &colour, true)?;
        let (width_css, height_css) =
            (f64::from(right - left) / pen.scale, f64::from(bottom - top) / pen.scale);
        match self.words.decimals {
            Some(decimals) if width_css >= NUMBER_CSS.0 && height_css >= NUMBER_CSS.1 => {
                let text = format!("{value:.decimals$}").replace('-', "\u{2212}");
                let style = pen.sized(CELL_TEXT_CSS, ink_on(colour), HPos::Center, VPos::Center);
                backend.draw_text(&text, &style, (i32::midpoint(left, right), i32::midpoint(top, bottom)))
            }
            _ => Ok(()),
        }
    }

    fn names<DB: DrawingBackend>(&self, backend: &mut DB, pen: Pen, area: Area) -> Drawn<DB> {
        let tones = pen.tones();
        let beside = pen.text(tones.quiet, HPos::Right, VPos::Center);
        let rows = self.words.rows.len();
        let each = f64::from(area.height()) / pen.scale / rows.max(1) as f64;
        for row in (0..rows).step_by(self.every(each, TEXT_CSS - 2.0)) {
            let y = i32::midpoint(
                edge(area.top, area.height(), row, rows),
                edge(area.top, area.height(), row + 1, rows),
            );
            backend.draw_text(&self.words.rows[row], &beside, (area.left - pen.pixels(5.0), y))?;
        }
        let columns = self.words.columns.len();
        let each = f64::from(area.width()) / pen.scale / columns.max(1) as f64;
        let upright = self.upright_names(area, pen.scale);
        let (need, style) = if upright {
            let style = pen.text(tones.quiet, HPos::Right, VPos::Center).transform(FontTransform::Rotate270);
            (TEXT_CSS - 2.0, style)
        } else {
            (widest_css(&self.words.columns), pen.text(tones.quiet, HPos::Center, VPos::Top))
        };
        for column in (0..columns).step_by(self.every(each, need)) {
            let x = i32::midpoint(
                edge(area.left, area.width(), column, columns),
                edge(area.left, area.width(), column + 1, columns),
            );
            backend.draw_text(&self.words.columns[column], &style, (x, area.bottom + pen.pixels(6.0)))?;
        }
        Ok(())
    }

    fn bar<DB: DrawingBackend>(&self, backend: &mut DB, pen: Pen, area: Area) -> Drawn<DB> {
        let (left, right) = (area.right + pen.pixels(12.0), area.right + pen.pixels(24.0));
        for step in 0..STEPS {
            let (top, bottom) = (
                edge(area.top, area.height(), step as usize, STEPS as usize),
                edge(area.top, area.height(), step as usize + 1, STEPS as usize),
            );
            let place = 1.0 - (f64::from(step) + 0.5) / f64::from(STEPS);
            backend.draw_rect(
                (left, top),
                (right, bottom),
                &self.words.scale.colour(place, pen.theme),
                true,
            )?;
        }
        let style = pen.text(pen.tones().quiet, HPos::Left, VPos::Center);
        let most = (f64::from(area.height()) / pen.scale / 32.0).clamp(2.0, 6.0) as usize;
        for tick in ticks(self.words.low, self.words.high, most) {
            let y = area.down(1.0 - share(tick.value, self.words.low, self.words.high));
            backend.draw_text(&tick.label, &style, (right + pen.pixels(4.0), y))?;
        }
        Ok(())
    }
}

/// The edge before part `at` of `of` equal parts.
fn edge(start: i32, length: i32, at: usize, of: usize) -> i32 {
    start + (f64::from(length) * at as f64 / of.max(1) as f64).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(rows: usize, columns: usize) -> HeatmapLabels {
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect();
        let (rows, columns) = (names(rows), names(columns));
        let (x_label, y_label) = ("layer".to_owned(), "layer".to_owned());
        HeatmapLabels {
            rows,
            columns,
            x_label,
            y_label,
            low: 0.0,
            high: 1.0,
            scale: Scale::Sequential,
            decimals: Some(2),
        }
    }

    #[test]
    fn cells_are_hit_where_they_are_drawn() {
        let map = Heatmap::new(vec![0.5; 6], words(2, 3)).unwrap();
        let surface = Surface { width_css: 400.0, height_css: 300.0, scale: 2.0 };
        let area = map.area(surface);
        for (row, column) in [(0, 0), (0, 2), (1, 1)] {
            let x = area.across((column as f64 + 0.5) / 3.0) as f64 / 2.0;
            let y = area.down((row as f64 + 0.5) / 2.0) as f64 / 2.0;
            assert_eq!(map.hit(surface, x, y), Some(row * 3 + column));
        }
        assert_eq!(map.hit(surface, 1.0, 1.0), None);
        assert_eq!(map.hit(surface, f64::NAN, 50.0), None);
    }

    #[test]
    fn values_and_names_must_agree() {
        fn t(values: usize, low: f64, high: f64, fits: bool) {
            let words = HeatmapLabels { low, high, ..words(2, 2) };
            assert_eq!(Heatmap::new(vec![0.0; values], words).is_ok(), fits, "{values} {low} {high}");
        }
        t(4, 0.0, 1.0, true);
        t(3, 0.0, 1.0, false);
        t(4, 1.0, 1.0, false);
        t(4, f64::NAN, 1.0, false);
    }
}
