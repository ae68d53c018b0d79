//! The plot on a canvas element, through plotters-canvas.
//!
//! Everything but the rings is drawn once onto a canvas that is in no document and copied from
//! there: moving the pointer over 50,000 points then costs one copy and a ring, not 50,000 marks.

use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::error::PlotError;
use crate::frame::{Frame, Surface};
use crate::scatter::{self, Style};
use crate::scene::Scene;

/// The drawing without rings, and what it was drawn for.
pub(crate) struct Sheet {
    surface: Surface,
    style: Style,
    canvas: HtmlCanvasElement,
    /// Where things stand on it.
    pub(crate) frame: Frame,
}

impl Sheet {
    /// Draws the scene onto a canvas of its own.
    pub(crate) fn new(scene: &Scene, surface: Surface, style: Style) -> Result<Self, PlotError> {
        let canvas = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.create_element("canvas").ok())
            .and_then(|element| element.dyn_into::<HtmlCanvasElement>().ok())
            .ok_or_else(|| PlotError::Draw("there is no document to make a canvas in".to_owned()))?;
        resize(&canvas, surface);
        let frame = Frame::new(scene, surface, 0.0);
        scatter::draw(&mut backend(&canvas)?, scene, &frame, &style)?;
        Ok(Self { surface, style, canvas, frame })
    }

    /// Whether this is the drawing for that surface and style.
    pub(crate) fn fits(&self, surface: Surface, style: &Style) -> bool {
        self.surface == surface && self.style == *style
    }

    /// How it was drawn.
    pub(crate) fn style(&self) -> &Style {
        &self.style
    }

    /// Copies the drawing onto `target` and puts rings around the hovered and the selected point.
    pub(crate) fn show(
        &self,
        scene: &Scene,
        target: &HtmlCanvasElement,
        chosen: [Option<usize>; 2],
    ) -> Result<(), PlotError> {
        resize(target, self.surface);
        if self.surface.pixels().0 == 0 || self.surface.pixels().1 == 0 {
            return Ok(());
        }
        let context: CanvasRenderingContext2d = target
            .get_context("2d")
            .ok()
            .flatten()
            .and_then(|context| context.dyn_into().ok())
            .ok_or_else(no_context)?;
        context
            .draw_image_with_html_canvas_element(&self.canvas, 0.0, 0.0)
            .map_err(|_| PlotError::Draw("the canvas refused the picture".to_owned()))?;
        scatter::draw_rings(&mut backend(target)?, scene, &self.frame, &self.style, chosen)?;
        Ok(())
    }
}

/// Sets the canvas to the surface's pixels; setting an unchanged size would clear it for nothing.
fn resize(canvas: &HtmlCanvasElement, surface: Surface) {
    let (width, height) = surface.pixels();
    if canvas.width() != width {
        canvas.set_width(width);
    }
    if canvas.height() != height {
        canvas.set_height(height);
    }
}

fn backend(canvas: &HtmlCanvasElement) -> Result<CanvasBackend, PlotError> {
    CanvasBackend::with_canvas_object(canvas.clone()).ok_or_else(no_context)
}

fn no_context() -> PlotError {
    PlotError::Draw("the canvas gives no 2d context".to_owned())
}
