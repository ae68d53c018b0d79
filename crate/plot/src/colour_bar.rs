//! The bar of a colour scale: colours from low to high, with their numbers.

use serde::Deserialize;

/// A bar as the page describes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ColourBar {
    /// What the numbers are.
    pub title: String,
    /// From low to high, `#rrggbb`.
    pub colours: Vec<String>,
    /// Numbers beside the bar.
    pub ticks: Vec<BarTick>,
}

/// A number beside the bar.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BarTick {
    /// Its place, 0 at the low end and 1 at the high end.
    pub at: f64,
    /// As it is written.
    pub text: String,
}
