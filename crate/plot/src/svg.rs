//! The plot as an SVG file for a paper or a talk, legend included.
//!
//! Backends draw on whole pixels. To keep the exact places of points the picture is drawn
//! [`FINER`] times larger and its view box keeps that size, while width and height give the
//! requested size.

use plotters::backend::SVGBackend;
use plotters_backend::DrawingBackend;

use crate::chart::ChartKind;
use crate::error::PlotError;
use crate::frame::{Frame, Surface};
use crate::legend;
use crate::pen::Pen;
use crate::scatter::{self, Style};
use crate::scene::Scene;
use crate::theme::Theme;

/// Drawing units per CSS pixel.
pub const FINER: f64 = 10.0;
/// The SVG backend divides text sizes by this, a habit from font files.
const TEXT_FACTOR: f64 = 1.24;

/// Draws the scene without the slots in `hidden`.
///
/// # Errors
/// `plot.draw` when the backend fails.
pub fn svg(
    scene: &Scene,
    (width_css, height_css): (f64, f64),
    theme: Theme,
    hidden: &[usize],
) -> Result<String, PlotError> {
    let style = Style { theme, hidden: hidden.to_vec(), text_factor: Some(TEXT_FACTOR) };
    let surface = Surface { width_css, height_css, scale: FINER };
    let frame = Frame::new(scene, surface, legend::width_css(scene, &style));
    let (width, height) = surface.pixels();
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, (width, height));
        scatter::draw(&mut backend, scene, &frame, &style)?;
        legend::draw(&mut backend, scene, &frame, &style)?;
        backend.present()?;
    }
    Ok(sized(&text, width, height))
}

/// Draws a chart.
///
/// # Errors
/// `plot.draw` when the backend fails.
pub fn chart_svg(
    chart: &ChartKind,
    (width_css, height_css): (f64, f64),
    theme: Theme,
) -> Result<String, PlotError> {
    let surface = Surface { width_css, height_css, scale: FINER };
    let (width, height) = surface.pixels();
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, (width, height));
        chart.draw(&mut backend, surface, Pen { scale: FINER, theme, text_factor: TEXT_FACTOR })?;
        backend.present()?;
    }
    Ok(sized(&text, width, height))
}

/// The file with the requested size instead of the size of the drawing.
fn sized(text: &str, width: u32, height: u32) -> String {
    let (drawn, asked) = (
        format!("<svg width=\"{width}\" height=\"{height}\""),
        format!("<svg width=\"{}\" height=\"{}\"", f64::from(width) / FINER, f64::from(height) / FINER),
    );
    text.replacen(&drawn, &asked, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::{css, look};
    use crate::scene::SceneLabels;

    fn scene(points: &[f32], groups: &[u16], names: &[&str]) -> Scene {
        let words = SceneLabels {
            names: names.iter().map(ToString::to_string).collect(),
            x_label: "PC 1 (41 %)".into(),
            y_label: "PC 2 (12 %)".into(),
            ..SceneLabels::default()
        };
        Scene::new(points, groups, words).unwrap()
    }

    fn drawn(scene: &Scene, theme: Theme, hidden: &[usize]) -> String {
        svg(scene, (640.0, 480.0), theme, hidden).unwrap()
    }

    /// Circles of the colour of a slot, in any case of the hexadecimal digits.
    fn circles(svg: &str, slot: usize, theme: Theme) -> usize {
        let fill = format!("fill=\"{}\"", css(look(slot, theme).colour));
        svg.lines().filter(|line| line.starts_with("<circle") && line.to_lowercase().contains(&fill)).count()
    }

    #[test]
    fn every_point_is_drawn_once_in_its_colour() {
        let scene = scene(&[0.0, 0.0, 1.0, 1.0, 2.0, 0.5, f32::NAN, 1.0], &[0, 1, 1, 0], &["a", "b"]);
        for theme in [Theme::Light, Theme::Dark] {
            let svg = drawn(&scene, theme, &[]);
            // One more of each stands in the legend.
            assert_eq!((circles(&svg, 0, theme), circles(&svg, 1, theme)), (2, 3), "{theme:?}");
        }
        let svg = drawn(&scene, Theme::Light, &[1]);
        assert_eq!((circles(&svg, 0, Theme::Light), circles(&svg, 1, Theme::Light)), (1, 0));
    }

    #[test]
    fn given_colours_shapes_and_the_bar_of_numbers_are_drawn() {
        let look = |colour: &str, back| crate::scene::GivenLook {
            colour: colour.to_owned(),
            shape: crate::palette::Shape::Circle,
            back,
        };
        let words = SceneLabels {
            names: vec!["a".into(), "other".into()],
            looks: Some(vec![look("#123456", false), look("#8b939c", true)]),
            ..SceneLabels::default()
        };
        let points = [0.0, 0.0, 1.0, 1.0, 2.0, 0.5];
        let drawn =
            drawn(&Scene::new(&points, &[0, 1, 1], words.clone()).unwrap(), Theme::Light, &[]).to_lowercase();
        let (front, back) = (drawn.find("#123456").unwrap(), drawn.find("#8b939c").unwrap());
        assert!(back < front, "other is drawn first");
        let bar = crate::colour_bar::ColourBar {
            title: "Tm <°C>".into(),
            colours: vec!["#440154".into(), "#fde725".into()],
            ticks: vec![
                crate::colour_bar::BarTick { at: 0.5, text: "50".into() },
                crate::colour_bar::BarTick { at: f64::NAN, text: "never".into() },
            ],
        };
        let numbers = SceneLabels { names: vec![String::new(); 2], bar: Some(bar), ..words };
        let scene = Scene::new(&points, &[0, 1, 9], numbers).unwrap();
        for size in [(640.0, 480.0), (0.0, 0.0), (60.0, 20.0)] {
            let svg = svg(&scene, size, Theme::Light, &[]).unwrap();
            assert!(svg.contains("Tm &lt;°C&gt;") && svg.contains("no value (1)") && svg.contains("\n50\n"));
            assert!(!svg.contains("never") && !svg.contains("NaN"));
            assert!(svg.to_lowercase().contains("#fde725"));
        }
    }

    #[test]
    fn the_file_has_the_asked_size() {
        let svg = drawn(&scene(&[0.0, 0.0], &[0], &["a"]), Theme::Light, &[]);
        assert!(
            svg.starts_with("<svg width=\"640\" height=\"480\" viewBox=\"0 0 6400 4800\""),
            "{}",
            &svg[..90]
        );
        assert!(svg.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn hostile_names_are_only_text() {
        let name = "<script>alert(\"1\")</script>&\u{0}'";
        let svg = drawn(&scene(&[0.0, 0.0, 1.0, 1.0], &[0, 1], &[name, "b"]), Theme::Light, &[]);
        assert!(!svg.contains("<script") && !svg.contains('\u{0}'));
        assert!(svg.contains("&lt;script&gt;alert(&quot;1&quot;)"));
        assert_eq!(svg.matches('<').count(), svg.matches('>').count());
    }

    #[test]
    fn axes_carry_titles_and_ticks() {
        let svg = drawn(&scene(&[0.0, 0.0, 10.0, 5.0], &[0, 0], &["a"]), Theme::Light, &[]);
        for word in ["PC 1 (41 %)", "PC 2 (12 %)", "\n10\n", "\n5\n", "\n0\n"] {
            assert!(svg.contains(word), "{word:?} is missing");
        }
        assert!(!svg.contains("no points to show"));
    }

    #[test]
    fn degenerate_scenes_are_drawn() {
        fn t(points: &[f32], note: bool) {
            let scene = scene(points, &vec![0; points.len() / 2], &["a"]);
            for size in [(0.0, 0.0), (1.0, 1.0), (320.0, 200.0), (f64::NAN, 10.0)] {
                let svg = svg(&scene, size, Theme::Dark, &[]).unwrap();
                assert_eq!(svg.contains("no points to show"), note, "{points:?} on {size:?}");
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{points:?} on {size:?}");
            }
        }
        t(&[], true);
        t(&[f32::NAN, f32::NAN], true);
        t(&[1.0, 2.0], false);
        t(&[3.0, 3.0, 3.0, 3.0, 3.0, 3.0], false);
        t(&[f32::MAX, f32::MIN, f32::MIN, f32::MAX], false);
    }

    #[test]
    fn many_groups_get_shapes_and_a_legend_that_says_what_it_leaves_out() {
        let n = 60;
        let points: Vec<f32> = (0..2 * n).map(|value| value as f32).collect();
        let groups: Vec<u16> = (0..n).collect();
        let names: Vec<String> = groups.iter().map(|group| format!("species {group}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let svg = drawn(&scene(&points, &groups, &names), Theme::Light, &[]);
        assert!(svg.contains("<polygon") && svg.contains("species 0 (1)"));
        assert!(svg.contains(" more\n"), "the legend must admit what it cut");
    }

    #[test]
    fn the_same_scene_gives_the_same_file() {
        let scene = scene(&[0.0, 0.0, 1.0, 1.0, 2.0, 0.5], &[0, 1, 9], &["a", "b"]);
        assert_eq!(drawn(&scene, Theme::Light, &[]), drawn(&scene, Theme::Light, &[]));
    }

    #[test]
    fn charts_say_what_they_are_given() {
        let words = crate::heatmap::HeatmapLabels {
            rows: vec!["0".into(), "<1>".into()],
            columns: vec!["a".into(), "b".into()],
            x_label: "layer".into(),
            y_label: String::new(),
            low: 0.0,
            high: 1.0,
            scale: crate::scale::Scale::Sequential,
            decimals: Some(2),
        };
        let map = crate::heatmap::Heatmap::new(vec![1.0, 0.25, f32::NAN, 1.0], words).unwrap();
        let svg = chart_svg(&ChartKind::Heatmap(map), (400.0, 300.0), Theme::Light).unwrap();
        assert!(svg.contains("0.25") && svg.contains("&lt;1&gt;") && !svg.contains("NaN"));
        let row = crate::intervals::Row {
            name: "model".into(),
            value: None,
            interval: Some([0.4, f64::INFINITY]),
            baselines: vec![Some(0.5), None],
            quiet: false,
        };
        let rows = vec![row];
        let chart = crate::intervals::Intervals {
            rows,
            x_label: "AUROC".into(),
            low: 0.0,
            high: 1.0,
            reference: Some(0.5),
        };
        let svg = chart_svg(&ChartKind::Intervals(chart), (300.0, 100.0), Theme::Dark).unwrap();
        assert!(svg.contains("undefined") && svg.contains("AUROC"));
        let series = crate::lines::Series {
            name: "a".into(),
            x: vec![0.0, 1.0, 2.0],
            y: vec![Some(0.1), None, Some(2.0)],
        };
        let lines = crate::lines::Lines {
            series: vec![series],
            x_label: "layer".into(),
            y_label: "CKA".into(),
            low: 0.0,
            high: 1.0,
        };
        for size in [(0.0, 0.0), (300.0, 200.0)] {
            let svg = chart_svg(&ChartKind::Lines(lines.clone()), size, Theme::Light).unwrap();
            assert!(svg.contains("CKA") && !svg.contains("NaN"));
        }
    }
}
