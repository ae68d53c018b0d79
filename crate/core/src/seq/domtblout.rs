//! `--domtblout` tables of `hmmscan` and `hmmsearch` → the domains of each protein, or of each cluster
//! of proteins.
//!
//! ```text
//! #  target name  accession  tlen query name  accession  qlen  E-value score bias  #  of c-Evalue i-Evalue score …
//! PP-binding      PF00550.28   67 c1_3        -           601  1.2e-14  55.1  0.0  1   1  1.2e-18  3.1e-14  53.8 …
//! ```
//!
//! Reference: the HMMER 3 user's guide. `direction` says which side is the protein, for each of several
//! tables that were joined. A domain is called by its Pfam accession, or else by its name: the models
//! know both, and no others. Proteins stand in the order of the file; `hmmsearch` sorts hits by their
//! scores, so its proteins are put in the natural order of their names. For each protein, the best hits that do not overlap are kept: hits up
//! to a threshold of the domain's independent E-value, the highest score first, each only if its
//! alignment shares no residue with a kept one. A warning counts the hits that each rule left out.

mod direction;
mod natural;

use super::diagnostics::Diagnostics;
use super::domain_text::domain_text;
use super::domains::{DomainSentence, notice};
use super::foreign_table::ForeignTable;
use super::pfam::is_pfam;
use super::{SeqError, SeqProblem};
use crate::error::Notice;
use crate::limits::RECORDS;
use direction::{Profiles, Program, Side, TwoSided};
use std::collections::BTreeMap;

/// What is kept of a table, and how proteins make clusters.
#[derive(Clone, Debug, PartialEq)]
pub struct DomtbloutOptions {
    /// Largest independent E-value of a domain. The default, 0.01, is that of DeepBGC.
    pub max_e_value: f64,
    /// Smallest score of a domain, in bits.
    pub min_score: f64,
    /// Proteins whose names differ only in a number at the end (`c1_1`, `c1_2`, as gene finders
    /// name them) are one cluster, in the order of their numbers.
    pub clusters: bool,
}

impl Default for DomtbloutOptions {
    fn default() -> Self {
        Self { max_e_value: 0.01, min_score: 0.0, clusters: false }
    }
}

/// A kept hit.
#[derive(Clone, Debug, PartialEq)]
pub struct DomainHit {
    /// Name of the protein.
    pub protein: String,
    /// Pfam accession of the domain, or its name if it has none.
    pub domain: String,
    /// First residue of the alignment, counted from 1.
    pub from: u64,
    /// Last residue of the alignment, counted from 1 and included.
    pub to: u64,
    /// Independent E-value of the domain (`i-Evalue`).
    pub e_value: f64,
    /// Score of the domain, in bits.
    pub score: f64,
    /// Line of the file, counted from 1.
    pub line: u64,
}

/// What a table held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DomtbloutParsed {
    /// One row per protein or cluster, in file order (`hmmsearch`: by name), domains by position.
    pub rows: Vec<DomainSentence>,
    /// The kept hits behind them, in the same order.
    pub hits: Vec<DomainHit>,
    /// Warnings: hits that a rule left out, and odd lines.
    pub warnings: Vec<Notice>,
    /// Warnings beyond [`crate::limits::NOTICES_PER_CODE`] of one code: counted, not kept.
    pub warnings_omitted: u64,
    /// The lines that could not be read.
    pub refusals: Vec<Notice>,
    /// Refusals beyond the same cap.
    pub refusals_omitted: u64,
}

/// Reads a table.
///
/// ```
/// use crossgrain_core::seq::{DomtbloutOptions, read_domtblout};
///
/// let hit = b"PP-binding PF00550.28 67 p1 - 601 1.2e-14 55.1 0.0 1 1 1.2e-18 3.1e-14 53.8 0.1 1 60 5 65 5 65 0.9 -\n";
/// let table = read_domtblout(hit, &DomtbloutOptions::default(), None)?;
/// assert_eq!((table.rows[0].id.as_str(), table.rows[0].text().as_str()), ("p1", "PF00550.28"));
/// # Ok::<(), crossgrain_core::seq::SeqError>(())
/// ```
///
/// # Errors
///
/// `sequences.empty_file`, `domtblout.not_a_table` if no line is a hit, `domains.too_big`,
/// `domains.hmmer_sequences` for a table of `phmmer` and its kind.
pub fn read_domtblout(
    bytes: &[u8],
    options: &DomtbloutOptions,
    file: Option<&str>,
) -> Result<DomtbloutParsed, SeqError> {
    read(bytes, options, file).map_err(|error| error.in_file(file))
}

/// The hits of one protein.
struct HitsOfProtein {
    /// Whether a profile searched the proteins, as in hmmsearch, and not a protein the profiles.
    searched: bool,
    /// Line of its first hit.
    line: u64,
    hits: Vec<DomainHit>,
}

fn read(bytes: &[u8], options: &DomtbloutOptions, file: Option<&str>) -> Result<DomtbloutParsed, SeqError> {
    let text = domain_text(bytes)?;
    let text = text.as_ref();
    let mut refusals = Diagnostics::default();
    let mut warnings = Diagnostics::default();
    let mut proteins: BTreeMap<String, HitsOfProtein> = BTreeMap::new();
    let (mut weak, mut read) = (0_usize, 0_usize);
    for table in tables(text, file, &mut refusals) {
        let profiles = table.profiles(file, &mut warnings)?;
        for line in table.hits {
            read = read.saturating_add(1);
            if read > RECORDS {
                return Err(SeqError::new(SeqProblem::TooManyRecords).on_line(line.number));
            }
            let hit = line.hit(profiles);
            let searched = profiles == Profiles::Queries;
            let HitsOfProtein { hits, .. } = proteins.entry(hit.protein.clone()).or_insert(HitsOfProtein {
                searched,
                line: line.number,
                hits: Vec::new(),
            });
            if hit.e_value <= options.max_e_value && hit.score >= options.min_score {
                hits.push(hit);
            } else {
                weak = weak.saturating_add(1);
            }
        }
    }
    if read == 0 {
        return Err(SeqError::new(SeqProblem::NotDomtblout));
    }
    let mut overlapping = 0_usize;
    let mut proteins: Vec<(String, HitsOfProtein)> = proteins.into_iter().collect();
    proteins.sort_by(|(a, one), (b, other)| match (one.searched, other.searched) {
        (true, true) => natural::compare(a, b),
        (false, false) => one.line.cmp(&other.line),
        (one, other) => one.cmp(&other),
    });
    let mut kept: Vec<(u64, String, Vec<DomainHit>)> = Vec::new();
    for (protein, HitsOfProtein { line, hits, .. }) in proteins {
        let before = hits.len();
        let best = best(hits);
        overlapping = overlapping.saturating_add(before.saturating_sub(best.len()));
        kept.push((line, protein, best));
    }
    if options.clusters {
        kept = clustered(kept);
    }
    let mut warn = |code: &'static str, message: String| {
        let hint = "change the thresholds if you need them";
        warnings.add(code, || notice(code, message, file, 1, None, hint));
    };
    if weak > 0 {
        let (e, bits) = (options.max_e_value, options.min_score);
        warn(
            "domtblout.threshold",
            format!("{weak} of {read} hits are left out: E-value above {e} or score below {bits} bits"),
        );
    }
    if overlapping > 0 {
        warn(
            "domtblout.overlap",
            format!("{overlapping} of {read} hits are left out: they overlap a better one"),
        );
    }
    let empty = kept.iter().filter(|(.., hits)| hits.is_empty()).count();
    if empty > 0 {
        warn("domtblout.no_domains", format!("{empty} proteins are left with no domain and are left out"));
    }
    kept.retain(|(.., hits)| !hits.is_empty());
    let rows = kept.iter().map(|(line, id, hits)| DomainSentence {
        id: id.clone(),
        domains: hits.iter().map(|hit| hit.domain.clone()).collect(),
        line: *line,
    });
    let rows = rows.collect();
    let hits = kept.into_iter().flat_map(|(.., hits)| hits).collect();
    let (warnings, warnings_omitted) = warnings.finish();
    let (refusals, refusals_omitted) = refusals.finish();
    Ok(DomtbloutParsed { rows, hits, warnings, warnings_omitted, refusals, refusals_omitted })
}

/// One table of a file, in which several may have been joined.
#[derive(Debug, Default)]
struct Table<'t> {
    hits: Vec<Line<'t>>,
    program: Option<Program>,
}

/// A hit with its line.
#[derive(Debug)]
struct Line<'t> {
    sides: TwoSided<'t>,
    from: u64,
    to: u64,
    e_value: f64,
    score: f64,
    number: u64,
}

/// The tables of a file: each has its heads above the hits and its program below them.
fn tables<'t>(text: &'t str, file: Option<&str>, refusals: &mut Diagnostics) -> Vec<Table<'t>> {
    let mut tables = vec![Table::default()];
    for (number, line) in (1_u64..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let begun = tables.last().is_some_and(|table| !table.hits.is_empty());
        if line.starts_with('#') {
            if begun && line.contains("target name") {
                tables.push(Table::default());
            }
            let program = Program::of_comment(line);
            if let Some(table) = tables.last_mut() {
                table.program = table.program.or(program);
            }
            continue;
        }
        let Some(hit) = Line::parse(line, number) else {
            let code = "domtblout.line";
            let message = "the line is not a hit with 22 columns".to_owned();
            let hint = "give the file that hmmscan or hmmsearch wrote with --domtblout";
            refusals.add(code, || notice(code, message, file, number, None, hint));
            continue;
        };
        if begun && tables.last().is_some_and(|table| table.program.is_some()) {
            tables.push(Table::default());
        }
        if let Some(table) = tables.last_mut() {
            table.hits.push(hit);
        }
    }
    tables
}

impl Table<'_> {
    /// The side of the profiles, with a warning if nothing says it.
    fn profiles(&self, file: Option<&str>, warnings: &mut Diagnostics) -> Result<Profiles, SeqError> {
        match self.program {
            Some(Program::Known(profiles)) => return Ok(profiles),
            Some(Program::Sequences) => {
                return Err(SeqError::new(SeqProblem::DomainTable(ForeignTable::HmmerSequences)));
            }
            None => {}
        }
        let sides: Vec<TwoSided<'_>> = self.hits.iter().map(|line| line.sides).collect();
        if let Some(profiles) = Profiles::of_hits(&sides) {
            return Ok(profiles);
        }
        if let Some(line) = self.hits.first() {
            let code = "domtblout.direction";
            let message = format!(
                "nothing says which side of the table has the proteins: it is read as one of hmmscan, '{}' as a domain of '{}'",
                line.sides.target.name, line.sides.query.name
            );
            let hint = "give the table with its comments if it is one of hmmsearch";
            warnings.add(code, || notice(code, message, file, line.number, None, hint));
        }
        Ok(Profiles::Targets)
    }
}

impl<'t> Line<'t> {
    fn parse(line: &'t str, number: u64) -> Option<Self> {
        let mut words = line.split_whitespace();
        let cells: Vec<&str> = words.by_ref().take(22).collect();
        let cell = |at: usize| cells.get(at).copied();
        let whole = |at: usize| cell(at)?.parse::<u64>().ok();
        let number_at = |at: usize| cell(at)?.parse::<f64>().ok().filter(|number| number.is_finite());
        let (e_value, score) = (number_at(12)?, number_at(13)?);
        let (from, to) = (whole(17)?, whole(18)?);
        cell(21)?;
        if from == 0 || to < from {
            return None;
        }
        let side = |at: usize| {
            let length = whole(at.saturating_add(2))?;
            Some(Side { name: cell(at)?, accession: cell(at.saturating_add(1))?, length })
        };
        // Prodigal's description begins with a mark of its own.
        let gene = words.next() == Some("#") && words.next().is_some_and(|word| word.parse::<u64>().is_ok());
        whole(15)?;
        let protein_to = to.max(whole(20)?);
        let sides = TwoSided { target: side(0)?, query: side(3)?, profile_to: whole(16)?, protein_to, gene };
        Some(Self { sides, from, to, e_value, score, number })
    }

    fn hit(&self, profiles: Profiles) -> DomainHit {
        let (profile, protein) = match profiles {
            Profiles::Targets => (self.sides.target, self.sides.query),
            Profiles::Queries => (self.sides.query, self.sides.target),
        };
        let domain = if is_pfam(profile.accession) { profile.accession } else { profile.name };
        DomainHit {
            protein: protein.name.to_owned(),
            domain: domain.to_owned(),
            from: self.from,
            to: self.to,
            e_value: self.e_value,
            score: self.score,
            line: self.number,
        }
    }
}

/// The best hits of one protein that do not overlap, by position.
fn best(mut hits: Vec<DomainHit>) -> Vec<DomainHit> {
    hits.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.e_value.total_cmp(&b.e_value))
            .then(a.from.cmp(&b.from))
            .then(a.line.cmp(&b.line))
    });
    // Kept hits by their first residue; they share none, so a neighbour on either side decides.
    let mut kept: BTreeMap<u64, DomainHit> = BTreeMap::new();
    for hit in hits {
        let left = kept.range(..=hit.from).next_back().is_some_and(|(_, known)| known.to >= hit.from);
        let right = kept.range(hit.from..).next().is_some_and(|(from, _)| *from <= hit.to);
        if !left && !right {
            kept.insert(hit.from, hit);
        }
    }
    kept.into_values().collect()
}

/// Proteins joined by their names without the last `_<number>`.
fn clustered(proteins: Vec<(u64, String, Vec<DomainHit>)>) -> Vec<(u64, String, Vec<DomainHit>)> {
    let mut clusters: BTreeMap<String, Vec<(u64, u64, Vec<DomainHit>)>> = BTreeMap::new();
    for (line, protein, hits) in proteins {
        let parts =
            protein.rsplit_once('_').and_then(|(name, order)| Some((name.to_owned(), order.parse().ok()?)));
        let (name, order) = parts.unwrap_or((protein, 0));
        clusters.entry(name).or_default().push((order, line, hits));
    }
    let mut clusters: Vec<(u64, String, Vec<DomainHit>)> = clusters
        .into_iter()
        .map(|(name, mut proteins)| {
            proteins.sort_by_key(|(order, line, _)| (*order, *line));
            let line = proteins.iter().map(|(_, line, _)| *line).min().unwrap_or(0);
            (line, name, proteins.into_iter().flat_map(|(.., hits)| hits).collect())
        })
        .collect();
    clusters.sort_by_key(|(line, ..)| *line);
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use proptest::prelude::*;

    fn line(domain: &str, protein: &str, e_value: &str, score: &str, from: u64, to: u64) -> String {
        format!(
            "Name {domain} 60 {protein} - 500 1e-9 50 0.0 1 1 1e-9 {e_value} {score} 0.0 1 60 {from} {to} {from} {to} 0.9 a domain\n"
        )
    }

    fn t(text: &str, options: &DomtbloutOptions, rows: &[(&str, &str)], warnings: &[&str], refusals: usize) {
        let parsed = read_domtblout(text.as_bytes(), options, None).unwrap();
        let found: Vec<_> = parsed.rows.iter().map(|row| (row.id.clone(), row.text())).collect();
        let found: Vec<_> = found.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
        let diagnostics: Vec<_> = parsed.warnings.iter().map(|notice| notice.message.as_str()).collect();
        assert_eq!(
            (found.as_slice(), diagnostics.as_slice(), parsed.refusals.len()),
            (rows, warnings, refusals),
            "{text}"
        );
        assert_eq!(parsed.hits.len(), parsed.rows.iter().map(|row| row.domains.len()).sum::<usize>());
    }

    #[test]
    fn best_hits_that_do_not_overlap() {
        let text = [
            "# a comment\n".to_owned(),
            line("PF00003.1", "p1", "1e-9", "30", 200, 300),
            line("PF00001.2", "p1", "1e-9", "50", 1, 60),
            line("PF00002.3", "p1", "1e-9", "40", 60, 120), // shares residue 60
            line("PF00004.1", "p1", "1e-9", "20", 61, 199),
            line("PF00005.1", "p2", "0.5", "9", 1, 60),
            line("-", "p0", "1e-9", "50", 5, 9),
        ];
        let warnings = [
            "1 of 6 hits are left out: E-value above 0.01 or score below 0 bits",
            "1 of 6 hits are left out: they overlap a better one",
            "1 proteins are left with no domain and are left out",
        ];
        let rows = [("p1", "PF00001.2;PF00004.1;PF00003.1"), ("p0", "Name")];
        t(&text.concat(), &DomtbloutOptions::default(), &rows, &warnings, 0);
    }

    #[test]
    fn clusters_and_hmmsearch() {
        let text = [
            line("PF00002", "c1_10", "1e-9", "30", 1, 9),
            line("PF00001", "c1_2", "1e-9", "30", 1, 9),
            line("PF00003", "other", "1e-9", "30", 1, 9),
        ];
        let options = DomtbloutOptions { clusters: true, ..DomtbloutOptions::default() };
        t(&text.concat(), &options, &[("c1", "PF00001;PF00002"), ("other", "PF00003")], &[], 0);
        let search = "p1 - 500 PP-binding PF00550.28 67 1e-9 50 0 1 1 1e-9 1e-9 50 0 1 60 5 65 5 65 0.9 -\n";
        t(search, &DomtbloutOptions::default(), &[("p1", "PF00550.28")], &[], 0);
    }

    #[test]
    fn bad_lines_and_files() {
        let good = line("PF00001", "p1", "1e-9", "30", 1, 9);
        let bad = [
            line("PF1", "p1", "x", "30", 1, 9),
            line("PF1", "p1", "1", "30", 9, 1),
            line("PF1", "p1", "NaN", "3", 1, 9),
        ];
        t(&(good + &bad.concat() + "short\n"), &DomtbloutOptions::default(), &[("p1", "PF00001")], &[], 4);
        let code = |text: &str| {
            read_domtblout(text.as_bytes(), &DomtbloutOptions::default(), None).unwrap_err().code()
        };
        assert_eq!(
            (code(""), code("# only\n"), code(">p\nMKV\n")),
            ("sequences.empty_file", "domtblout.not_a_table", "domtblout.not_a_table")
        );
    }

    proptest! {
        #[test]
        fn kept_hits_never_overlap(spans in prop::collection::vec((1_u64..50, 0_u64..20, 0_u32..9), 0..30)) {
            let text: String = spans.iter().map(|(from, more, score)| line("PF1", "p", "1e-9", &score.to_string(), *from, from + more)).collect();
            let Ok(parsed) = read_domtblout(text.as_bytes(), &DomtbloutOptions::default(), None) else { return Ok(()) };
            prop_assert!(parsed.hits.windows(2).all(|pair| pair[0].to < pair[1].from));
        }

        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            _ = read_domtblout(&bytes, &DomtbloutOptions::default(), None);
        }
    }
}
