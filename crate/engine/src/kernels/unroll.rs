//! Unrolls loops in the text of a shader.
//!
//! Browsers' shader compilers keep an array that a loop indexes in memory, and they clamp every index;
//! named variables stay in registers. So the text of a kernel repeats lines with a directive:
//!
//! ```text
//! //@repeat c 4
//! let q$c = qkv[start + $cu];
//! //@end
//! ```
//!
//! becomes four lines with 0 … 3 in place of `$c`. Repetitions may be nested; a count may be a name
//! from the list of counts.

use std::fmt::Write;

/// The text with all repetitions written out.
///
/// A directive with an unknown count stays in the text; the tests of the shaders fail on it.
pub(super) fn unroll(text: &str, counts: &[(&str, usize)]) -> String {
    let mut out = String::with_capacity(text.len() * 4);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((name, count)) = directive(line, counts) else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let mut body = String::new();
        let mut depth = 1;
        for line in lines.by_ref() {
            depth += usize::from(line.trim_start().starts_with("//@repeat"));
            depth -= usize::from(line.trim_start().starts_with("//@end"));
            if depth == 0 {
                break;
            }
            // Writing to a String cannot fail.
            let _ = writeln!(body, "{line}");
        }
        for i in 0..count {
            out.push_str(&unroll(&body.replace(&format!("${name}"), &i.to_string()), counts));
        }
    }
    out
}

/// Name and count of a `//@repeat` line.
fn directive<'a>(line: &'a str, counts: &[(&str, usize)]) -> Option<(&'a str, usize)> {
    let mut words = line.trim_start().strip_prefix("//@repeat ")?.split_whitespace();
    let (name, count) = (words.next()?, words.next()?);
    let named = counts.iter().find(|(known, _)| *known == count).map(|(_, value)| *value);
    Some((name, named.or_else(|| count.parse().ok())?))
}

#[cfg(test)]
mod tests {
    use super::unroll;

    #[test]
    fn repetitions_are_written_out() {
        fn t(text: &str, expected: &str) {
            assert_eq!(unroll(text, &[("N", 2)]), expected);
        }
        t("a\nb", "a\nb\n");
        t("//@repeat i 3\nx$i\n//@end\ny", "x0\nx1\nx2\ny\n");
        t("//@repeat i N\n//@repeat j 2\nv$i_$j\n//@end\n//@end", "v0_0\nv0_1\nv1_0\nv1_1\n");
        t("//@repeat i M\nx", "//@repeat i M\nx\n");
    }
}
