//! From a number to a colour, readable with any common colour vision.
//!
//! Sequential: viridis (van der Walt and Smith), from dark to light. Diverging: blue to red with
//! the middle nearly the paper (Brewer's RdBu).

use plotters::style::RGBColor;
use serde::Deserialize;

use crate::theme::Theme;

/// Which scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// More is lighter.
    #[default]
    Sequential,
    /// Less than the middle is blue, more is red.
    Diverging,
}

const SEQUENTIAL: [RGBColor; 6] = [
    RGBColor(0x44, 0x01, 0x54),
    RGBColor(0x41, 0x44, 0x87),
    RGBColor(0x2a, 0x78, 0x8e),
    RGBColor(0x22, 0xa8, 0x84),
    RGBColor(0x7a, 0xd1, 0x51),
    RGBColor(0xfd, 0xe7, 0x25),
];
const LOW: [RGBColor; 2] = [RGBColor(0x21, 0x66, 0xac), RGBColor(0x92, 0xc5, 0xde)];
const HIGH: [RGBColor; 2] = [RGBColor(0xf4, 0xa5, 0x82), RGBColor(0xb2, 0x18, 0x2b)];

impl Scale {
    /// The colour of a share from 0 to 1.
    #[must_use]
    pub fn colour(self, share: f64, theme: Theme) -> RGBColor {
        let middle = match theme {
            Theme::Light => RGBColor(0xf3, 0xf3, 0xf3),
            Theme::Dark => RGBColor(0x3a, 0x41, 0x49),
        };
        match self {
            Self::Sequential => along(&SEQUENTIAL, share),
            Self::Diverging => along(&[LOW[0], LOW[1], middle, HIGH[0], HIGH[1]], share),
        }
    }
}

/// Black or white, whichever can be read on a colour.
#[must_use]
pub fn ink_on(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    // Relative luminance; at 0.18 black and white are equally far away.
    let linear = |channel: u8| (f64::from(channel) / 255.0).powf(2.2);
    let bright = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    if bright > 0.18 { RGBColor(0x00, 0x00, 0x00) } else { RGBColor(0xff, 0xff, 0xff) }
}

fn along(stops: &[RGBColor], share: f64) -> RGBColor {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let place = share * (stops.len() - 1) as f64;
    let at = |i: usize| stops[i.min(stops.len() - 1)];
    let (RGBColor(r, g, b), RGBColor(s, h, c)) = (at(place as usize), at(place as usize + 1));
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * place.fract()).round() as u8;
    RGBColor(mix(r, s), mix(g, h), mix(b, c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::tests::contrast;

    #[test]
    fn ends_and_middle() {
        assert_eq!(Scale::Sequential.colour(0.0, Theme::Light), SEQUENTIAL[0]);
        assert_eq!(Scale::Sequential.colour(1.0, Theme::Dark), SEQUENTIAL[5]);
        assert_eq!(Scale::Diverging.colour(0.5, Theme::Light), RGBColor(0xf3, 0xf3, 0xf3));
        assert_eq!(Scale::Diverging.colour(f64::NAN, Theme::Light), LOW[0]);
        assert_eq!(Scale::Diverging.colour(7.0, Theme::Light), HIGH[1]);
    }

    #[test]
    fn numbers_on_every_colour_can_be_read() {
        for theme in [Theme::Light, Theme::Dark] {
            for scale in [Scale::Sequential, Scale::Diverging] {
                for step in 0..=100 {
                    let colour = scale.colour(f64::from(step) / 100.0, theme);
                    let seen = contrast(ink_on(colour), colour);
                    assert!(seen >= 3.0, "{scale:?} {theme:?} {step}: {seen}");
                }
            }
        }
    }
}
