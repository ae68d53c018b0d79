//! What a scatter plot shows, as plain arrays: points, the group of each, names and axis titles.
//!
//! A point keeps its place in the arrays for good: hits and selections are row numbers of the
//! embedding. Points that are not finite stay in the arrays, are never drawn, and are counted.

use std::ops::RangeInclusive;

use serde::Deserialize;

use crate::colour_bar::ColourBar;
use crate::error::PlotError;
use crate::palette::{Look, Shape, parse_css};

/// The look of a group as the page chose it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenLook {
    /// `#rrggbb`
    pub colour: String,
    /// Outline of its marks.
    pub shape: Shape,
    /// Drawn behind all other groups.
    #[serde(default)]
    pub back: bool,
}

/// The words of a scene, and how its groups look.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SceneLabels {
    /// One name per group. A point whose group has no name here carries no label.
    pub names: Vec<String>,
    /// Title of the horizontal axis.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// Title above the plot.
    #[serde(default)]
    pub title: Option<String>,
    /// One per name, where they are not those of the palette.
    #[serde(default)]
    pub looks: Option<Vec<GivenLook>>,
    /// Colours of numbers: stands in the place of the legend.
    #[serde(default)]
    pub bar: Option<ColourBar>,
}

/// Points in groups, ready to be drawn.
#[derive(Clone, Debug)]
pub struct Scene {
    points: Vec<[f32; 2]>,
    groups: Vec<u16>,
    words: SceneLabels,
    looks: Vec<(Look, bool)>,
    counts: Vec<usize>,
    skipped: usize,
}

impl Scene {
    /// Checks the arrays and takes them over.
    ///
    /// # Shape
    /// `points` `[n, 2]` row-major, `groups` `[n]`.
    ///
    /// # Errors
    /// `plot.shape` when the two disagree on `n`; `plot.options` when a colour is none, or a name has no look.
    pub fn new(points: &[f32], groups: &[u16], mut words: SceneLabels) -> Result<Self, PlotError> {
        if points.len() != groups.len() * 2 {
            return Err(PlotError::Shape { coordinates: points.len(), groups: groups.len() });
        }
        let (points, _) = points.as_chunks::<2>();
        for text in
            words.names.iter_mut().chain([&mut words.x_label, &mut words.y_label]).chain(&mut words.title)
        {
            *text = printable(text);
        }
        let looks = match &words.looks {
            None => Vec::new(),
            Some(given) if given.len() != words.names.len() => {
                let what = format!("{} looks for {} names", given.len(), words.names.len());
                return Err(PlotError::Options(what));
            }
            Some(given) => given.iter().map(parsed).collect::<Result<_, _>>()?,
        };
        let mut scene = Self {
            points: points.to_vec(),
            groups: groups.to_vec(),
            looks,
            counts: vec![0; words.names.len() + 1],
            words,
            skipped: 0,
        };
        for index in 0..scene.len() {
            let slot = scene.slot(index);
            match scene.point(index) {
                Some(_) => scene.counts[slot] += 1,
                None => scene.skipped += 1,
            }
        }
        Ok(scene)
    }

    /// Number of points, drawn or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is no point at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The point with this number; `None` when there is none or it is not finite.
    #[must_use]
    pub fn point(&self, index: usize) -> Option<[f32; 2]> {
        self.points.get(index).copied().filter(|point| point.iter().all(|value| value.is_finite()))
    }

    /// The place of a point's group in the legend: its index in the names, or
    /// [`Scene::unlabelled`] for a point without a label.
    #[must_use]
    pub fn slot(&self, index: usize) -> usize {
        let group = self.groups.get(index).map_or(usize::MAX, |group| usize::from(*group));
        group.min(self.unlabelled())
    }

    /// The slot of points without a label, one after the last name.
    #[must_use]
    pub fn unlabelled(&self) -> usize {
        self.words.names.len()
    }

    /// The look that was given for a slot, if any.
    #[must_use]
    pub fn given_look(&self, slot: usize) -> Option<Look> {
        self.looks.get(slot).map(|(look, _)| *look)
    }

    /// Whether a slot is drawn behind the groups: points without a label first, then those whose look says so.
    #[must_use]
    pub fn layer(&self, slot: usize) -> usize {
        match self.looks.get(slot) {
            _ if slot >= self.unlabelled() => 0,
            Some((_, true)) => 1,
            _ => 2,
        }
    }

    /// How many points of a slot can be drawn.
    #[must_use]
    pub fn count(&self, slot: usize) -> usize {
        self.counts.get(slot).copied().unwrap_or(0)
    }

    /// How many points are never drawn because a coordinate is not finite.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Names and titles, free of control characters.
    #[must_use]
    pub fn words(&self) -> &SceneLabels {
        &self.words
    }

    /// Smallest and largest finite value per axis, x before y; `None` without a finite point.
    /// Hidden groups count: the axes must not jump when a group is switched off.
    #[must_use]
    pub fn bounds(&self) -> Option<[RangeInclusive<f64>; 2]> {
        let mut finite = (0..self.len()).filter_map(|index| self.point(index));
        let first = finite.next()?;
        let (low, high) = finite.fold((first, first), |(low, high), point| {
            ([low[0].min(point[0]), low[1].min(point[1])], [high[0].max(point[0]), high[1].max(point[1])])
        });
        Some([f64::from(low[0])..=f64::from(high[0]), f64::from(low[1])..=f64::from(high[1])])
    }
}

fn parsed(given: &GivenLook) -> Result<(Look, bool), PlotError> {
    let colour = parse_css(&given.colour)
        .ok_or_else(|| PlotError::Options(format!("'{}' is no colour such as #0072b2", given.colour)))?;
    Ok((Look { colour, shape: given.shape }, given.back))
}

/// Text without control characters, which XML forbids and a canvas draws as boxes.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(names: &[&str]) -> SceneLabels {
        SceneLabels { names: names.iter().map(ToString::to_string).collect(), ..SceneLabels::default() }
    }

    #[test]
    fn arrays_must_agree() {
        fn t(points: usize, groups: usize, fits: bool) {
            let made = Scene::new(&vec![0.0; points], &vec![0; groups], SceneLabels::default());
            assert_eq!(made.is_ok(), fits, "{points} coordinates, {groups} groups");
        }
        t(0, 0, true);
        t(2, 1, true);
        t(3, 1, false);
        t(2, 0, false);
        t(4, 1, false);
    }

    #[test]
    fn points_that_are_not_finite_are_counted_and_kept_in_place() {
        let points = [0.0, 1.0, f32::NAN, 1.0, 2.0, f32::INFINITY, -3.0, 4.0];
        let scene = Scene::new(&points, &[0, 0, 1, 1], words(&["a", "b"])).unwrap();
        assert_eq!((scene.len(), scene.skipped()), (4, 2));
        assert_eq!((scene.count(0), scene.count(1), scene.count(2)), (1, 1, 0));
        assert_eq!(scene.point(3), Some([-3.0, 4.0]));
        assert_eq!(scene.bounds(), Some([-3.0..=0.0, 1.0..=4.0]));
    }

    #[test]
    fn looks_are_one_per_name_and_in_colours() {
        let given = |colour: &str, back| GivenLook { colour: colour.to_owned(), shape: Shape::Diamond, back };
        let made = |looks: Vec<GivenLook>| {
            Scene::new(&[0.0; 4], &[0, 1], SceneLabels { looks: Some(looks), ..words(&["a", "b"]) })
        };
        let scene = made(vec![given("#0072b2", false), given("#8b939c", true)]).unwrap();
        assert_eq!(scene.given_look(0).map(|look| look.shape), Some(Shape::Diamond));
        assert_eq!([0, 1, 2].map(|slot| scene.layer(slot)), [2, 1, 0]);
        assert!(made(vec![given("#0072b2", false)]).is_err());
        assert!(made(vec![given("blue", false), given("#8b939c", false)]).is_err());
    }

    #[test]
    fn a_group_without_a_name_is_no_label() {
        let scene = Scene::new(&[0.0; 6], &[0, 1, u16::MAX], words(&["a"])).unwrap();
        assert_eq!([0, 1, 2].map(|index| scene.slot(index)), [0, 1, 1]);
        assert_eq!((scene.count(0), scene.count(scene.unlabelled())), (1, 2));
    }

    #[test]
    fn names_lose_their_control_characters() {
        let scene = Scene::new(&[], &[], words(&["a\u{0}b\nc", "é"])).unwrap();
        assert_eq!(scene.words().names, ["a b c", "é"]);
        assert_eq!(scene.bounds(), None);
    }
}
