//! `key=value` words in a header.
//!
//! `key=value` ends at a blank, `[key=value]` at the bracket, and `OS=` (UniProt's organism, the one
//! common field with blanks in it) before the next word that holds a `=`. A key is made of ASCII
//! letters, digits, `_`, `-` and `.`; words of any other shape are passed over.

/// Iterator over the fields of a description.
pub(super) struct Fields<'a> {
    rest: &'a str,
}

impl<'a> Fields<'a> {
    /// The fields of `description`.
    pub(super) fn of(description: &'a str) -> Self {
        Self { rest: description }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let text = self.rest.trim_start();
            if text.is_empty() {
                return None;
            }
            let (field, rest) = next_piece(text);
            self.rest = rest;
            if let Some((key, value)) = field.split_once('=')
                && is_key(key)
                && !value.trim().is_empty()
            {
                return Some((key, value.trim()));
            }
        }
    }
}

/// Cuts the next piece that may be a field from the front of `text`.
fn next_piece(text: &str) -> (&str, &str) {
    if let Some((inside, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        return (inside, rest);
    }
    let end = if text.starts_with("OS=") { end_of_organism(text) } else { end_of_word(text) };
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn end_of_word(text: &str) -> usize {
    text.find(char::is_whitespace).unwrap_or(text.len())
}

/// Where the word with the second `=` of `text` begins; its end if there is no other.
fn end_of_organism(text: &str) -> usize {
    let Some((second, _)) = text.match_indices('=').nth(1) else { return text.len() };
    let before = text.get(..second).unwrap_or(text);
    before.rfind(char::is_whitespace).unwrap_or_else(|| end_of_word(text))
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_description() {
        fn t(description: &str, expected: &[(&str, &str)]) {
            assert_eq!(Fields::of(description).collect::<Vec<_>>(), expected, "{description}");
        }
        t("", &[]);
        t("serum albumin", &[]);
        t("species=Homo_sapiens", &[("species", "Homo_sapiens")]);
        t("a=1 words b=2", &[("a", "1"), ("b", "2")]);
        t("a=1 a=2", &[("a", "1"), ("a", "2")]);
        t("url=x?y=z", &[("url", "x?y=z")]);
        t("=x a= b==", &[("b", "=")]);
        t("[organism=Homo sapiens] [strain=K-12]", &[("organism", "Homo sapiens"), ("strain", "K-12")]);
        t("[Escherichia coli] x=1", &[("x", "1")]);
        t("[unclosed x=1", &[("x", "1")]);
        t(
            "Ferredoxin OS=Rattus norvegicus GN=Gsta1 PE=1",
            &[("OS", "Rattus norvegicus"), ("GN", "Gsta1"), ("PE", "1")],
        );
        t("OS=Homo sapiens", &[("OS", "Homo sapiens")]);
        t("OS=x=y", &[("OS", "x=y")]);
        t("ÅÄ=1 größe=2 ok=ß", &[("ok", "ß")]);
    }
}
