//! What a file says about how a gene is read: qualifiers of a CDS feature, or fields of a FASTA header.

use super::header::Header;
use super::recoded::{Letters, Recoded, recoded};
use crate::error::{Notice, Where};
use crate::seq::{Feature, Location, Partial};

/// Codons that a notice lists.
const LISTED: usize = 5;

/// How a gene is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotation {
    /// The translation table that it names.
    pub table: Option<u8>,
    /// Letters before its first codon, 0 to 2.
    pub skipped: usize,
    /// Which of its ends are missing.
    pub partial: Partial,
    /// Whether it is a pseudogene.
    pub pseudo: bool,
    /// Codons that are read against the table.
    pub recoded: Vec<Recoded>,
    /// Why its letters need not give its protein, in the words of the file.
    exceptions: Vec<String>,
    /// Whether the file leaves open if its stretches are joined.
    order: bool,
    /// What cannot be used, each with its reason.
    unusable: Vec<String>,
}

impl Annotation {
    /// Reads the qualifiers of a CDS feature.
    #[must_use]
    pub fn of_feature(feature: &Feature) -> Self {
        let mut found =
            Self { partial: feature.location.open_ends(), order: feature.location.order, ..Self::default() };
        found.pseudo = ["pseudo", "pseudogene"].into_iter().any(|name| feature.get(name).is_some());
        found.table(feature.get("transl_table"));
        found.frame("codon_start", feature.get("codon_start"));
        let letters = Letters {
            location: Some(&feature.location),
            count: feature.location.len(),
            skipped: found.skipped,
        };
        feature.all("transl_except").for_each(|value| found.recode(value, &letters));
        for name in ["ribosomal_slippage", "trans_splicing", "artificial_location"] {
            let spoken =
                |value: &str| if value.is_empty() { name.replace('_', " ") } else { value.to_owned() };
            found.exceptions.extend(feature.all(name).map(spoken));
        }
        found.exceptions.extend(feature.all("exception").map(str::to_owned));
        found.exceptions.dedup();
        found
    }

    /// Reads the description of a FASTA record of `count` letters: fields in brackets as the NCBI writes them,
    /// the columns of Prodigal, the types of TransDecoder.
    #[must_use]
    pub fn of_header(description: &str, count: usize) -> Self {
        let header = Header::of(description);
        let location = header.get("location").and_then(Location::written);
        let mut found = Self {
            partial: location.as_ref().map(Location::open_ends).unwrap_or_default(),
            order: location.as_ref().is_some_and(|location| location.order),
            ..Self::default()
        };
        let named = header.partial();
        found.partial.five_prime |= named.five_prime;
        found.partial.three_prime |= named.three_prime;
        let is_true = |value: &str| !["false", "no", "0"].iter().any(|no| no.eq_ignore_ascii_case(value));
        found.pseudo = ["pseudo", "pseudogene"].into_iter().any(|name| header.get(name).is_some_and(is_true));
        found.table(header.table());
        found.frame("frame", header.get("frame").or(header.get("codon_start")));
        let letters = Letters { location: location.as_ref(), count, skipped: found.skipped };
        header.all("transl_except").for_each(|value| found.recode(value, &letters));
        for name in ["ribosomal_slippage", "trans_splicing"] {
            found.exceptions.extend(header.get(name).map(|_| name.replace('_', " ")));
        }
        found.exceptions.extend(header.all("exception").map(str::to_owned));
        found
    }

    /// Whether the letters need not give the protein that the file gives.
    #[must_use]
    pub fn is_exceptional(&self) -> bool {
        !self.exceptions.is_empty()
    }

    /// What was read, and what could not be: `cds.recoded`, `cds.ribosomal_slippage`, `cds.trans_splicing`,
    /// `cds.exception`, `cds.order`, `cds.qualifier`. `given` says whether the protein is the file's own.
    #[must_use]
    pub fn notices(&self, given: bool, at: &Where) -> Vec<Notice> {
        let mut notices = Vec::new();
        let mut report = |code: &str, message: String, hint: &str| {
            notices.push(Notice { code: code.to_owned(), message, at: at.clone(), hint: hint.to_owned() });
        };
        let read =
            if given { "the file's translation is used" } else { "its letters are translated as they stand" };
        for exception in &self.exceptions {
            let words = exception.to_ascii_lowercase().replace(['_', '-'], " ");
            let code = match words.as_str() {
                "ribosomal slippage" => "cds.ribosomal_slippage",
                "trans splicing" => "cds.trans_splicing",
                _ => "cds.exception",
            };
            let shown: String = exception.chars().take(100).flat_map(char::escape_debug).collect();
            report(
                code,
                format!("the file notes {shown}: {read}"),
                "compare the protein with its database entry if it matters",
            );
        }
        if !self.recoded.is_empty() && !given {
            let shown: Vec<String> = self.recoded.iter().take(LISTED).map(Recoded::shown).collect();
            let more = if self.recoded.len() > LISTED { ", …" } else { "" };
            let count = match self.recoded.len() {
                1 => "1 codon is".to_owned(),
                n => format!("{n} codons are"),
            };
            let message =
                format!("{count} read as the file says, against the table: {}{more}", shown.join(", "));
            report("cds.recoded", message, "nothing to do");
        }
        if self.order && !given {
            let message = "the file orders the stretches of the gene and does not join them; they are read one after another";
            report("cds.order", message.to_owned(), "leave the gene out if its stretches are not joined");
        }
        for fault in &self.unusable {
            report("cds.qualifier", fault.clone(), "correct it in the file if it matters");
        }
        notices
    }

    fn table(&mut self, value: Option<&str>) {
        let Some(value) = value else { return };
        match value.trim().parse() {
            Ok(table) => self.table = Some(table),
            Err(_) => self.refuse("transl_table", value, "it is not a number"),
        }
    }

    fn frame(&mut self, name: &str, value: Option<&str>) {
        match value.map(|value| value.trim().parse::<usize>()) {
            None => {}
            Some(Ok(first @ 1..=3)) => self.skipped = first.saturating_sub(1),
            Some(_) => self.refuse(name, value.unwrap_or_default(), "it is not 1, 2 or 3"),
        }
    }

    fn recode(&mut self, value: &str, letters: &Letters) {
        match recoded(value, letters) {
            Ok(codons) => self.recoded.extend(codons),
            Err(fault) => self.refuse("transl_except", value, fault),
        }
    }

    fn refuse(&mut self, name: &str, value: &str, fault: &str) {
        let shown: String = value.chars().take(60).flat_map(char::escape_debug).collect();
        self.unusable.push(format!("{name}={shown} is not used: {fault}"));
    }
}

impl Recoded {
    fn shown(&self) -> String {
        let residue = match self.residue {
            '*' => "a stop".to_owned(),
            residue => residue.to_string(),
        };
        format!("codon {} as {residue}", self.codon.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        fn t(description: &str, table: Option<u8>, skipped: usize, ends: &str, pseudo: bool, codes: &[&str]) {
            let found = Annotation::of_header(description, 12);
            let partial = Partial { five_prime: ends.contains('5'), three_prime: ends.contains('3') };
            let notices = found.notices(false, &Where::default());
            let reported: Vec<&str> = notices.iter().map(|notice| notice.code.as_str()).collect();
            assert_eq!(
                (found.table, found.skipped, found.partial, found.pseudo),
                (table, skipped, partial, pseudo)
            );
            assert_eq!(reported, codes, "{description}");
        }
        t("", None, 0, "", false, &[]);
        t("[gene=a] [frame=2] [partial=5',3'] [location=<1..>498]", None, 1, "53", false, &[]);
        t("[frame=3] [location=complement(<1..498)]", None, 2, "3", false, &[]);
        t("[location=complement(join(1..20,40..>60))]", None, 0, "5", false, &[]);
        t(
            "[protein=3-oxoacyl-[acyl-carrier-protein] synthase] [partial=3'] [pseudo=true]",
            None,
            0,
            "3",
            true,
            &[],
        );
        t("[pseudogene=unprocessed] [gcode=4]", Some(4), 0, "", true, &[]);
        t("[pseudo]", None, 0, "", true, &[]);
        t("[pseudo=false]", None, 0, "", false, &[]);
        t("[location=mitochondrion] [gcode=1] [mgcode=5]", Some(5), 0, "", false, &[]);
        t("[exception=ribosomal slippage]", None, 0, "", false, &["cds.ribosomal_slippage"]);
        t("[exception=trans-splicing]", None, 0, "", false, &["cds.trans_splicing"]);
        t("[exception=RNA editing]", None, 0, "", false, &["cds.exception"]);
        t("[transl_except=(pos:4..6,aa:Sec)]", None, 0, "", false, &["cds.recoded"]);
        t(
            "[transl_except=(pos:5..6,aa:Sec)] [frame=9]",
            None,
            0,
            "",
            false,
            &["cds.qualifier", "cds.qualifier"],
        );
        t("[location=order(1..6,10..15)]", None, 0, "", false, &["cds.order"]);
        t("# 1 # 243 # 1 # ID=3_1;partial=10;start_type=Edge;genetic_code=15", Some(15), 0, "5", false, &[]);
        t("# 1 # 243 # -1 # ID=3_1;partial=10;start_type=ATG", None, 0, "3", false, &[]);
        t("GENE.c1~~c1.p1 ORF type:internal len:80 (+)", None, 0, "53", false, &[]);
        t("frame=2 partial=5' words only", None, 0, "", false, &[]);
    }
}
