//! Names of rows and titles, as charts show them.

use crate::frame::text_width_css;

/// Names longer than this are cut.
const LONGEST_NAME: usize = 26;

/// A title free of control characters.
#[must_use]
pub fn title(words: &str) -> String {
    words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A name free of control characters, cut if it is long.
#[must_use]
pub fn shown(name: &str) -> String {
    let letters: Vec<char> = title(name).chars().collect();
    match letters.get(..LONGEST_NAME - 1) {
        Some(start) if letters.len() > LONGEST_NAME => start.iter().chain(&['…']).collect(),
        _ => letters.into_iter().collect(),
    }
}

/// Width of the widest name, in CSS pixels.
#[must_use]
pub fn widest_css<'a>(names: impl IntoIterator<Item = &'a String>) -> f64 {
    names.into_iter().map(|name| text_width_css(name)).fold(0.0, f64::max)
}
