//! A rectangle of a surface, and shares of its sides.

use crate::frame::Surface;

/// A rectangle in surface pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub left: i32,
    /// Top edge.
    pub top: i32,
    /// Right edge, right of the left one.
    pub right: i32,
    /// Bottom edge, below the top one.
    pub bottom: i32,
}

impl Area {
    /// An area with margins in CSS pixels: left, top, right, bottom.
    #[must_use]
    pub fn within(surface: Surface, [left, top, right, bottom]: [f64; 4]) -> Self {
        let (width, height) = surface.pixels();
        let pixels = |css: f64| (css * surface.scale).round() as i32;
        let (left, top) = (pixels(left), pixels(top));
        Self {
            left,
            top,
            right: (width as i32 - pixels(right)).max(left + 1),
            bottom: (height as i32 - pixels(bottom)).max(top + 1),
        }
    }

    /// Surface pixels from left to right.
    #[must_use]
    pub fn width(self) -> i32 {
        self.right - self.left
    }

    /// Surface pixels from top to bottom.
    #[must_use]
    pub fn height(self) -> i32 {
        self.bottom - self.top
    }

    /// A share of the width, from the left.
    #[must_use]
    pub fn across(self, share: f64) -> i32 {
        (f64::from(self.left) + share * f64::from(self.width())).round() as i32
    }

    /// A share of the height, from the top.
    #[must_use]
    pub fn down(self, share: f64) -> i32 {
        (f64::from(self.top) + share * f64::from(self.height())).round() as i32
    }
}

/// Where a value lies between two others; 0 for an empty range.
#[must_use]
pub fn share(value: f64, low: f64, high: f64) -> f64 {
    if high > low { (value - low) / (high - low) } else { 0.0 }
}
