//! The legend: colour and shape of each group, as data for the page and drawn beside an exported plot.

use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters_backend::DrawingBackend;
use serde::Serialize;

use crate::colour_bar_drawing;
use crate::frame::{Frame, TEXT_CSS, text_width_css};
use crate::marks::{Drawn, mark};
use crate::palette::{self, Shape};
use crate::scatter::{Style, look, text};
use crate::scene::Scene;
use crate::theme::Theme;

/// What points without a label are called.
pub const UNLABELLED: &str = "no label";

/// Height of a row, in CSS pixels.
const ROW_CSS: f64 = 18.0;
/// Names longer than this are cut in a drawn legend.
const LONGEST_NAME: usize = 28;

/// One row of the legend; its index is the slot that can be hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegendEntry {
    /// Name of the group.
    pub name: String,
    /// CSS colour of its marks.
    pub colour: String,
    /// Shape of its marks.
    pub shape: Shape,
    /// How many of its points can be drawn.
    pub count: usize,
}

/// The legend of a scene in slot order: every name, then [`UNLABELLED`] when such points exist.
#[must_use]
pub fn legend(scene: &Scene, theme: Theme) -> Vec<LegendEntry> {
    let names = scene.words().names.iter().map(String::as_str);
    names
        .chain((scene.count(scene.unlabelled()) > 0).then_some(UNLABELLED))
        .enumerate()
        .map(|(slot, name)| {
            let look = look(scene, slot, theme);
            LegendEntry {
                name: name.to_owned(),
                colour: palette::css(look.colour),
                shape: look.shape,
                count: scene.count(slot),
            }
        })
        .collect()
}

/// Room that [`draw`] needs on the right, in CSS pixels; 0 without any group.
#[must_use]
pub fn width_css(scene: &Scene, style: &Style) -> f64 {
    if let Some(bar) = &scene.words().bar {
        return colour_bar_drawing::width_css(bar);
    }
    let rows = shown(scene, style);
    if rows.len() < 2 {
        return 0.0;
    }
    let widest = rows.iter().map(|(_, entry)| text_width_css(&caption(entry))).fold(0.0, f64::max);
    28.0 + widest
}

/// Draws the visible groups to the right of the plotting area, as many as fit; for numbers the bar of their colours.
///
/// # Errors
/// Those of the backend.
pub fn draw<DB: DrawingBackend>(backend: &mut DB, scene: &Scene, frame: &Frame, style: &Style) -> Drawn<DB> {
    if let Some(bar) = &scene.words().bar {
        return colour_bar_drawing::draw(backend, scene, bar, frame, style);
    }
    let rows = shown(scene, style);
    if rows.len() < 2 {
        return Ok(());
    }
    let tones = style.theme.tones();
    let words = text(frame, style, TEXT_CSS, tones.ink).pos(Pos::new(HPos::Left, VPos::Center));
    let fitting = (f64::from(frame.bottom - frame.top) / (ROW_CSS * frame.scale)) as usize;
    let drawn = if rows.len() <= fitting { rows.len() } else { fitting.saturating_sub(1) };
    let (mark_x, text_x) = (frame.right + frame.pixels(16.0), frame.right + frame.pixels(26.0));
    let row_y = |row: usize| frame.top + frame.pixels(ROW_CSS * (row as f64 + 0.5));
    for (row, (slot, entry)) in rows.iter().take(drawn).enumerate() {
        let colour = look(scene, *slot, style.theme).colour;
        mark(backend, entry.shape, (mark_x, row_y(row)), 4.0 * frame.scale, colour.to_rgba())?;
        backend.draw_text(&caption(entry), &words, (text_x, row_y(row)))?;
    }
    if drawn < rows.len() {
        let rest = format!("and {} more", rows.len() - drawn);
        backend.draw_text(&rest, &words, (text_x, row_y(drawn)))?;
    }
    Ok(())
}

fn shown(scene: &Scene, style: &Style) -> Vec<(usize, LegendEntry)> {
    legend(scene, style.theme).into_iter().enumerate().filter(|(slot, _)| style.shows(*slot)).collect()
}

fn caption(entry: &LegendEntry) -> String {
    let mut name: String = entry.name.chars().take(LONGEST_NAME).collect();
    if entry.name.chars().count() > LONGEST_NAME {
        name.push('…');
    }
    format!("{name} ({})", entry.count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::SceneLabels;

    #[test]
    fn rows_stand_in_slot_order() {
        let names = ["human", "mouse"].map(String::from).to_vec();
        let words = SceneLabels { names, ..SceneLabels::default() };
        let scene = Scene::new(&[0.0; 8], &[1, 1, 0, 9], words).unwrap();
        let rows: Vec<_> =
            legend(&scene, Theme::Light).into_iter().map(|row| (row.name, row.colour, row.count)).collect();
        let row = |name: &str, colour: &str, count| (name.to_owned(), colour.to_owned(), count);
        assert_eq!(
            rows,
            [row("human", "#0072b2", 1), row("mouse", "#d55e00", 2), row("no label", "#a7adb4", 1)]
        );
    }

    #[test]
    fn one_group_needs_no_legend() {
        let words = SceneLabels { names: vec!["all".into()], ..SceneLabels::default() };
        let scene = Scene::new(&[0.0; 4], &[0, 0], words).unwrap();
        assert_eq!(width_css(&scene, &Style::default()), 0.0);
    }
}
