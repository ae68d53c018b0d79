//! The bar of a colour scale as a drawing.

use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters_backend::DrawingBackend;

use crate::colour_bar::ColourBar;
use crate::frame::{Frame, TEXT_CSS, text_width_css};
use crate::marks::{Drawn, mark};
use crate::palette::parse_css;
use crate::scatter::{Style, look, text};
use crate::scene::Scene;

/// What records without a number are called.
const WITHOUT: &str = "no value";
/// Width of the bar and its greatest height, in CSS pixels.
const BAR_CSS: [f64; 2] = [14.0, 180.0];
/// Titles longer than this are cut.
const LONGEST_TITLE: usize = 28;

/// Room that the bar needs on the right, in CSS pixels.
#[must_use]
pub fn width_css(bar: &ColourBar) -> f64 {
    let ticks = bar.ticks.iter().map(|tick| text_width_css(&tick.text) + 24.0).fold(0.0, f64::max);
    20.0 + ticks.max(text_width_css(&title(bar))).max(text_width_css(WITHOUT) + 30.0)
}

/// Draws the bar to the right of the plotting area, and below it the mark of records without a number.
///
/// # Errors
/// Those of the backend.
pub fn draw<DB: DrawingBackend>(
    backend: &mut DB,
    scene: &Scene,
    bar: &ColourBar,
    frame: &Frame,
    style: &Style,
) -> Drawn<DB> {
    let tones = style.theme.tones();
    let words = text(frame, style, TEXT_CSS, tones.ink).pos(Pos::new(HPos::Left, VPos::Center));
    let left = frame.right + frame.pixels(14.0);
    let top = frame.top + frame.pixels(20.0);
    backend.draw_text(&title(bar), &words, (left, frame.top + frame.pixels(8.0)))?;
    let room = f64::from(frame.bottom - top) - 26.0 * frame.scale;
    let height = room.clamp(1.0, BAR_CSS[1] * frame.scale);
    let right = left + frame.pixels(BAR_CSS[0]);
    let place = |share: f64| top + (height * (1.0 - share.clamp(0.0, 1.0))).round() as i32;
    let steps = bar.colours.len().max(1) as f64;
    for (step, colour) in bar.colours.iter().filter_map(|colour| parse_css(colour)).enumerate() {
        let (low, high) = (place(step as f64 / steps), place((step as f64 + 1.0) / steps));
        backend.draw_rect((left, high), (right, low), &colour.filled(), true)?;
    }
    for tick in bar.ticks.iter().filter(|tick| tick.at.is_finite()) {
        let y = place(tick.at);
        backend.draw_line(
            (right, y),
            (right + frame.pixels(4.0), y),
            &tones.axis.stroke_width(frame.pixels(1.0).max(1) as u32),
        )?;
        backend.draw_text(&tick.text, &words, (right + frame.pixels(8.0), y))?;
    }
    let slot = scene.unlabelled();
    if scene.count(slot) > 0 && style.shows(slot) {
        let y = top + height.round() as i32 + frame.pixels(16.0);
        let colour = look(scene, slot, style.theme).colour;
        mark(
            backend,
            look(scene, slot, style.theme).shape,
            (left + frame.pixels(7.0), y),
            4.0 * frame.scale,
            colour.to_rgba(),
        )?;
        let said = format!("{WITHOUT} ({})", scene.count(slot));
        backend.draw_text(&said, &words, (right + frame.pixels(8.0), y))?;
    }
    Ok(())
}

fn title(bar: &ColourBar) -> String {
    let mut title: String =
        bar.title.chars().filter(|letter| !letter.is_control()).take(LONGEST_TITLE).collect();
    if bar.title.chars().count() > LONGEST_TITLE {
        title.push('…');
    }
    title
}
