//! Names of tensors.

use crate::limits::WEIGHTS_NAME_BYTES;

/// Whether a name is one a model could have: it can be shown and logged, and leads nowhere outside a
/// folder. `transformers` 5.17 writes one with an asterisk for what all layers share.
pub(super) fn clean(name: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "_-.:/*".contains(c);
    name.len() <= WEIGHTS_NAME_BYTES
        && name.chars().all(known)
        && name.split('/').all(|part| !part.trim_matches('.').is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_model_could_have() {
        fn t(name: &str, expected: bool) {
            assert_eq!(clean(name), expected, "{name:?}");
        }
        t("esm.encoder.layer.0.LayerNorm.weight", true);
        t("0/layer_6", true);
        t("a..b", true);
        t(&"x".repeat(256), true);
        t(&"x".repeat(257), false);
        t("", false);
        t(".", false);
        t("..", false);
        t("../a", false);
        t("a/../b", false);
        t("/etc/passwd", false);
        t("a//b", false);
        t("a\n", false);
        t("a b", false);
        t("a\\b", false);
        t("é", false);
        t("\u{202e}a", false);
        t("<script>", false);
        t("a\0", false);
    }
}
