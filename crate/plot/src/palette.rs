//! Colour and shape of each group.
//!
//! The eight colours are Okabe and Ito's, which people with any common colour vision can distinguish.
//! From the ninth group on the colours repeat with another shape: 8 colours × 6 shapes = 48 looks,
//! after which looks repeat too. Points without a label are grey circles.

use plotters::style::RGBColor;
use serde::{Deserialize, Serialize};

use crate::theme::Theme;

/// Outline of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// A disc.
    Circle,
    /// A filled square.
    Square,
    /// A filled triangle, tip up.
    Triangle,
    /// A filled square on its corner.
    Diamond,
    /// Two crossing strokes.
    Cross,
    /// An empty circle.
    Ring,
}

/// How the marks of one group look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Fill, or stroke for [`Shape::Cross`] and [`Shape::Ring`].
    pub colour: RGBColor,
    /// Outline.
    pub shape: Shape,
}

/// The look of a named group. The first groups get the colours that contrast best with the paper.
#[must_use]
pub fn look(slot: usize, theme: Theme) -> Look {
    let mut colour = COLOURS[slot % COLOURS.len()];
    if theme == Theme::Dark && colour == BLACK {
        colour = PALE;
    }
    Look { colour, shape: SHAPES[(slot / COLOURS.len()) % SHAPES.len()] }
}

/// The look of points without a label.
#[must_use]
pub fn unlabelled(theme: Theme) -> Look {
    let colour = match theme {
        Theme::Light => RGBColor(0xa7, 0xad, 0xb4),
        Theme::Dark => RGBColor(0x6a, 0x73, 0x7d),
    };
    Look { colour, shape: Shape::Circle }
}

/// The colour around a mark: paper, or a quiet line where the mark itself hardly differs from it.
#[must_use]
pub fn rim(colour: RGBColor, theme: Theme) -> RGBColor {
    let tones = theme.tones();
    if theme == Theme::Light && colour == YELLOW { tones.quiet } else { tones.paper }
}

/// `#rrggbb` as a colour.
#[must_use]
pub fn parse_css(text: &str) -> Option<RGBColor> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    // A sign would be read as a part of the number.
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some(RGBColor(red, green, blue))
}

/// A colour as CSS writes it.
#[must_use]
pub fn css(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

const BLACK: RGBColor = RGBColor(0x00, 0x00, 0x00);
/// Nearly as light as white paper.
const YELLOW: RGBColor = RGBColor(0xf0, 0xe4, 0x42);
/// Stands in for black on dark paper.
const PALE: RGBColor = RGBColor(0xe8, 0xea, 0xed);

const COLOURS: [RGBColor; 8] = [
    RGBColor(0x00, 0x72, 0xb2), // blue
    RGBColor(0xd5, 0x5e, 0x00), // vermillion
    RGBColor(0x00, 0x9e, 0x73), // bluish green
    RGBColor(0xcc, 0x79, 0xa7), // reddish purple
    RGBColor(0xe6, 0x9f, 0x00), // orange
    RGBColor(0x56, 0xb4, 0xe9), // sky blue
    BLACK,
    YELLOW,
];

const SHAPES: [Shape; 6] =
    [Shape::Circle, Shape::Square, Shape::Triangle, Shape::Diamond, Shape::Cross, Shape::Ring];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::tests::contrast;

    #[test]
    fn looks_differ_up_to_48_groups() {
        for theme in [Theme::Light, Theme::Dark] {
            let looks: Vec<Look> = (0..48).map(|slot| look(slot, theme)).collect();
            for (index, one) in looks.iter().enumerate() {
                assert!(!looks[..index].contains(one), "{theme:?} slot {index}");
                assert_ne!(*one, unlabelled(theme), "{theme:?} slot {index}");
            }
            assert_eq!(look(48, theme), look(0, theme));
        }
    }

    #[test]
    fn eight_groups_need_no_shapes() {
        assert!((0..8).all(|slot| look(slot, Theme::Light).shape == Shape::Circle));
        assert_eq!(look(8, Theme::Light).shape, Shape::Square);
    }

    #[test]
    fn the_first_groups_stand_out_from_the_paper() {
        for theme in [Theme::Light, Theme::Dark] {
            for slot in 0..4 {
                let ratio = contrast(look(slot, theme).colour, theme.tones().paper);
                assert!(ratio >= 3.0, "{theme:?} slot {slot}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn every_mark_or_its_rim_can_be_seen() {
        for theme in [Theme::Light, Theme::Dark] {
            for slot in 0..8 {
                let (colour, paper) = (look(slot, theme).colour, theme.tones().paper);
                let ratio = contrast(colour, paper).max(contrast(rim(colour, theme), paper));
                assert!(ratio >= 2.0, "{theme:?} slot {slot}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn colours_are_css() {
        assert_eq!(css(RGBColor(0, 0x72, 0xb2)), "#0072b2");
        assert_eq!(parse_css("#0072b2"), Some(RGBColor(0, 0x72, 0xb2)));
        for wrong in ["0072b2", "#0072b", "#0072bg", "#+072b2", "#é072b", ""] {
            assert_eq!(parse_css(wrong), None, "{wrong}");
        }
    }
}
