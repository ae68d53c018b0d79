//! One mark per shape, straight onto a plotters backend.
//!
//! Marks of the same radius look equally heavy: squares, triangles and diamonds are sized to the
//! area of the circle.

use plotters::style::{Color, RGBAColor, ShapeStyle};
use plotters_backend::{DrawingBackend, DrawingErrorKind};

use crate::palette::Shape;

/// What a drawing call answers on backend `DB`.
pub type Drawn<DB> = Result<(), DrawingErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Draws one mark of `radius` surface pixels around `at`.
///
/// # Errors
/// Those of the backend.
pub fn mark<DB: DrawingBackend>(
    backend: &mut DB,
    shape: Shape,
    at: (i32, i32),
    radius: f64,
    colour: RGBAColor,
) -> Drawn<DB> {
    let (x, y) = at;
    let whole = |factor: f64| ((radius * factor).round() as i32).max(1);
    let stroke =
        ShapeStyle { color: colour, filled: false, stroke_width: (radius * 0.5).round().max(1.0) as u32 };
    match shape {
        Shape::Circle => backend.draw_circle(at, whole(1.0) as u32, &colour, true),
        Shape::Ring => backend.draw_circle(at, whole(0.85) as u32, &stroke, false),
        Shape::Square => {
            // An odd and an even corner distance let half pixels of the side survive rounding.
            let side = ((radius * 1.77).round() as i32).max(1);
            let (left, top) = (x - side / 2, y - side / 2);
            backend.draw_rect((left, top), (left + side, top + side), &colour, true)
        }
        Shape::Triangle => {
            let (half, tip, base) = (whole(1.35), whole(1.3), whole(0.9));
            backend.fill_polygon([(x, y - tip), (x + half, y + base), (x - half, y + base)], &colour)
        }
        Shape::Diamond => {
            let half = whole(1.25);
            backend.fill_polygon([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], &colour)
        }
        Shape::Cross => {
            let half = whole(0.95);
            backend.draw_line((x - half, y - half), (x + half, y + half), &stroke)?;
            backend.draw_line((x - half, y + half), (x + half, y - half), &stroke)
        }
    }
}

/// Draws a ring around a hovered or selected point: ink on a halo of paper, so that it
/// shows on any ground.
///
/// # Errors
/// Those of the backend.
pub fn ring<DB: DrawingBackend>(
    backend: &mut DB,
    at: (i32, i32),
    radius: f64,
    width: f64,
    (ink, halo): (impl Color, impl Color),
) -> Drawn<DB> {
    let style = |colour: RGBAColor, width: f64| ShapeStyle {
        color: colour,
        filled: false,
        stroke_width: width.round().max(1.0) as u32,
    };
    let radius = radius.round().max(1.0) as u32;
    backend.draw_circle(at, radius, &style(halo.to_rgba(), width * 2.5), false)?;
    backend.draw_circle(at, radius, &style(ink.to_rgba(), width), false)
}
