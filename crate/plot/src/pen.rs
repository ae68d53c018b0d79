//! What the charts with named rows share: text, lines, and axes of numbers.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle, TextStyle,
};
use plotters_backend::DrawingBackend;

use crate::area::{Area, share};
use crate::frame::{TEXT_CSS, text_width_css};
use crate::marks::Drawn;
use crate::scatter::FACE;
use crate::theme::{Theme, Tones};
use crate::ticks::ticks;

/// How to draw on one surface.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    /// Surface pixels per CSS pixel.
    pub scale: f64,
    /// Colours.
    pub theme: Theme,
    /// Text is this much larger than asked; for backends that shrink it.
    pub text_factor: f64,
}

impl Pen {
    /// CSS pixels to whole surface pixels.
    #[must_use]
    pub fn pixels(self, css: f64) -> i32 {
        (css * self.scale).round() as i32
    }

    /// Colours of paper and text.
    #[must_use]
    pub fn tones(self) -> Tones {
        self.theme.tones()
    }

    /// Text of the usual size.
    #[must_use]
    pub fn text(self, colour: RGBColor, horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
        self.sized(TEXT_CSS, colour, horizontal, vertical)
    }

    /// Text of a size in CSS pixels.
    #[must_use]
    pub fn sized(self, css: f64, colour: RGBColor, horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
        let size = css * self.scale * self.text_factor;
        let font = FontDesc::new(FontFamily::Name(FACE), size, FontStyle::Normal);
        TextStyle { font, color: colour.to_backend_color(), pos: Pos::new(horizontal, vertical) }
    }

    /// A line of a width in CSS pixels.
    #[must_use]
    pub fn line(self, colour: RGBColor, css: f64) -> ShapeStyle {
        colour.stroke_width(self.pixels(css).max(1) as u32)
    }

    /// A title beside a vertical axis, reading upwards.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn upright<DB: DrawingBackend>(self, backend: &mut DB, words: &str, at: (i32, i32)) -> Drawn<DB> {
        if words.is_empty() {
            return Ok(());
        }
        let style = self.text(self.tones().ink, HPos::Center, VPos::Top).transform(FontTransform::Rotate270);
        backend.draw_text(words, &style, at)
    }

    /// Ticks, grid and title of a horizontal axis of numbers below an area.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn level<DB: DrawingBackend>(
        self,
        backend: &mut DB,
        area: Area,
        (low, high): (f64, f64),
        words: &str,
    ) -> Drawn<DB> {
        let tones = self.tones();
        let most = (f64::from(area.width()) / self.scale / 64.0).clamp(2.0, 10.0) as usize;
        let below = self.text(tones.quiet, HPos::Center, VPos::Top);
        for tick in ticks(low, high, most) {
            let x = area.across(share(tick.value, low, high));
            backend.draw_line((x, area.top), (x, area.bottom), &self.line(tones.grid, 1.0))?;
            backend.draw_text(&tick.label, &below, (x, area.bottom + self.pixels(6.0)))?;
        }
        backend.draw_line(
            (area.left, area.bottom),
            (area.right, area.bottom),
            &self.line(tones.axis, 1.0),
        )?;
        if words.is_empty() {
            return Ok(());
        }
        let title = self.text(tones.ink, HPos::Center, VPos::Top);
        let y = area.bottom + self.pixels(6.0 + TEXT_CSS + 6.0);
        // Below the middle of the axis, or as near to it as a long title can stand.
        let (width, _) = backend.get_size();
        let half = self.pixels(text_width_css(words) / 2.0 + 4.0);
        let x = i32::midpoint(area.left, area.right).min(width as i32 - half).max(half);
        backend.draw_text(words, &title, (x, y))
    }
}
