//! The scatter plot: paper, grid and axes, points, then the rings around chosen points.
//!
//! Points without a label lie underneath. The others are drawn in a fixed scattered order, not in
//! file order: a file sorted by group would otherwise show its last group on top everywhere.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, TextStyle};
use plotters_backend::DrawingBackend;

use crate::frame::{Frame, TEXT_CSS};
use crate::marks::{Drawn, mark, ring};
use crate::palette::{self, Look, Shape};
use crate::scene::Scene;
use crate::theme::Theme;

/// Above this many points, squares of one call replace outlined discs of five: a disc of a few
/// pixels looks like a square, and 50,000 discs take a canvas three times as long.
pub const DENSE: usize = 8_000;

/// Face of all text; the second is there for SVG readers without the first.
pub(crate) const FACE: &str = "system-ui, Helvetica, Arial, sans-serif";

/// How a scene is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Style {
    /// Colours.
    pub theme: Theme,
    /// Slots that are switched off.
    pub hidden: Vec<usize>,
    /// Text size is this much larger than asked; for backends that shrink it.
    pub text_factor: Option<f64>,
}

impl Style {
    /// Whether points of this slot are drawn.
    #[must_use]
    pub fn shows(&self, slot: usize) -> bool {
        !self.hidden.contains(&slot)
    }
}

/// Draws everything but the rings.
///
/// # Errors
/// Those of the backend.
pub fn draw<DB: DrawingBackend>(backend: &mut DB, scene: &Scene, frame: &Frame, style: &Style) -> Drawn<DB> {
    let (width, height) = backend.get_size();
    backend.draw_rect((0, 0), (width as i32, height as i32), &style.theme.tones().paper, true)?;
    draw_axes(backend, scene, frame, style)?;
    draw_points(backend, scene, frame, style)
}

/// Draws the rings: a thin one for the hovered point, a bold one for the selected point.
///
/// # Errors
/// Those of the backend.
pub fn draw_rings<DB: DrawingBackend>(
    backend: &mut DB,
    scene: &Scene,
    frame: &Frame,
    style: &Style,
    [hovered, selected]: [Option<usize>; 2],
) -> Drawn<DB> {
    let tones = style.theme.tones();
    let radius = radius_css(scene.len()).max(3.0) * frame.scale;
    for (chosen, width_css) in [(selected, 2.5), (hovered, 1.5)] {
        let Some((index, point)) = chosen.and_then(|index| Some((index, scene.point(index)?))) else {
            continue;
        };
        if !style.shows(scene.slot(index)) {
            continue;
        }
        let at = whole(frame.place(point));
        let Look { colour, shape } = look(scene, scene.slot(index), style.theme);
        mark(backend, shape, at, radius, colour.to_rgba())?;
        let width = width_css * frame.scale;
        ring(backend, at, radius + 2.0 * frame.scale + width, width, (tones.ink, tones.paper.mix(0.8)))?;
    }
    Ok(())
}

/// Radius of a point for a scene of `n`, in CSS pixels.
#[must_use]
pub fn radius_css(n: usize) -> f64 {
    match n {
        0..=500 => 4.0,
        501..=2_500 => 3.0,
        2_501..=DENSE => 2.5,
        _ => 1.5,
    }
}

/// The look of a slot of this scene.
#[must_use]
pub fn look(scene: &Scene, slot: usize, theme: Theme) -> Look {
    match scene.given_look(slot) {
        Some(look) => look,
        None if slot < scene.unlabelled() => palette::look(slot, theme),
        None => palette::unlabelled(theme),
    }
}

/// A text style in surface pixels.
pub(crate) fn text(frame: &Frame, style: &Style, size_css: f64, colour: RGBColor) -> TextStyle<'static> {
    let size = size_css * frame.scale * style.text_factor.unwrap_or(1.0);
    let font = FontDesc::new(FontFamily::Name(FACE), size, FontStyle::Normal);
    TextStyle { font, color: colour.to_backend_color(), pos: Pos::default() }
}

fn draw_axes<DB: DrawingBackend>(backend: &mut DB, scene: &Scene, frame: &Frame, style: &Style) -> Drawn<DB> {
    let tones = style.theme.tones();
    let line = |colour: RGBColor| colour.stroke_width(frame.pixels(1.0).max(1) as u32);
    let anchored = |horizontal, vertical, colour| {
        text(frame, style, TEXT_CSS, colour).pos(Pos::new(horizontal, vertical))
    };

    let below = anchored(HPos::Center, VPos::Top, tones.quiet);
    for tick in &frame.x_ticks {
        let x = frame.place_x(tick.value).round() as i32;
        backend.draw_line((x, frame.top), (x, frame.bottom), &line(tones.grid))?;
        backend.draw_text(&tick.label, &below, (x, frame.bottom + frame.pixels(6.0)))?;
    }
    let beside = anchored(HPos::Right, VPos::Center, tones.quiet);
    for tick in &frame.y_ticks {
        let y = frame.place_y(tick.value).round() as i32;
        backend.draw_line((frame.left, y), (frame.right, y), &line(tones.grid))?;
        backend.draw_text(&tick.label, &beside, (frame.left - frame.pixels(6.0), y))?;
    }
    backend.draw_line((frame.left, frame.bottom), (frame.right, frame.bottom), &line(tones.axis))?;
    backend.draw_line((frame.left, frame.top), (frame.left, frame.bottom), &line(tones.axis))?;

    let (width, height) = backend.get_size();
    let (middle_x, middle_y) = ((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2);
    let words = scene.words();
    if !words.x_label.is_empty() {
        let title = anchored(HPos::Center, VPos::Bottom, tones.ink);
        backend.draw_text(&words.x_label, &title, (middle_x, height as i32 - frame.pixels(4.0)))?;
    }
    if !words.y_label.is_empty() {
        let title = anchored(HPos::Center, VPos::Top, tones.ink).transform(FontTransform::Rotate270);
        backend.draw_text(&words.y_label, &title, (frame.pixels(6.0), middle_y))?;
    }
    if let Some(words) = &words.title {
        let title = text(frame, style, TEXT_CSS + 2.0, tones.ink).pos(Pos::new(HPos::Center, VPos::Top));
        backend.draw_text(words, &title, (width as i32 / 2, frame.pixels(8.0)))?;
    }
    if frame.x_ticks.is_empty() {
        let note = anchored(HPos::Center, VPos::Center, tones.quiet);
        backend.draw_text("no points to show", &note, (middle_x, middle_y))?;
    }
    Ok(())
}

fn draw_points<DB: DrawingBackend>(
    backend: &mut DB,
    scene: &Scene,
    frame: &Frame,
    style: &Style,
) -> Drawn<DB> {
    let slots = scene.unlabelled() + 1;
    let shown: Vec<bool> = (0..slots).map(|slot| style.shows(slot)).collect();
    let looks: Vec<Look> = (0..slots).map(|slot| look(scene, slot, style.theme)).collect();
    let radius = radius_css(scene.len()) * frame.scale;
    for layer in 0..3 {
        for index in scattered(scene.len()) {
            let slot = scene.slot(index);
            if !shown[slot] || scene.layer(slot) != layer {
                continue;
            }
            let Some(point) = scene.point(index) else { continue };
            let at = whole(frame.place(point));
            let Look { colour, shape } = looks[slot];
            if scene.len() > DENSE {
                let shape = if shape == Shape::Circle { Shape::Square } else { shape };
                mark(backend, shape, at, radius, colour.mix(0.6))?;
            } else {
                // A rim separates neighbours, and pale marks from the paper.
                if !matches!(shape, Shape::Cross | Shape::Ring) {
                    let rim = palette::rim(colour, style.theme);
                    mark(backend, shape, at, radius + 0.75 * frame.scale, rim.mix(0.7))?;
                }
                mark(backend, shape, at, radius, colour.mix(0.9))?;
            }
        }
    }
    Ok(())
}

/// Every number below `n` once, consecutive numbers far apart, in the same order each time.
fn scattered(n: usize) -> impl Iterator<Item = usize> {
    fn divisor(a: usize, b: usize) -> usize {
        if b == 0 { a } else { divisor(b, a % b) }
    }
    // A stride near the golden section that shares no factor with n visits everything.
    let stride = (n * 5 / 8..n).find(|stride| divisor(*stride, n) == 1).unwrap_or(1);
    (0..n).scan(0, move |next, _| {
        let index = *next;
        *next = (*next + stride) % n;
        Some(index)
    })
}

fn whole((x, y): (f64, f64)) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scattered_order_visits_all() {
        for n in (0..40).chain([280, 1_000, 50_000]) {
            let mut seen = vec![false; n];
            scattered(n).for_each(|index| seen[index] = true);
            assert!(seen.into_iter().all(|seen| seen), "{n}");
            assert_eq!(scattered(n).count(), n);
        }
    }
}
