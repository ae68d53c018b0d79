//! What the charts with named rows share: a pen, a margin, a colour scale, axes of numbers.
//!
//! | chart | shows |
//! |---|---|
//! | [`heatmap`](crate::heatmap) | a number for each pair of row and column |
//! | [`intervals`](crate::intervals) | a value with its interval per row, beside what it must beat |
//! | [`lines`](crate::lines) | values along a sequence of layers, sizes or checkpoints |

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle, TextStyle,
};
use plotters_backend::DrawingBackend;

use crate::frame::{Surface, TEXT_CSS, text_width_css};
use crate::heatmap::Heatmap;
use crate::intervals::Intervals;
use crate::lines::Lines;
use crate::marks::Drawn;
use crate::scatter::FACE;
use crate::theme::{Theme, Tones};
use crate::ticks::ticks;

/// Names longer than this are cut.
const LONGEST_NAME: usize = 26;

/// One of the charts.
#[derive(Clone, Debug)]
pub enum Chart {
    /// A number per cell.
    Heatmap(Heatmap),
    /// A value with its interval per row.
    Intervals(Intervals),
    /// Values along an axis.
    Lines(Lines),
}

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

/// A rectangle in surface pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub left: i32,
    /// Top edge.
    pub top: i32,
    /// Right edge, right of the left one.
    pub right: i32,
    /// Bottom edge, below the top one.
    pub bottom: i32,
}

impl Chart {
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

    /// A title beside an upright axis, reading upwards.
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

    /// Ticks, grid and title of a level axis of numbers below an area.
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

impl Area {
    /// An area with margins in CSS pixels: left, top, right, bottom.
    #[must_use]
    pub fn within(surface: Surface, [left, top, right, bottom]: [f64; 4]) -> Self {
        let (width, height) = surface.pixels();
        let pixels = |css: f64| (css * surface.scale).round() as i32;
        let (left, top) = (pixels(left), pixels(top));
        Self {
            left,
            top,
            right: (width as i32 - pixels(right)).max(left + 1),
            bottom: (height as i32 - pixels(bottom)).max(top + 1),
        }
    }

    /// Surface pixels from left to right.
    #[must_use]
    pub fn width(self) -> i32 {
        self.right - self.left
    }

    /// Surface pixels from top to bottom.
    #[must_use]
    pub fn height(self) -> i32 {
        self.bottom - self.top
    }

    /// A share of the width, from the left.
    #[must_use]
    pub fn across(self, share: f64) -> i32 {
        (f64::from(self.left) + share * f64::from(self.width())).round() as i32
    }

    /// A share of the height, from the top.
    #[must_use]
    pub fn down(self, share: f64) -> i32 {
        (f64::from(self.top) + share * f64::from(self.height())).round() as i32
    }
}

/// Where a value lies between two others; 0 for an empty range.
#[must_use]
pub fn share(value: f64, low: f64, high: f64) -> f64 {
    if high > low { (value - low) / (high - low) } else { 0.0 }
}

/// A title free of control characters.
#[must_use]
pub fn title(words: &str) -> String {
    words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A name free of control characters, cut if it is long.
#[must_use]
pub fn shown(name: &str) -> String {
    let letters: Vec<char> = title(name).chars().collect();
    match letters.get(..LONGEST_NAME - 1) {
        Some(start) if letters.len() > LONGEST_NAME => start.iter().chain(&['…']).collect(),
        _ => letters.into_iter().collect(),
    }
}

/// Width of the widest name, in CSS pixels.
#[must_use]
pub fn widest_css<'a>(names: impl IntoIterator<Item = &'a String>) -> f64 {
    names.into_iter().map(|name| text_width_css(name)).fold(0.0, f64::max)
}
