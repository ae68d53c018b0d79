//! Which side of a `--domtblout` table has the profiles.
//!
//! `hmmscan` has them left, as targets, `hmmsearch` right, as queries. That is said by, in this order:
//! the program in the comments below the hits; the lengths, since no alignment reaches beyond its
//! profile or its protein; the accessions, which proteins of a FASTA file do not have; and the
//! descriptions of the targets, in which Prodigal writes where a gene lies.

use crate::seq::pfam::is_pfam;

/// The side of the profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profiles {
    /// Left: `hmmscan`.
    Targets,
    /// Right: `hmmsearch`.
    Queries,
}

/// One side of a hit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side<'t> {
    pub name: &'t str,
    /// The accession; `-` if it has none.
    pub accession: &'t str,
    pub length: u64,
}

/// A hit, before it is known which side is the protein.
#[derive(Clone, Copy, Debug)]
pub(super) struct TwoSided<'t> {
    pub target: Side<'t>,
    pub query: Side<'t>,
    /// Last position of the profile in the alignment.
    pub profile_to: u64,
    /// Last residue of the alignment or of its envelope.
    pub protein_to: u64,
    /// Whether the target's description is that of a gene of Prodigal: `# 30 # 1320 # 1 # ID=…`.
    pub gene: bool,
}

/// What a comment says of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Known(Profiles),
    /// `phmmer` and its kind: neither side has profiles.
    Sequences,
}

impl Program {
    /// Reads a comment such as `# Program:         hmmsearch`.
    pub fn of_comment(line: &str) -> Option<Self> {
        let (key, value) = line.trim_start_matches('#').split_once(':')?;
        let word = value.split_whitespace().next()?;
        let name = match key.trim() {
            "Program" => word,
            // The command, with the folder it lies in.
            "Option settings" => word.rsplit(['/', '\\']).next()?,
            "Pipeline mode" if word == "SCAN" => "hmmscan",
            _ => return None,
        };
        match name {
            "hmmscan" => Some(Self::Known(Profiles::Targets)),
            "hmmsearch" => Some(Self::Known(Profiles::Queries)),
            "phmmer" | "jackhmmer" | "nhmmer" | "nhmmscan" => Some(Self::Sequences),
            _ => None,
        }
    }
}

impl Profiles {
    /// By the hits alone; `None` if nothing in them decides.
    pub fn of_hits(hits: &[TwoSided<'_>]) -> Option<Self> {
        let count = |test: &dyn Fn(&TwoSided<'_>) -> bool| hits.iter().filter(|hit| test(hit)).count();
        let beyond = |profile: &Side<'_>, protein: &Side<'_>, hit: &TwoSided<'_>| {
            hit.profile_to > profile.length || hit.protein_to > protein.length
        };
        let not_targets = count(&|hit| beyond(&hit.target, &hit.query, hit));
        let not_queries = count(&|hit| beyond(&hit.query, &hit.target, hit));
        let sides = |left: usize, right: usize| match (left, right) {
            (0, 0) => None,
            (_, 0) => Some(Self::Targets),
            (0, _) => Some(Self::Queries),
            _ => None,
        };
        let both = |test: &dyn Fn(&Side<'_>) -> bool| {
            sides(count(&|hit| test(&hit.target)), count(&|hit| test(&hit.query)))
        };
        sides(not_queries, not_targets)
            .or_else(|| both(&|side| is_pfam(side.accession)))
            .or_else(|| both(&|side| side.accession != "-"))
            .or_else(|| both(&|side| is_pfam(side.name)))
            .or_else(|| if hits.iter().any(|hit| hit.gene) { Some(Self::Queries) } else { None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs() {
        fn t(line: &str, expected: Option<Program>) {
            assert_eq!(Program::of_comment(line), expected, "{line}");
        }
        t("# Program:         hmmsearch", Some(Program::Known(Profiles::Queries)));
        t("# Program:         hmmscan", Some(Program::Known(Profiles::Targets)));
        t("# Program:         phmmer", Some(Program::Sequences));
        t("# Pipeline mode:   SCAN", Some(Program::Known(Profiles::Targets)));
        t("# Pipeline mode:   SEARCH", None); // phmmer says so too
        t(
            "# Option settings: /usr/bin/hmmsearch --domtblout x own.hmm p.faa",
            Some(Program::Known(Profiles::Queries)),
        );
        t("# Version:         3.4 (Aug 2023)", None);
        t("# [ok]", None);
    }

    #[test]
    fn sides_of_hits() {
        let side = |name, accession, length| Side { name, accession, length };
        let hit = |target, query, profile_to, protein_to, gene| TwoSided {
            target,
            query,
            profile_to,
            protein_to,
            gene,
        };
        let t = |hits: &[TwoSided<'_>], expected| assert_eq!(Profiles::of_hits(hits), expected, "{hits:?}");
        let (scan, search) = (Some(Profiles::Targets), Some(Profiles::Queries));
        t(&[], None);
        // Lengths: the protein reaches to residue 585.
        t(&[hit(side("PP", "-", 67), side("p1", "-", 601), 67, 585, false)], scan);
        t(&[hit(side("p1", "-", 601), side("PP", "-", 67), 67, 585, false)], search);
        // The profile is longer than the protein.
        t(&[hit(side("AMP", "-", 423), side("p1", "-", 300), 400, 290, false)], scan);
        // One hit decides for all.
        let open = hit(side("p1", "-", 601), side("PP", "-", 67), 60, 65, false);
        t(&[open], None);
        t(&[open, hit(side("p1", "-", 601), side("PP", "-", 67), 67, 585, false)], search);
        // Accessions, names, genes.
        t(&[hit(side("PP", "PF00550.28", 67), side("p1", "-", 67), 60, 65, false)], scan);
        t(&[hit(side("p1", "-", 67), side("PP", "my.1", 67), 60, 65, false)], search);
        t(&[hit(side("p1", "x", 67), side("PP", "PF00550", 67), 60, 65, false)], search);
        t(&[hit(side("p1", "-", 67), side("PF00550", "-", 67), 60, 65, false)], search);
        t(&[hit(side("p1", "-", 67), side("PP", "-", 67), 60, 65, true)], search);
    }
}
