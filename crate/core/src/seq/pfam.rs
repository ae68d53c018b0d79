//! Pfam accessions: `PF` and five digits, perhaps with a version.

/// Whether a text is one: `PF00106` or `PF00106.27`.
pub(super) fn is_pfam(value: &str) -> bool {
    let (plain, version) =
        value.split_once('.').map_or((value, None), |(plain, version)| (plain, Some(version)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    plain.strip_prefix("PF").is_some_and(|number| number.len() == 5 && digits(number))
        && version.is_none_or(|version| !version.is_empty() && digits(version))
}

/// The accession in a cross-reference: `PF00106.27`, `PFAM:PF00106` (GECCO), `PFAM: PF00106`, `Pfam-Id: PF00106`.
pub(super) fn accession(value: &str) -> Option<&str> {
    let value = value.trim();
    let bare = match value.split_once(':') {
        Some((source, bare))
            if ["pfam", "pfam-id"].contains(&source.trim().to_ascii_lowercase().as_str()) =>
        {
            bare
        }
        Some(_) => return None,
        None => value,
    };
    Some(bare.trim()).filter(|bare| is_pfam(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accessions() {
        fn t(value: &str, expected: Option<&str>) {
            assert_eq!(accession(value), expected, "{value}");
        }
        t("PF00106", Some("PF00106"));
        t("PF00106.27", Some("PF00106.27"));
        t("PFAM:PF00106", Some("PF00106"));
        t("PFAM: PF00106.27", Some("PF00106.27"));
        t("Pfam:PF00106", Some("PF00106"));
        t("PFAM-Id: PF00106.2", Some("PF00106.2"));
        t("InterPro:IPR000001", None);
        t("InterPro:PF00001", None);
        t("PF0010", None);
        t("PF00106.", None);
        t("PF00106.x", None);
        t("PFAM:", None);
    }
}
