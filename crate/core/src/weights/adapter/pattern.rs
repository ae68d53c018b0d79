//! The keys of `rank_pattern` and `alpha_pattern`: ends of module names, as regular expressions.
//!
//! PEFT matches `(.*\.)?(key)$` against the name of a module. Keys that people write are names, often with a layer's
//! number left open: `layer.\d+.attention`, `layer.[0-3].*query`, `(query|key)`. This much is understood: `.`, `\.`, `\d`,
//! `[…]`, `*`, `+`, `?`, `^`, `$` and alternatives in one pair of parentheses or none.

/// One character's worth of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Atom {
    Any,
    Digit,
    Char(char),
    OneOf { ranges: Vec<(char, char)>, negated: bool },
}

/// How often it may stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Times {
    least: usize,
    most: usize,
}

/// Most alternatives of a key.
const ALTERNATIVES: usize = 64;
/// Most comparisons for one name: a key can be written so that matching never ends.
const STEPS: usize = 100_000;

/// Whether a key stands for a module; `None` if the key cannot be understood.
pub(super) fn matches(key: &str, module: &str) -> Option<bool> {
    let key = key.strip_suffix('$').unwrap_or(key);
    let (key, whole) = key.strip_prefix('^').map_or((key, false), |key| (key, true));
    let starts: Vec<usize> = match whole {
        true => vec![0],
        false => std::iter::once(0)
            .chain(module.char_indices().filter(|&(_, c)| c == '.').map(|(at, _)| at.saturating_add(1)))
            .collect(),
    };
    let mut steps = STEPS;
    let mut found = false;
    for one in alternatives(key)? {
        let atoms = parse(&one)?;
        for &start in &starts {
            let rest: Vec<char> = module.get(start..)?.chars().collect();
            found |= fits(&atoms, &rest, &mut steps)?;
        }
    }
    Some(found)
}

/// A key with alternatives, written out.
fn alternatives(key: &str) -> Option<Vec<String>> {
    let Some((before, inside)) = key.split_once('(') else {
        return Some(key.split('|').map(str::to_owned).collect());
    };
    let (inside, after) = inside.split_once(')')?;
    let inside = inside.strip_prefix("?:").unwrap_or(inside);
    if before.contains('|') || after.starts_with(['*', '+', '?']) || before.ends_with('\\') {
        return None;
    }
    let mut all = Vec::new();
    for one in inside.split('|') {
        all.extend(alternatives(&format!("{before}{one}{after}"))?);
        if all.len() > ALTERNATIVES {
            return None;
        }
    }
    Some(all)
}

fn parse(key: &str) -> Option<Vec<(Atom, Times)>> {
    let mut atoms: Vec<(Atom, Times)> = Vec::new();
    let mut chars = key.chars();
    while let Some(c) = chars.next() {
        let atom = match c {
            '.' => Atom::Any,
            '\\' => match chars.next()? {
                'd' => Atom::Digit,
                'w' => Atom::OneOf {
                    ranges: vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
                    negated: false,
                },
                c if c.is_ascii_alphanumeric() => return None,
                c => Atom::Char(c),
            },
            '[' => one_of(&mut chars)?,
            '*' | '+' | '?' => {
                let (_, times) = atoms.last_mut()?;
                if *times != (Times { least: 1, most: 1 }) {
                    return None;
                }
                *times = Times { least: usize::from(c == '+'), most: if c == '?' { 1 } else { usize::MAX } };
                continue;
            }
            '(' | ')' | ']' | '{' | '}' | '^' | '$' | '|' => return None,
            c => Atom::Char(c),
        };
        atoms.push((atom, Times { least: 1, most: 1 }));
    }
    Some(atoms)
}

fn one_of(chars: &mut std::str::Chars<'_>) -> Option<Atom> {
    let (mut ranges, mut negated, mut first) = (Vec::new(), false, true);
    loop {
        match chars.next()? {
            '^' if first => negated = true,
            ']' => return Some(Atom::OneOf { ranges, negated }),
            '\\' => return None,
            from => {
                let mut ahead = chars.clone();
                match (ahead.next(), ahead.next()) {
                    (Some('-'), Some(to)) if to != ']' => {
                        *chars = ahead;
                        ranges.push((from, to));
                    }
                    _ => ranges.push((from, from)),
                }
            }
        }
        first = false;
    }
}

/// Whether the atoms take exactly `rest`; `None` if it takes too long to find out.
fn fits(atoms: &[(Atom, Times)], rest: &[char], steps: &mut usize) -> Option<bool> {
    *steps = steps.checked_sub(1)?;
    let Some(((atom, times), after)) = atoms.split_first() else { return Some(rest.is_empty()) };
    let run = rest.iter().take_while(|&&c| is(atom, c)).take(times.most).count();
    for taken in (times.least..=run).rev() {
        if fits(after, rest.get(taken..)?, steps)? {
            return Some(true);
        }
    }
    Some(false)
}

fn is(atom: &Atom, c: char) -> bool {
    match atom {
        Atom::Any => true,
        Atom::Digit => c.is_ascii_digit(),
        Atom::Char(own) => *own == c,
        Atom::OneOf { ranges, negated } => {
            ranges.iter().any(|&(from, to)| (from..=to).contains(&c)) != *negated
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        fn t(key: &str, expected: Option<bool>) {
            assert_eq!(matches(key, "esm.encoder.layer.12.attention.self.query"), expected, "{key}");
        }
        t("query", Some(true));
        t("key", Some(false));
        t("ery", Some(false));
        t("self.query", Some(true));
        t("esm.encoder.layer.12.attention.self.query", Some(true));
        t("^esm.encoder.layer.12.attention.self.query", Some(true));
        t("^query", Some(false));
        t("layer.12.attention", Some(false));
        t(r"layer\.12\.attention\.self\.query", Some(true));
        t(r"layer\.\d+\.attention.self.query$", Some(true));
        t(r"layer.[0-9]+.attention.self.query", Some(true));
        t("layer.[^0-1]2.attention.self.query", Some(false));
        t("layer.1[0-2].*query", Some(true));
        t(".*layer.1?2.*", Some(true));
        t("(query|key)", Some(true));
        t("self.(key|value)", Some(false));
        t("key|query", Some(true));
        t(r"\bquery", None);
        t("query{1}", None);
        t("(que)+ry", None);
        t("[q", None);
        t("*query", None);
    }

    #[test]
    fn a_key_that_never_ends_is_given_up() {
        assert_eq!(matches(&".*".repeat(20), &"a".repeat(200)).map(|_| ()), Some(()));
        assert_eq!(matches(&format!("{}b", ".*a".repeat(20)), &"a".repeat(200)), None);
    }
}
