//! Pictures: plain arrays become a [`scene`], a scene becomes a canvas on the page or an SVG file.
//!
//! ```text
//! points [n, 2], groups [n] ─► Scene ─► Frame (margins, ticks, data → pixels) ─► scatter ─► canvas
//!                                         └─► HitGrid (pixel → point)                  └─► SVG
//! cells, rows, series ─► Chart (heat map, intervals, lines) ──────────────────────► canvas, SVG
//! ```
//!
//! Every drawing function is generic over plotters' `DrawingBackend`, so that what a test reads in
//! the SVG is what the canvas shows. The crate measures no text through the browser: a canvas
//! behind a strict content security policy must draw without touching the document.

pub mod area;
pub mod chart;
pub mod colour_bar;
pub mod colour_bar_drawing;
pub mod error;
pub mod frame;
pub mod heatmap;
pub mod hit;
pub mod intervals;
pub mod legend;
pub mod lines;
pub mod marks;
pub mod palette;
pub mod pen;
pub mod row_names;
pub mod scale;
pub mod scatter;
pub mod scene;
pub mod svg;
pub mod theme;
pub mod ticks;

#[cfg(target_arch = "wasm32")]
mod border;
#[cfg(target_arch = "wasm32")]
mod canvas;
#[cfg(target_arch = "wasm32")]
mod charts;
