//! Numbers in cells, with a decimal point or a decimal comma.

/// The number of a trimmed cell, unless it is infinite or none.
pub(crate) fn finite(cell: &str) -> Option<f64> {
    // The standard library also reads `inf`, `nan` and `infinity`.
    cell.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number with a decimal comma, with a decimal point instead: `44,4` → `44.4`. `None` if the cell is not such
/// a number.
pub(crate) fn decimal_comma(cell: &str) -> Option<String> {
    let (whole, part) = cell.split_once(',')?;
    let digits = whole.trim_start_matches(['+', '-']);
    let fraction = part.split(['e', 'E']).next().unwrap_or_default();
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let made = format!("{whole}.{part}");
    let is = plain(digits) && plain(fraction) && (!digits.is_empty() || !fraction.is_empty());
    (is && finite(&made).is_some()).then_some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_become_points() {
        fn t(cell: &str, expected: Option<&str>) {
            assert_eq!(decimal_comma(cell).as_deref(), expected, "{cell}");
        }
        t("44,4", Some("44.4"));
        t("-0,5e-3", Some("-0.5e-3"));
        t(",5", Some(".5"));
        t("1,2,3", None);
        t("44.4", None);
        t("a,b", None);
        t(",", None);
        t("1.2,5", None);
        assert_eq!((finite("inf"), finite("nan"), finite("1e-3")), (None, None, Some(1e-3)));
    }
}
