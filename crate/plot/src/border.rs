//! What the page sees: one class, options as plain objects, errors as `{ code, message, where, hint }`.

use crossgrain_core::error::Coded;
use js_sys::Reflect;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use crate::canvas::Sheet;
use crate::error::PlotError;
use crate::frame::Surface;
use crate::hit::HitGrid;
use crate::legend::legend;
use crate::scatter::Style;
use crate::scene::{Scene, SceneLabels};
use crate::svg::svg;
use crate::theme::Theme;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** The words of a plot. A point whose group has no name carries no label and is grey. */
export interface ScatterWords {
    names: string[]; xLabel: string; yLabel: string; title?: string;
    /** One per name, where they are not those of the palette; `back` is drawn behind all others. */
    looks?: { colour: string; shape: LegendEntry["shape"]; back?: boolean }[];
    /** Colours of numbers, from low to high, in the place of the legend; ticks lie from 0 to 1. */
    bar?: { title: string; colours: string[]; ticks: { at: number; text: string }[] };
}
/** How to draw: sizes in CSS pixels; the canvas gets `width` × `pixelRatio` pixels. */
export interface DrawOptions {
  width: number; height: number; pixelRatio: number; theme: "light" | "dark";
  /** Rows of the legend that are switched off. */
  hidden: number[];
  hovered?: number; selected?: number;
}
/** One row of the legend. The last row stands for points without a label, if any. */
export interface LegendEntry {
  name: string; colour: string;
  shape: "circle" | "square" | "triangle" | "diamond" | "cross" | "ring";
  count: number;
}
"#;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DrawOptions {
    width: f64,
    height: f64,
    pixel_ratio: f64,
    theme: Theme,
    hidden: Vec<usize>,
    #[serde(default)]
    hovered: Option<usize>,
    #[serde(default)]
    selected: Option<usize>,
}

/// A scatter plot of one scene.
#[wasm_bindgen]
pub struct Scatter {
    scene: Scene,
    sheet: Option<Sheet>,
    grid: Option<HitGrid>,
}

#[wasm_bindgen]
impl Scatter {
    /// Takes over the points `[n, 2]` and the group of each `[n]`.
    ///
    /// # Errors
    /// `plot.shape`, `plot.options`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        points: &[f32],
        groups: &[u16],
        #[wasm_bindgen(unchecked_param_type = "ScatterWords")] options: JsValue,
    ) -> Result<Scatter, PlotError> {
        let words: SceneLabels = read(options)?;
        let scene = Scene::new(points, groups, words)?;
        Ok(Self { scene, sheet: None, grid: None })
    }

    /// Draws onto a canvas, whose pixel size it sets.
    ///
    /// # Errors
    /// `plot.options`, `plot.draw`.
    pub fn draw(
        &mut self,
        canvas: &HtmlCanvasElement,
        #[wasm_bindgen(unchecked_param_type = "DrawOptions")] options: JsValue,
    ) -> Result<(), PlotError> {
        let DrawOptions { width, height, pixel_ratio, theme, hidden, hovered, selected } = read(options)?;
        let surface = Surface { width_css: width, height_css: height, scale: pixel_ratio };
        if !surface.is_sound() {
            return Err(PlotError::Options("width, height and pixelRatio must be finite numbers".to_owned()));
        }
        let style = Style { theme, hidden, text_factor: None };
        if !self.sheet.as_ref().is_some_and(|sheet| sheet.fits(surface, &style)) {
            self.grid = None;
            self.sheet = Some(Sheet::new(&self.scene, surface, style)?);
        }
        match &self.sheet {
            Some(sheet) => sheet.show(&self.scene, canvas, [hovered, selected]),
            None => Ok(()),
        }
    }

    /// The visible point of the last drawing that is nearest to a place, at most `radius` CSS
    /// pixels away.
    pub fn hit(&mut self, x: f64, y: f64, radius: f64) -> Option<usize> {
        let sheet = self.sheet.as_ref()?;
        let grid = self.grid.get_or_insert_with(|| HitGrid::new(&self.scene, &sheet.frame, sheet.style()));
        grid.nearest(x, y, radius)
    }

    /// The plot with its legend as an SVG file.
    ///
    /// # Errors
    /// `plot.options`, `plot.draw`.
    pub fn svg(
        &self,
        width: f64,
        height: f64,
        #[wasm_bindgen(unchecked_param_type = "\"light\" | \"dark\"")] theme: JsValue,
        hidden: &[u32],
    ) -> Result<String, PlotError> {
        let hidden: Vec<usize> = hidden.iter().map(|slot| *slot as usize).collect();
        svg(&self.scene, (width, height), read(theme)?, &hidden)
    }

    /// Colour and shape of each group, in the order of the indices in `hidden`.
    ///
    /// # Errors
    /// `plot.options`.
    #[wasm_bindgen(unchecked_return_type = "LegendEntry[]")]
    pub fn legend(
        &self,
        #[wasm_bindgen(unchecked_param_type = "\"light\" | \"dark\"")] theme: JsValue,
    ) -> Result<JsValue, PlotError> {
        legend(&self.scene, read(theme)?)
            .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
            .map_err(|error| PlotError::Options(error.to_string()))
    }

    /// How many points are not drawn because a coordinate is not finite.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.scene.skipped()
    }
}

/// An options object; malformed ones are refused.
pub(crate) fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, PlotError> {
    serde_wasm_bindgen::from_value(value).map_err(|error| PlotError::Options(error.to_string()))
}

/// The `Error` object that the page catches: the same four fields as the engine's.
impl From<PlotError> for JsValue {
    fn from(error: PlotError) -> Self {
        let made = js_sys::Error::new(&error.to_string());
        made.set_name("CrossgrainError");
        let fields: [(&str, JsValue); 3] = [
            ("code", error.code().into()),
            ("hint", error.hint().into()),
            ("where", js_sys::Object::new().into()),
        ];
        for (key, value) in fields {
            // Setting a field of a fresh object cannot fail.
            let _ = Reflect::set(&made, &key.into(), &value);
        }
        made.into()
    }
}
