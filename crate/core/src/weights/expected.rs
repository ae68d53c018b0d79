//! A source of tensors against what a model needs.
//!
//! A model lists every tensor it knows, so that a file with one too many is refused like a file
//! with one too few: an unread tensor means that this is not the model we think it is.

use super::{TensorInfo, TensorSource, WeightsError, WeightsProblem};
use std::collections::BTreeSet;

/// A tensor that a model knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Its name in the file.
    pub name: String,
    /// Its shape in the file.
    pub shape: Vec<usize>,
    /// Whether the model cannot do without it.
    pub required: bool,
}

impl Expected {
    /// A tensor that must be there.
    #[must_use]
    pub fn required(name: impl Into<String>, shape: impl Into<Vec<usize>>) -> Self {
        Self { name: name.into(), shape: shape.into(), required: true }
    }

    /// A tensor that may be there; if it is, its shape must be right.
    #[must_use]
    pub fn optional(name: impl Into<String>, shape: impl Into<Vec<usize>>) -> Self {
        Self { required: false, ..Self::required(name, shape) }
    }
}

/// Compares a source with what a model expects.
///
/// Tensors matching one of the `ignored` patterns may be there and are not looked at; in a pattern
/// `*` stands for any run of characters. The first kind of problem found is reported, with the
/// names of (the first eight of) all tensors that have it.
///
/// # Errors
///
/// `weights.missing`, `weights.unknown`, `weights.wrong_dtype` (whole numbers instead of weights)
/// or `weights.wrong_shape`.
pub fn check(source: &dyn TensorSource, expected: &[Expected], ignored: &[&str]) -> Result<(), WeightsError> {
    let first_problem = || -> Result<(), WeightsProblem> {
        check_names(source, expected, ignored)?;
        check_kinds(source, expected)
    };
    first_problem().map_err(|problem| WeightsError {
        file: source.file().map(str::to_owned),
        problem: Box::new(problem),
    })
}

fn check_names(
    source: &dyn TensorSource,
    expected: &[Expected],
    ignored: &[&str],
) -> Result<(), WeightsProblem> {
    let missing = expected.iter().filter(|tensor| tensor.required && source.info(&tensor.name).is_none());
    report(missing.map(|tensor| tensor.name.clone()), |count, names| WeightsProblem::Missing {
        count,
        names,
    })?;

    let known: BTreeSet<&str> = expected.iter().map(|tensor| tensor.name.as_str()).collect();
    let is_ignored = |name: &str| ignored.iter().any(|pattern| matches(pattern, name));
    let unknown = source.names().into_iter().filter(|&name| !known.contains(name) && !is_ignored(name));
    report(unknown.map(str::to_owned), |count, names| WeightsProblem::Unknown { count, names })
}

fn check_kinds(source: &dyn TensorSource, expected: &[Expected]) -> Result<(), WeightsProblem> {
    let found = || expected.iter().filter_map(|tensor| Some((tensor, source.info(&tensor.name)?)));

    let whole = found().filter(|(_, info)| !info.dtype.is_float());
    report(
        whole.map(|(tensor, info)| format!("{} ({})", tensor.name, info.dtype.name())),
        |count, names| WeightsProblem::WrongDtype { count, names },
    )?;

    let other = found().filter(|(tensor, info)| tensor.shape != info.shape);
    let shapes = |(tensor, info): (&Expected, &TensorInfo)| {
        format!("{} {:?} instead of {:?}", tensor.name, info.shape, tensor.shape)
    };
    report(other.map(shapes), |count, names| WeightsProblem::WrongShape { count, names })
}

/// Turns a list of names into a problem, unless it is empty.
fn report(
    found: impl Iterator<Item = String>,
    problem: impl FnOnce(usize, Vec<String>) -> WeightsProblem,
) -> Result<(), WeightsProblem> {
    let mut names: Vec<String> = found.collect();
    let count = names.len();
    if count == 0 {
        return Ok(());
    }
    if count > 8 {
        names.truncate(8);
        names.push("…".to_owned());
    }
    Err(problem(count, names))
}

/// Whether `name` matches `pattern`, in which `*` stands for any run of characters.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        // The earliest place leaves the most for what follows.
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run() {
        fn t(pattern: &str, name: &str, expected: bool) {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
        t("a.b", "a.b", true);
        t("a.b", "a.bc", false);
        t("*", "", true);
        t("*", "a", true);
        t("a*", "b", false);
        t("*.position_ids", "esm.embeddings.position_ids", true);
        t("*.position_ids", "position_ids", false);
        t("pooler.*", "pooler.dense.weight", true);
        t("a*b*c", "a1b2c", true);
        t("a*b*c", "abc", true);
        t("a*b*c", "ac", false);
        t("ab*ba", "aba", false);
        t("a**b", "ab", true);
    }
}
