//! Which point lies under the pointer: a grid of square cells over the surface.
//!
//! The cells hold point numbers in one flat array with offsets, so that 50,000 points cost two
//! passes to file and a look at a few cells to find.

use crate::frame::Frame;
use crate::scatter::Style;
use crate::scene::Scene;

/// Side of a cell, in CSS pixels: about the usual search radius.
const CELL_CSS: f64 = 16.0;

/// Visible points of one drawing, filed by place.
#[derive(Clone, Debug)]
pub struct HitGrid {
    columns: usize,
    rows: usize,
    /// Where the points of each cell begin in `filed`; one more entry than cells.
    starts: Vec<u32>,
    /// Point number and place in CSS pixels.
    filed: Vec<(u32, f32, f32)>,
}

impl HitGrid {
    /// Files the visible points of a drawing.
    #[must_use]
    pub fn new(scene: &Scene, frame: &Frame, style: &Style) -> Self {
        let shown: Vec<bool> = (0..=scene.unlabelled()).map(|slot| style.shows(slot)).collect();
        let places: Vec<(u32, f32, f32)> = (0..scene.len())
            .filter(|index| shown[scene.slot(*index)])
            .filter_map(|index| {
                let (x, y) = frame.place(scene.point(index)?);
                Some((u32::try_from(index).ok()?, (x / frame.scale) as f32, (y / frame.scale) as f32))
            })
            .collect();
        let cells = |pixels: i32| (f64::from(pixels) / frame.scale / CELL_CSS) as usize + 1;
        let mut grid = Self {
            columns: cells(frame.right),
            rows: cells(frame.bottom),
            starts: Vec::new(),
            filed: Vec::new(),
        };
        grid.file(&places);
        grid
    }

    /// The visible point nearest to (`x`, `y`), at most `radius` away, all in CSS pixels.
    /// The first in file order of equally near points.
    #[must_use]
    pub fn nearest(&self, x: f64, y: f64, radius: f64) -> Option<usize> {
        if !(x.is_finite() && y.is_finite() && radius >= 0.0) {
            return None;
        }
        let (first_column, first_row) = self.cell(x - radius, y - radius);
        let (last_column, last_row) = self.cell(x + radius, y + radius);
        (first_row..=last_row)
            .flat_map(|row| (first_column..=last_column).map(move |column| row * self.columns + column))
            .flat_map(|cell| &self.filed[self.starts[cell] as usize..self.starts[cell + 1] as usize])
            .map(|&(index, px, py)| ((f64::from(px) - x).powi(2) + (f64::from(py) - y).powi(2), index))
            .filter(|(distance, _)| *distance <= radius * radius)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, index)| index as usize)
    }

    /// Counting sort by cell.
    fn file(&mut self, places: &[(u32, f32, f32)]) {
        let cell = |&(_, x, y): &(u32, f32, f32)| {
            let (column, row) = self.cell(f64::from(x), f64::from(y));
            row * self.columns + column
        };
        let mut starts = vec![0u32; self.columns * self.rows + 1];
        for place in places {
            starts[cell(place) + 1] += 1;
        }
        for next in 1..starts.len() {
            starts[next] += starts[next - 1];
        }
        let mut ends = starts.clone();
        let mut filed = vec![(0, 0.0, 0.0); places.len()];
        for place in places {
            let end = &mut ends[cell(place)];
            filed[*end as usize] = *place;
            *end += 1;
        }
        (self.starts, self.filed) = (starts, filed);
    }

    /// The cell of a place; places outside belong to the nearest cell.
    fn cell(&self, x: f64, y: f64) -> (usize, usize) {
        // `as` cuts negative numbers to 0.
        let along = |value: f64, count: usize| ((value / CELL_CSS) as usize).min(count - 1);
        (along(x, self.columns), along(y, self.rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Surface;
    use crate::scene::SceneLabels;

    /// A small generator with a fixed seed; the tests need spread, not quality.
    fn numbers(seed: u64) -> impl FnMut() -> f32 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u32 << 24) as f32
        }
    }

    fn made(n: usize) -> (Scene, Frame) {
        let mut next = numbers(7);
        let mut points: Vec<f32> = (0..2 * n).map(|_| next() * 10.0 - 5.0).collect();
        points[4] = f32::NAN;
        let groups: Vec<u16> = (0..n).map(|index| (index % 4) as u16).collect();
        let names = ["a", "b", "c"].map(String::from).to_vec();
        let scene = Scene::new(&points, &groups, SceneLabels { names, ..SceneLabels::default() }).unwrap();
        let frame = Frame::new(&scene, Surface { width_css: 640.0, height_css: 480.0, scale: 2.0 }, 0.0);
        (scene, frame)
    }

    fn by_force(scene: &Scene, frame: &Frame, style: &Style, x: f64, y: f64, radius: f64) -> Option<usize> {
        (0..scene.len())
            .filter(|index| style.shows(scene.slot(*index)))
            .filter_map(|index| {
                let (px, py) = frame.place(scene.point(index)?);
                let (px, py) = (f64::from((px / frame.scale) as f32), f64::from((py / frame.scale) as f32));
                Some(((px - x).powi(2) + (py - y).powi(2), index))
            })
            .filter(|(distance, _)| *distance <= radius * radius)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, index)| index)
    }

    #[test]
    fn finds_what_a_full_search_finds() {
        let (scene, frame) = made(3_000);
        let mut next = numbers(11);
        for hidden in [vec![], vec![1], vec![0, 1, 2, 3]] {
            let style = Style { hidden, ..Style::default() };
            let grid = HitGrid::new(&scene, &frame, &style);
            for _ in 0..2_000 {
                let (x, y) = (f64::from(next()) * 720.0 - 40.0, f64::from(next()) * 560.0 - 40.0);
                let radius = f64::from(next()) * 30.0;
                assert_eq!(
                    grid.nearest(x, y, radius),
                    by_force(&scene, &frame, &style, x, y, radius),
                    "{x} {y} {radius}"
                );
            }
        }
    }

    #[test]
    fn odd_questions_have_answers() {
        let (scene, frame) = made(100);
        let grid = HitGrid::new(&scene, &frame, &Style::default());
        assert_eq!(grid.nearest(f64::NAN, 0.0, 5.0), None);
        assert_eq!(grid.nearest(0.0, 0.0, -1.0), None);
        assert_eq!(grid.nearest(0.0, 0.0, f64::NAN), None);
        assert!(grid.nearest(300.0, 200.0, f64::INFINITY).is_some());
        assert_eq!(grid.nearest(1e300, 1e300, 5.0), None);
    }

    #[test]
    fn an_empty_scene_has_nothing_to_hit() {
        let scene = Scene::new(&[], &[], SceneLabels::default()).unwrap();
        let frame = Frame::new(&scene, Surface { width_css: 0.0, height_css: 0.0, scale: 1.0 }, 0.0);
        assert_eq!(HitGrid::new(&scene, &frame, &Style::default()).nearest(1.0, 1.0, 100.0), None);
    }

    #[test]
    fn equal_points_answer_with_the_first() {
        let scene = Scene::new(&[1.0; 20], &[0; 10], SceneLabels::default()).unwrap();
        let frame = Frame::new(&scene, Surface { width_css: 300.0, height_css: 200.0, scale: 1.0 }, 0.0);
        let (x, y) = frame.place([1.0, 1.0]);
        assert_eq!(HitGrid::new(&scene, &frame, &Style::default()).nearest(x, y, 1.0), Some(0));
    }
}
