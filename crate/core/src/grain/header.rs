//! Fields of a FASTA header that say how a coding sequence is read.
//!
//! ```text
//! [gene=mutX] [frame=2] [partial=5',3'] [location=<1..>183]        NCBI, cds_from_genomic and Entrez
//! # 1 # 243 # 1 # ID=3_1;partial=10;genetic_code=15                Prodigal, Pyrodigal, prodigal-gv
//! GENE.c1~~c1.p1 ORF type:5prime_partial len:123 (+)               TransDecoder
//! ```

use crate::seq::Partial;

/// The fields of a description.
pub(super) struct Header<'d> {
    fields: Vec<(&'d str, &'d str)>,
    /// Prodigal: strand and attributes.
    prodigal: Option<(&'d str, &'d str)>,
    /// TransDecoder: which parts of the gene are there.
    kind: Option<&'d str>,
}

impl<'d> Header<'d> {
    pub fn of(description: &'d str) -> Self {
        let mut columns = description.split('#').map(str::trim);
        let prodigal = match (columns.next(), columns.nth(2), columns.next()) {
            (Some(""), Some(strand), Some(attributes)) => Some((strand, attributes)),
            _ => None,
        };
        let kind = description.split_whitespace().find_map(|word| word.strip_prefix("type:"));
        Self { fields: bracketed(description), prodigal, kind }
    }

    /// The first value of a field.
    pub fn get(&self, name: &str) -> Option<&'d str> {
        self.all(name).next()
    }

    /// All values of a field.
    pub fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'d str> + 'h {
        self.fields.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The number of the translation table, as text. `mgcode` is that of mitochondria.
    pub fn table(&self) -> Option<&'d str> {
        let organelle =
            self.get("location").is_some_and(|place| place.to_ascii_lowercase().starts_with("mitochond"));
        let mitochondrial = self.get("mgcode").filter(|_| organelle || self.get("gcode").is_none());
        let own = || ["transl_table", "gcode", "genetic_code"].into_iter().find_map(|name| self.get(name));
        mitochondrial.or_else(own).or_else(|| self.attribute("genetic_code"))
    }

    /// Which ends are said to be missing, beside those that the location leaves open.
    pub fn partial(&self) -> Partial {
        let said = self.get("partial").unwrap_or_default();
        let mut partial = Partial { five_prime: said.contains('5'), three_prime: said.contains('3') };
        if let (Some(ends), Some((strand, _))) = (self.attribute("partial"), self.prodigal) {
            // The left and the right end on the contig.
            let (left, right) = (ends.starts_with('1'), ends.ends_with('1'));
            (partial.five_prime, partial.three_prime) =
                if strand == "-1" { (right, left) } else { (left, right) };
        }
        partial.five_prime |= matches!(self.kind, Some("5prime_partial" | "internal"));
        partial.three_prime |= matches!(self.kind, Some("3prime_partial" | "internal"));
        partial
    }

    /// A `key=value` of Prodigal.
    fn attribute(&self, name: &str) -> Option<&'d str> {
        let (_, attributes) = self.prodigal?;
        attributes
            .split(';')
            .filter_map(|field| field.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, v)| v)
    }
}

/// `[key=value]`, whose value may hold brackets in pairs, and `[key]`, which has an empty value.
fn bracketed(description: &str) -> Vec<(&str, &str)> {
    let (mut fields, mut rest) = (Vec::new(), description);
    while let Some((_, inside)) = rest.split_once('[') {
        let mut depth = 1_usize;
        let closes = |(_, letter): &(usize, char)| {
            match letter {
                '[' => depth = depth.saturating_add(1),
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        };
        // A bracket that is never closed does not hide the fields behind it.
        let end = inside.char_indices().find(closes).map(|(at, _)| at).or_else(|| inside.find(']'));
        let Some((field, after)) = end.and_then(|end| inside.split_at_checked(end)) else { break };
        let (key, value) = field.split_once('=').unwrap_or((field, ""));
        fields.push((key.trim(), value.trim()));
        rest = after;
    }
    fields
}
