//! The two looks of a picture: dark ink on white paper, light ink on dark paper.

use plotters::style::RGBColor;
use serde::Deserialize;

/// Which look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// White paper; also what a printed figure wants.
    #[default]
    Light,
    /// Dark paper.
    Dark,
}

/// Colours of everything but the points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tones {
    /// Background.
    pub paper: RGBColor,
    /// Titles and rings.
    pub ink: RGBColor,
    /// Tick labels and points without a label.
    pub quiet: RGBColor,
    /// Axis lines.
    pub axis: RGBColor,
    /// Grid lines.
    pub grid: RGBColor,
}

impl Theme {
    /// Its colours. Ink and quiet text both keep a contrast of at least 4.5 : 1 to the paper.
    #[must_use]
    pub fn tones(self) -> Tones {
        match self {
            Self::Light => Tones {
                paper: RGBColor(0xff, 0xff, 0xff),
                ink: RGBColor(0x1b, 0x1f, 0x24),
                quiet: RGBColor(0x5b, 0x64, 0x6e),
                axis: RGBColor(0x9a, 0xa2, 0xab),
                grid: RGBColor(0xec, 0xee, 0xf1),
            },
            Self::Dark => Tones {
                paper: RGBColor(0x15, 0x19, 0x1e),
                ink: RGBColor(0xe8, 0xea, 0xed),
                quiet: RGBColor(0xa4, 0xad, 0xb8),
                axis: RGBColor(0x5e, 0x68, 0x73),
                grid: RGBColor(0x25, 0x2b, 0x32),
            },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// WCAG 2 contrast ratio of two colours.
    pub(crate) fn contrast(a: RGBColor, b: RGBColor) -> f64 {
        fn luminance(RGBColor(r, g, b): RGBColor) -> f64 {
            let linear = |channel: u8| {
                let value = f64::from(channel) / 255.0;
                if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
        }
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_in_both_themes() {
        for theme in [Theme::Light, Theme::Dark] {
            let tones = theme.tones();
            assert!(contrast(tones.ink, tones.paper) >= 7.0, "{theme:?} ink");
            assert!(contrast(tones.quiet, tones.paper) >= 4.5, "{theme:?} quiet");
        }
    }
}
