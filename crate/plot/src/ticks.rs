//! Round numbers along an axis: multiples of 1, 2 or 5 × 10^k, all written with the same decimals.

/// One tick.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it stands, in data units.
    pub value: f64,
    /// What is written beside it, with a true minus sign.
    pub label: String,
}

/// Relative slack that absorbs rounding: a third of 0.3 must be the step 0.1, not the next one up.
const SLACK: f64 = 1e-9;

/// The ticks within `low..=high`, about `most` of them: the step is the first of the 1–2–5 ladder
/// that fits `most` times into the range. Empty when the range is empty or not finite.
#[must_use]
pub fn ticks(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let width = high - low;
    if !(width.is_finite() && width > 0.0) || most == 0 {
        return Vec::new();
    }
    let (mantissa, exponent) = step(width / most as f64);
    let size = scaled(mantissa, exponent);
    // The slack keeps a tick that is only a rounding error outside; it is clamped to the range.
    let (first, last) = ((low / size - SLACK).ceil(), (high / size + SLACK).floor());
    // Labels with that many digits would differ only in the last one.
    if first.abs().max(last.abs()) > 1e12 || last < first {
        return Vec::new();
    }
    let largest = low.abs().max(high.abs());
    (first as i64..=last as i64)
        .map(|number| {
            let value = scaled(number as f64 * mantissa, exponent).clamp(low, high);
            Tick { value, label: label(value, largest, exponent) }
        })
        .collect()
}

/// The smallest of 1, 2, 5 × 10^k that is not below `raw`, as mantissa and exponent.
fn step(raw: f64) -> (f64, i32) {
    let exponent = raw.log10().floor() as i32;
    let rest = raw / scaled(1.0, exponent);
    [1.0, 2.0, 5.0]
        .into_iter()
        .find(|mantissa| rest <= mantissa * (1.0 + SLACK))
        .map_or((1.0, exponent + 1), |mantissa| (mantissa, exponent))
}

/// `value` × 10^`exponent`, dividing for negative exponents since 0.1 is not exact but 10 is.
fn scaled(value: f64, exponent: i32) -> f64 {
    let power = 10f64.powi(exponent.abs());
    if exponent < 0 { value / power } else { value * power }
}

fn label(value: f64, largest: f64, exponent: i32) -> String {
    let text = if value == 0.0 {
        "0".to_owned()
    } else if largest >= 1e6 || exponent < -4 {
        let digits = value.abs().log10().floor() as i32 - exponent;
        format!("{value:.*e}", digits.clamp(0, 15) as usize)
    } else {
        format!("{value:.*}", (-exponent).max(0) as usize)
    };
    text.replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        fn t(low: f64, high: f64, most: usize, expected: &[&str]) {
            let labels: Vec<String> = ticks(low, high, most).into_iter().map(|tick| tick.label).collect();
            assert_eq!(labels, expected, "{low}..{high}, at most {most}");
        }
        t(0.0, 10.0, 5, &["0", "2", "4", "6", "8", "10"]);
        t(-1.3, 2.7, 5, &["−1", "0", "1", "2"]);
        t(0.0, 0.3, 3, &["0", "0.1", "0.2", "0.3"]);
        t(-0.05, 0.05, 4, &["−0.05", "0", "0.05"]);
        t(99.2, 100.9, 4, &["99.5", "100.0", "100.5"]);
        t(0.0, 3e6, 3, &["0", "1e6", "2e6", "3e6"]);
        t(1e6, 1.2e6, 2, &["1.0e6", "1.1e6", "1.2e6"]);
        t(0.0, 2e-6, 2, &["0", "1e−6", "2e−6"]);
        t(0.0, 0.0, 5, &[]);
        t(1.0, 0.0, 5, &[]);
        t(0.0, 1.0, 0, &[]);
        t(0.0, f64::INFINITY, 5, &[]);
        t(f64::NAN, 1.0, 5, &[]);
        t(1e30, 1e30 + 1e15, 5, &[]);
    }

    #[test]
    fn ticks_are_few_and_inside() {
        for exponent in -30..30 {
            for mantissa in [1.0, 1.7, 2.0, 3.3, 5.0, 7.9] {
                let (low, high) = (-0.37 * scaled(mantissa, exponent), scaled(mantissa, exponent));
                let made = ticks(low, high, 6);
                assert!((2..=7).contains(&made.len()), "{low}..{high}: {}", made.len());
                assert!(made.iter().all(|tick| (low..=high).contains(&tick.value)), "{low}..{high}");
            }
        }
    }
}
