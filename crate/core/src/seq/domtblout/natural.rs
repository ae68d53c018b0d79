//! Names in natural order: numbers in them by their value, `c1_2` before `c1_10`.

use std::cmp::Ordering;

/// Compares two names; digits as numbers, everything else byte by byte.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let ((x, more_left), (y, more_right)) = match (left.split_first(), right.split_first()) {
            (Some(x), Some(y)) => (x, y),
            // Equal but for zeros in front of numbers: byte by byte after all.
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
        };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let ((m, rest_left), (n, rest_right)) = (number(left), number(right));
            match m.len().cmp(&n.len()).then(m.cmp(n)) {
                Ordering::Equal => (left, right) = (rest_left, rest_right),
                unequal => return unequal,
            }
        } else if x == y {
            (left, right) = (more_left, more_right);
        } else {
            return x.cmp(y);
        }
    }
}

/// The digits at the beginning, without zeros in front, and the rest.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let begin = digits.iter().position(|byte| *byte != b'0').unwrap_or(digits.len());
    (digits.get(begin..).unwrap_or_default(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        fn t(names: &[&str]) {
            for pair in names.windows(2) {
                let [a, b] = pair else { continue };
                assert_eq!((compare(a, b), compare(b, a)), (Ordering::Less, Ordering::Greater), "{a} {b}");
            }
            assert!(names.iter().all(|name| compare(name, name) == Ordering::Equal));
        }
        t(&["", "a", "c1_1", "c1_2", "c1_10", "c2_1", "c10_1", "d"]);
        t(&["1", "2", "10", "99999999999999999999999", "100000000000000000000000"]);
        t(&["a01", "a1", "a2"]);
        t(&["a", "a1", "ab"]);
        t(&["g.9", "g.10"]);
    }
}
