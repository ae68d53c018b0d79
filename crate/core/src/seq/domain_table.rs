//! Tables of domains of other tools than HMMER → the domains of each protein, or of each sequence.
//!
//! | table | a row is | order of its domains |
//! |---|---|---|
//! | InterProScan `.tsv` and `.gff3` | a protein | first residue |
//! | `pfam_scan.pl` | a protein | first residue of the alignment |
//! | GECCO `.features.tsv` | a sequence | first letter on the sequence, whatever the strand |
//! | DeepBGC `.pfam.tsv` | a sequence | first letter of the gene, then that of the file |
//! | DeepBGC `.bgc.tsv` | a candidate cluster | that of the file, which is genomic |
//! | BiG-SCAPE `.pfd` | a cluster | first letter on the cluster |
//!
//! What these tools left out is not looked for, and what they kept is kept: only matches of other
//! databases than Pfam, and matches that the tool itself calls insignificant, are left out, with a
//! count. Tables that do not say in which order domains lie are refused by their names
//! ([`super::ForeignTable`]).

mod bigscape;
mod columns;
mod head;
mod interproscan;
mod pfam_scan;
mod placed;

pub(super) use head::Recognized;

use super::domain_text::domain_text;
use super::domains::DomainsParsed;
use super::{SeqError, SeqProblem};
use head::DomainTable;
use placed::Rows;

/// Reads a table of another tool, UTF-8.
///
/// ```
/// use crossgrain_core::seq::read_domain_table;
///
/// let scan = b"p1 4 60 3 65 PF00550.28 PP-binding Domain 1 67 67 53.8 3.1e-14 1 No_clan\n";
/// let parsed = read_domain_table(scan, None)?;
/// assert_eq!((parsed.rows[0].id.as_str(), parsed.rows[0].text().as_str()), ("p1", "PF00550.28"));
/// # Ok::<(), crossgrain_core::seq::SeqError>(())
/// ```
///
/// # Errors
///
/// `sequences.empty_file`, `domains.too_big`, the codes of [`super::ForeignTable`] for a table that does not hold
/// positions, `domains.not_a_table` for any other, `domains.no_pfam` for one without a match of Pfam.
pub fn read_domain_table(bytes: &[u8], file: Option<&str>) -> Result<DomainsParsed, SeqError> {
    read(bytes, file).map_err(|error| error.in_file(file))
}

fn read(bytes: &[u8], file: Option<&str>) -> Result<DomainsParsed, SeqError> {
    let text = domain_text(bytes)?;
    let text = text.as_ref();
    let table = match Recognized::of(text) {
        Some(Recognized::Table(table)) => table,
        Some(Recognized::Foreign(foreign)) => return Err(SeqError::new(SeqProblem::DomainTable(foreign))),
        None => return Err(SeqError::new(SeqProblem::NotDomainTable)),
    };
    let mut rows = Rows::new(file);
    match table {
        DomainTable::InterproscanTsv => interproscan::tsv(text, &mut rows),
        DomainTable::InterproscanGff => interproscan::gff(text, &mut rows),
        DomainTable::PfamScan => pfam_scan::read(text, &mut rows),
        DomainTable::GeccoFeatures => columns::gecco_features(text, &mut rows),
        DomainTable::DeepbgcPfam => columns::deepbgc_pfam(text, &mut rows),
        DomainTable::DeepbgcBgc => columns::deepbgc_bgc(text, &mut rows),
        DomainTable::BigscapePfd => bigscape::pfd(text, &mut rows),
    }
    rows.finish()
}
