//! Heat maps, intervals and lines as the page sees them: one class, made in three ways.

use plotters_canvas::CanvasBackend;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use crate::border::read;
use crate::chart::ChartKind;
use crate::error::PlotError;
use crate::frame::Surface;
use crate::heatmap::{Heatmap, HeatmapLabels};
use crate::intervals::Intervals;
use crate::lines::Lines;
use crate::pen::Pen;
use crate::svg::chart_svg;
use crate::theme::Theme;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Names, range and colours of a heat map; `decimals` writes numbers into cells that are large enough. */
export interface HeatmapWords {
  rows: string[]; columns: string[]; xLabel?: string; yLabel?: string;
  low: number; high: number; scale?: "sequential" | "diverging"; decimals?: number;
}
/** A row: a value with its interval, and open marks for its baselines (circle, cross, diamond). */
export interface IntervalRow { name: string; value: number | null; interval?: [number, number]; baselines?: (number | null)[]; quiet?: boolean }
/** Rows along one axis of numbers. */
export interface IntervalChart { rows: IntervalRow[]; xLabel: string; low: number; high: number; reference?: number }
/** Lines with a gap where a value is null. */
export interface LineChart { series: { name: string; x: number[]; y: (number | null)[] }[]; xLabel: string; yLabel: string; low: number; high: number }
/** How to draw a chart: sizes in CSS pixels. */
export interface ChartOptions { width: number; height: number; pixelRatio: number; theme: "light" | "dark" }
"#;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Options {
    width: f64,
    height: f64,
    pixel_ratio: f64,
    theme: Theme,
}

/// A chart.
#[wasm_bindgen]
pub struct Chart {
    drawing: ChartKind,
    surface: Option<Surface>,
}

#[wasm_bindgen]
impl Chart {
    /// Coloured cells `[rows, columns]`; NaN is crossed out.
    ///
    /// # Errors
    /// `plot.options`.
    pub fn heatmap(
        values: Vec<f32>,
        #[wasm_bindgen(unchecked_param_type = "HeatmapWords")] words: JsValue,
    ) -> Result<Chart, PlotError> {
        Ok(Self::of(ChartKind::Heatmap(Heatmap::new(values, read::<HeatmapLabels>(words)?)?)))
    }

    /// Values with intervals, one per row.
    ///
    /// # Errors
    /// `plot.options`.
    pub fn intervals(
        #[wasm_bindgen(unchecked_param_type = "IntervalChart")] chart: JsValue,
    ) -> Result<Chart, PlotError> {
        Ok(Self::of(ChartKind::Intervals(read::<Intervals>(chart)?.checked()?)))
    }

    /// Values along an axis.
    ///
    /// # Errors
    /// `plot.options`.
    pub fn lines(
        #[wasm_bindgen(unchecked_param_type = "LineChart")] chart: JsValue,
    ) -> Result<Chart, PlotError> {
        Ok(Self::of(ChartKind::Lines(read::<Lines>(chart)?.checked()?)))
    }

    /// Draws onto a canvas, whose pixel size it sets.
    ///
    /// # Errors
    /// `plot.options`, `plot.draw`.
    pub fn draw(
        &mut self,
        canvas: &HtmlCanvasElement,
        #[wasm_bindgen(unchecked_param_type = "ChartOptions")] options: JsValue,
    ) -> Result<(), PlotError> {
        let Options { width, height, pixel_ratio, theme } = read(options)?;
        let surface = Surface { width_css: width, height_css: height, scale: pixel_ratio };
        if !surface.is_sound() {
            return Err(PlotError::Options("width, height and pixelRatio must be finite numbers".to_owned()));
        }
        let (across, down) = surface.pixels();
        canvas.set_width(across);
        canvas.set_height(down);
        self.surface = Some(surface);
        let mut backend = CanvasBackend::with_canvas_object(canvas.clone())
            .ok_or_else(|| PlotError::Draw("the canvas gives no 2d context".to_owned()))?;
        let pen = Pen { scale: pixel_ratio, theme, text_factor: 1.0 };
        Ok(self.drawing.draw(&mut backend, surface, pen)?)
    }

    /// The cell (row · columns + column) or row at a place of the last drawing, in CSS pixels.
    #[must_use]
    pub fn hit(&self, x: f64, y: f64) -> Option<usize> {
        self.drawing.hit(self.surface?, x, y)
    }

    /// The chart as an SVG file.
    ///
    /// # Errors
    /// `plot.options`, `plot.draw`.
    pub fn svg(
        &self,
        width: f64,
        height: f64,
        #[wasm_bindgen(unchecked_param_type = "\"light\" | \"dark\"")] theme: JsValue,
    ) -> Result<String, PlotError> {
        chart_svg(&self.drawing, (width, height), read(theme)?)
    }

    fn of(drawing: ChartKind) -> Self {
        Self { drawing, surface: None }
    }
}
