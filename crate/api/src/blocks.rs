//! Blocks of rows that depend on one another, for tests that exchange and draw rows.

use crate::refusal::Refusal;
use crate::sources::{Column, Rows, Sources};
use crossgrain_core::analysis::evaluation::units::Units;
use crossgrain_core::join::Locus;
use serde::Serialize;

/// What is exchanged and drawn by a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BlockKind {
    /// Every row: they are taken to be independent.
    Rows,
    /// The groups of a column.
    Groups,
    /// Whole sequences, with all their residues or tokens.
    Sequences,
}

/// What a test exchanges and draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BlockSummary {
    /// What a block is.
    pub kind: BlockKind,
    /// Blocks, at least 1.
    pub count: usize,
}

/// The blocks of the rows that `kept` lists: the groups of a column, else the sequences of rows that are named
/// `id/position`, else every row.
///
/// # Errors
/// Those of [`Sources::column`].
pub fn blocks(
    sources: &dyn Sources,
    groups: Option<&Column>,
    rows: &Rows,
    kept: Option<&[usize]>,
) -> Result<(Units, BlockSummary), Refusal> {
    let all: Vec<usize> = (0..rows.view().rows()).collect();
    let kept = kept.unwrap_or(&all);
    let (units, kind) = match groups {
        Some(column) => {
            let words = sources.column(column, rows)?;
            let of: Vec<Option<String>> = kept.iter().map(|&row| words.get(row).cloned().flatten()).collect();
            (Units::of_groups(&of), BlockKind::Groups)
        }
        None => match sequences(rows, kept) {
            Some(units) => (units, BlockKind::Sequences),
            None => (Units::rows(kept.len()), BlockKind::Rows),
        },
    };
    let summary = BlockSummary { kind, count: units.count() };
    Ok((units, summary))
}

/// The sequence of each row of a table of residues or tokens; `None` for other tables.
fn sequences(rows: &Rows, kept: &[usize]) -> Option<Units> {
    if let Some(lengths) = &rows.lengths
        && lengths.iter().sum::<usize>() == rows.view().rows()
    {
        let of: Vec<u32> = (0_u32..)
            .zip(lengths)
            .flat_map(|(sequence, &length)| std::iter::repeat_n(sequence, length))
            .collect();
        return Some(Units::of_codes(
            &kept.iter().filter_map(|&row| of.get(row).copied()).collect::<Vec<_>>(),
        ));
    }
    let ids = rows.ids.as_ref()?;
    let id = |&row: &usize| Some(Some(Locus::parse(ids.get(row)?)?.id));
    let of: Vec<Option<String>> = kept.iter().map(id).collect::<Option<_>>()?;
    let units = Units::of_groups(&of);
    (!units.are_rows()).then_some(units)
}
