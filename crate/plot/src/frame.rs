//! Where things stand on a surface: margins, ticks, and the map from data to pixels.
//!
//! Lengths named `…_css` are CSS pixels; everything else is surface pixels, which are `scale` times
//! finer (the pixel ratio of a screen, or the sub-pixel factor of an SVG). Text is laid out from an
//! average letter width: asking the browser would mean touching the document.

use std::ops::RangeInclusive;

use crate::scene::Scene;
use crate::ticks::{Tick, ticks};

/// Size of tick labels and titles, in CSS pixels.
pub const TEXT_CSS: f64 = 12.0;
/// Average width of a letter or digit relative to the text size in common sans-serif faces.
const LETTER: f64 = 0.58;
/// Empty border inside the axes, relative to the width of the data.
const PADDING: f64 = 0.05;
/// Longest side that is drawn: beyond it browsers refuse a canvas.
const LONGEST: f64 = 16_384.0;

/// The size of a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surface {
    /// CSS pixels.
    pub width_css: f64,
    /// CSS pixels.
    pub height_css: f64,
    /// Surface pixels per CSS pixel.
    pub scale: f64,
}

impl Surface {
    /// Whether these are numbers that a picture can have.
    #[must_use]
    pub fn is_sound(self) -> bool {
        [self.width_css, self.height_css].iter().all(|length| length.is_finite())
            && self.scale.is_finite()
            && self.scale > 0.0
    }

    /// Whole surface pixels, width and height; 0 for anything but a positive number.
    #[must_use]
    pub fn pixels(self) -> (u32, u32) {
        // `as` turns NaN into 0 and cuts at the bounds.
        let whole = |css: f64| (css * self.scale).round().clamp(0.0, LONGEST) as u32;
        (whole(self.width_css), whole(self.height_css))
    }
}

/// The plotting area of one drawing.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Surface pixels per CSS pixel.
    pub scale: f64,
    /// Left edge of the plotting area.
    pub left: i32,
    /// Top edge.
    pub top: i32,
    /// Right edge.
    pub right: i32,
    /// Bottom edge.
    pub bottom: i32,
    /// Ticks of the horizontal axis.
    pub x_ticks: Vec<Tick>,
    /// Ticks of the vertical axis.
    pub y_ticks: Vec<Tick>,
    x: RangeInclusive<f64>,
    y: RangeInclusive<f64>,
}

impl Frame {
    /// Lays the scene out on a surface, keeping `aside_css` free on the right.
    #[must_use]
    pub fn new(scene: &Scene, surface: Surface, aside_css: f64) -> Self {
        let (width, height) = surface.pixels();
        let scale = surface.scale;
        let [x, y] = scene.bounds().unwrap_or([-1.0..=1.0, -1.0..=1.0]).map(|range| padded(&range));
        let shown = !scene.is_empty() && scene.skipped() < scene.len();
        let count = |length_css: f64, per_tick_css: f64| {
            if shown { (length_css / per_tick_css).floor().clamp(3.0, 10.0) as usize } else { 0 }
        };
        let y_ticks = ticks(*y.start(), *y.end(), count(surface.height_css - 50.0, 48.0));
        let widest = y_ticks.iter().map(|tick| tick.label.chars().count()).max().unwrap_or(0);

        let title_css = if scene.words().title.is_some() { 24.0 } else { 0.0 };
        let left_css = 8.0 + title_of(&scene.words().y_label) + widest as f64 * LETTER * TEXT_CSS + 8.0;
        let bottom_css = 6.0 + TEXT_CSS + 8.0 + title_of(&scene.words().x_label);
        let pixels = |css: f64| (css * scale).round() as i32;
        let (left, top) = (pixels(left_css), pixels(12.0 + title_css));
        let right = (width as i32 - pixels(14.0 + aside_css.max(0.0))).max(left + 1);
        let bottom = (height as i32 - pixels(bottom_css)).max(top + 1);
        let x_ticks = ticks(*x.start(), *x.end(), count(f64::from(right - left) / scale, 72.0));
        Self { scale, left, top, right, bottom, x_ticks, y_ticks, x, y }
    }

    /// Data to surface pixels; y grows upwards in the data and downwards on the surface.
    #[must_use]
    pub fn place(&self, [x, y]: [f32; 2]) -> (f64, f64) {
        (self.place_x(f64::from(x)), self.place_y(f64::from(y)))
    }

    /// A value of the horizontal axis to surface pixels.
    #[must_use]
    pub fn place_x(&self, value: f64) -> f64 {
        f64::from(self.left) + share(&self.x, value) * f64::from(self.right - self.left)
    }

    /// A value of the vertical axis to surface pixels.
    #[must_use]
    pub fn place_y(&self, value: f64) -> f64 {
        f64::from(self.bottom) - share(&self.y, value) * f64::from(self.bottom - self.top)
    }

    /// CSS pixels to whole surface pixels.
    #[must_use]
    pub fn pixels(&self, css: f64) -> i32 {
        (css * self.scale).round() as i32
    }
}

/// Width of a line of text, estimated, in CSS pixels.
#[must_use]
pub fn text_width_css(text: &str) -> f64 {
    text.chars().count() as f64 * LETTER * TEXT_CSS
}

/// Room that an axis title takes.
fn title_of(label: &str) -> f64 {
    if label.is_empty() { 0.0 } else { TEXT_CSS + 6.0 }
}

/// The range with some air on both sides; a single value gets a range of its own.
fn padded(range: &RangeInclusive<f64>) -> RangeInclusive<f64> {
    let (low, high) = (*range.start(), *range.end());
    let width = high - low;
    let air = if width > 0.0 { width * PADDING } else { (low.abs() * 0.01).max(1.0) };
    low - air..=high + air
}

fn share(range: &RangeInclusive<f64>, value: f64) -> f64 {
    (value - range.start()) / (range.end() - range.start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::SceneLabels;

    fn frame(points: &[f32], width_css: f64, height_css: f64, scale: f64) -> Frame {
        let words = SceneLabels { x_label: "PC 1".into(), y_label: "PC 2".into(), ..SceneLabels::default() };
        let scene = Scene::new(points, &vec![0; points.len() / 2], words).unwrap();
        Frame::new(&scene, Surface { width_css, height_css, scale }, 0.0)
    }

    #[test]
    fn every_point_lands_inside() {
        fn t(points: &[f32]) {
            for (width, height) in [(320.0, 240.0), (1280.0, 800.0)] {
                for scale in [1.0, 1.5, 3.0] {
                    let frame = frame(points, width, height, scale);
                    for point in points.as_chunks::<2>().0 {
                        let (x, y) = frame.place(*point);
                        assert!(
                            (f64::from(frame.left)..=f64::from(frame.right)).contains(&x),
                            "{point:?} {x}"
                        );
                        assert!(
                            (f64::from(frame.top)..=f64::from(frame.bottom)).contains(&y),
                            "{point:?} {y}"
                        );
                    }
                }
            }
        }
        t(&[0.0, 0.0]);
        t(&[5.0, -5.0, 5.0, -5.0]);
        t(&[f32::MAX, f32::MIN, f32::MIN, f32::MAX]);
        t(&[1e-30, 1e-30, -1e-30, 2e-30]);
        t(&[1.0, 2.0, 3.0, 4.0, -7.0, 0.5]);
    }

    #[test]
    fn up_is_up() {
        let frame = frame(&[0.0, 0.0, 1.0, 1.0], 400.0, 300.0, 1.0);
        let ((x0, y0), (x1, y1)) = (frame.place([0.0, 0.0]), frame.place([1.0, 1.0]));
        assert!(x0 < x1 && y0 > y1);
    }

    #[test]
    fn odd_surfaces_do_not_hurt() {
        fn t(width_css: f64, height_css: f64, scale: f64, expected: (u32, u32)) {
            assert_eq!(Surface { width_css, height_css, scale }.pixels(), expected);
            let frame = frame(&[0.0, 0.0], width_css, height_css, scale);
            assert!(frame.left < frame.right && frame.top < frame.bottom);
        }
        t(0.0, 0.0, 1.0, (0, 0));
        t(-5.0, 10.0, 2.0, (0, 20));
        t(f64::NAN, 10.0, 1.0, (0, 10));
        t(1e9, 1.0, 1.0, (16_384, 1));
        t(320.0, 200.0, 3.0, (960, 600));
        t(40.0, 30.0, 1.0, (40, 30));
    }

    #[test]
    fn nothing_to_show_has_no_ticks() {
        assert!(frame(&[], 400.0, 300.0, 1.0).x_ticks.is_empty());
        assert!(frame(&[f32::NAN, 0.0], 400.0, 300.0, 1.0).y_ticks.is_empty());
        assert!(!frame(&[3.0, 0.0], 400.0, 300.0, 1.0).y_ticks.is_empty());
    }
}
