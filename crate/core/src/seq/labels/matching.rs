//! Rows of an embedding → rows of a label table.
//!
//! A label counts for every row of its id: for rows that have the id more than once, and for `p3_2`, as a reader
//! calls the second record named `p3`. The ids themselves say what the table alone cannot: whether its first row is
//! one of them, and which column holds them.

use super::{LabelIds, LabelTable};
use crate::error::{Notice, Where};
use crate::seq::close_ids::match_close_ids;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Names that a notice lists.
const NAMED: usize = 5;

/// A label table beside rows.
#[derive(Clone, Debug)]
pub struct LabelMatch<'t> {
    /// The table, as the ids of the rows show it to be.
    pub table: Cow<'t, LabelTable>,
    /// The row of the table that each row belongs to. `[n]`
    pub rows: Vec<Option<usize>>,
    /// What is odd about the match, with counts.
    pub notices: Vec<Notice>,
}

impl LabelMatch<'_> {
    /// How many rows have a row in the table.
    #[must_use]
    pub fn matched(&self) -> usize {
        self.rows.iter().flatten().count()
    }

    /// The values of a column, by its place: one per row, `None` where absent or missing. `[n]`
    #[must_use]
    pub fn values(&self, column: usize) -> Vec<Option<String>> {
        let value = |at: &Option<usize>| {
            let (_, values) = self.table.rows.get((*at)?)?;
            values.get(column).filter(|value| !value.is_empty()).cloned()
        };
        self.rows.iter().map(value).collect()
    }
}

/// Finds the rows of ids that differ from those of the table in version, case or prefix only. Copies of one id count once.
fn match_close(
    ids: &[String],
    wanted: &HashSet<&str>,
    table: &LabelTable,
    rows: &mut [Option<usize>],
    file: Option<&str>,
) -> Vec<Notice> {
    let original = |id: &'_ String| first_copy(id, wanted).unwrap_or(id).to_owned();
    let originals: Vec<String> = ids.iter().map(original).collect();
    let (mut distinct, mut places) = (Vec::new(), HashMap::new());
    for id in &originals {
        places.entry(id.as_str()).or_insert_with(|| {
            distinct.push(id.as_str());
            distinct.len().saturating_sub(1)
        });
    }
    let named: Vec<&str> = table.rows.iter().map(|(id, _)| id.as_str()).collect();
    let close = match_close_ids(&distinct, &named);
    for (row, id) in rows.iter_mut().zip(&originals).filter(|(row, _)| row.is_none()) {
        *row = places.get(id.as_str()).and_then(|&at| close.rows.get(at).copied().flatten());
    }
    close.notices(&distinct, &named, file)
}

impl LabelTable {
    /// The place of a column: by its name, or by its number in the file (`2`, `column 2`) if no column has that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let named = self.columns.iter().position(|column| column == name);
        named.or_else(|| {
            let number: usize = name.strip_prefix("column ").unwrap_or(name).parse().ok()?;
            self.numbers().position(|one| one == number)
        })
    }

    /// Matches the table to rows by their ids, or by order if the table has no ids.
    ///
    /// # Shape
    ///
    /// `ids` `[n]` → `[n]`
    #[must_use]
    pub fn match_ids(&self, ids: &[String], file: Option<&str>) -> LabelMatch<'_> {
        let mut notices = Notices { file, list: Vec::new() };
        if self.layout.ids == LabelIds::Order {
            return self.match_order(ids.len(), file);
        }
        let wanted: HashSet<&str> = ids.iter().map(String::as_str).collect();
        let mut table = Cow::Borrowed(self);
        if let Some(header) = self
            .layout
            .header
            .as_ref()
            .filter(|cells| cells.first().is_some_and(|id| wanted.contains(id.as_str())))
        {
            let id = header.first().map_or("", String::as_str);
            let message = format!("the first row is that of `{id}`, so that the table has no header");
            notices.add("labels.no_header", message, "columns are called by their numbers: `column 2`");
            table = Cow::Owned(self.with_header_as_row());
        }
        if !table.rows.iter().any(|(id, _)| wanted.contains(id.as_str()))
            && let Some(column) = table.column_of_ids(&wanted)
        {
            let name = table.columns.get(column).cloned().unwrap_or_default();
            let message = format!("the ids are in the column `{name}`");
            notices.add("labels.id_column", message, "put the ids into the first column");
            table = Cow::Owned(table.keyed_by(column));
        }
        let by_id: HashMap<&str, usize> =
            table.rows.iter().enumerate().map(|(at, (id, _))| (id.as_str(), at)).collect();
        let row =
            |id: &String| by_id.get(id.as_str()).or_else(|| by_id.get(first_copy(id, &wanted)?)).copied();
        let mut rows: Vec<Option<usize>> = ids.iter().map(row).collect();
        drop(by_id);
        if rows.iter().any(Option::is_none) {
            notices.list.extend(match_close(ids, &wanted, &table, &mut rows, file));
        }
        if rows.iter().any(Option::is_some) {
            notices.add_counts(&table, ids, &rows);
        }
        LabelMatch { table, rows, notices: notices.list }
    }

    /// Matches the table to rows without ids, by order. No row is matched unless there are as many labels as rows.
    ///
    /// # Shape
    ///
    /// `count` n → `[n]`
    #[must_use]
    pub fn match_order(&self, count: usize, file: Option<&str>) -> LabelMatch<'_> {
        let mut notices = Notices { file, list: Vec::new() };
        let mut table = Cow::Borrowed(self);
        let found = self.rows.len();
        if self.layout.header.is_some() && found.checked_add(1) == Some(count) {
            table = Cow::Owned(self.with_header_as_row());
        } else if self.layout.header.is_none() && found.checked_sub(1) == Some(count) {
            table = Cow::Owned(self.with_row_as_header());
        }
        if let LabelIds::Column(..) = table.layout.ids {
            table = Cow::Owned(table.with_ids_as_column());
        }
        let fits = table.rows.len() == count;
        if fits {
            let message = format!("{count} labels belong to {count} rows by their order");
            notices.add(
                "labels.by_order",
                message,
                "give ids to rows and labels, and their order does not matter",
            );
        }
        LabelMatch { rows: (0..count).map(|at| fits.then_some(at)).collect(), table, notices: notices.list }
    }

    fn with_header_as_row(&self) -> Self {
        let mut table = self.clone();
        let Some(mut cells) = table.layout.header.take() else { return table };
        let id = match &mut table.layout.ids {
            LabelIds::Order => "1".to_owned(),
            LabelIds::Column(_, head) => {
                head.clear();
                if cells.is_empty() { String::new() } else { cells.remove(0) }
            }
        };
        if table.layout.ids == LabelIds::Order {
            for (number, (id, _)) in (2_usize..).zip(&mut table.rows) {
                *id = number.to_string();
            }
        }
        cells.resize(table.columns.len(), String::new());
        for (count, cell) in table.layout.missing.iter_mut().zip(&mut cells) {
            if table.layout.missing_words.contains(cell) {
                cell.clear();
            }
            *count = count.saturating_add(usize::from(cell.is_empty()));
        }
        table.columns = table.numbered_columns();
        table.rows.insert(0, (id, cells));
        table
    }

    fn with_row_as_header(&self) -> Self {
        let mut table = self.clone();
        let (_, cells) = table.rows.remove(0);
        for ((name, missing), cell) in table.columns.iter_mut().zip(&mut table.layout.missing).zip(&cells) {
            if cell.is_empty() {
                *missing = missing.saturating_sub(1);
            } else {
                name.clone_from(cell);
            }
        }
        table.layout.header = Some(cells);
        table
    }

    /// The table without ids: its column of ids is one like the others.
    fn with_ids_as_column(&self) -> Self {
        let mut table = self.clone();
        let LabelIds::Column(number, head) = std::mem::take(&mut table.layout.ids) else { return table };
        let head = if head.is_empty() { format!("column {number}") } else { head };
        table.columns.insert(0, head);
        table.layout.missing.insert(0, 0);
        for (number, (id, values)) in (1_usize..).zip(&mut table.rows) {
            values.insert(0, std::mem::replace(id, number.to_string()));
        }
        table
    }

    /// Numbers of the columns in the file, from 1.
    fn numbers(&self) -> impl Iterator<Item = usize> {
        let id = if let LabelIds::Column(id, _) = self.layout.ids { Some(id) } else { None };
        let index = self.layout.index;
        (1_usize..)
            .filter(move |number| Some(*number) != id && Some(*number) != index)
            .take(self.columns.len())
    }

    /// `column 2`, … in the order of the columns.
    fn numbered_columns(&self) -> Vec<String> {
        self.numbers().map(|number| format!("column {number}")).collect()
    }

    /// The column with most of the ids, if at least half of its values are ids.
    fn column_of_ids(&self, wanted: &HashSet<&str>) -> Option<usize> {
        let hits = |column: usize| {
            let values = self.rows.iter().filter_map(|(_, values)| values.get(column));
            values.filter(|value| wanted.contains(value.as_str())).count()
        };
        let best =
            (0..self.columns.len()).map(|column| (hits(column), column)).max_by_key(|(hits, _)| *hits)?;
        (best.0.saturating_mul(2) >= self.rows.len().min(wanted.len()) && best.0 > 0).then_some(best.1)
    }

    /// The table with another column for its ids; the old ids become the first column. Each id has one row.
    fn keyed_by(&self, column: usize) -> Self {
        let mut table = self.clone();
        let LabelIds::Column(_, old) = &self.layout.ids else { return table };
        let old = if old.is_empty() { "column 1".to_owned() } else { old.clone() };
        if column >= table.columns.len() {
            return table;
        }
        let head = table.columns.remove(column);
        table.columns.insert(0, old);
        let mut seen = HashSet::new();
        table.rows = std::mem::take(&mut table.rows)
            .into_iter()
            .filter_map(|(old, mut values)| {
                let id = if column < values.len() { values.remove(column) } else { String::new() };
                values.insert(0, old);
                (!id.is_empty() && seen.insert(id.clone())).then_some((id, values))
            })
            .collect();
        table.layout.ids = LabelIds::Column(self.numbers().nth(column).unwrap_or_default(), head);
        table.layout.missing = (0..table.columns.len())
            .map(|at| {
                table.rows.iter().filter(|(_, values)| values.get(at).is_none_or(String::is_empty)).count()
            })
            .collect();
        table
    }
}

/// The id that `p3_2` is the second copy of: `p3`, if the rows have `p3` and every copy between.
fn first_copy<'i>(id: &'i str, ids: &HashSet<&str>) -> Option<&'i str> {
    let (first, number) = id.rsplit_once('_')?;
    let number: u32 = number.parse().ok().filter(|number| (2..=100_000).contains(number))?;
    let between = number == 2 || ids.contains(format!("{first}_{}", number.saturating_sub(1)).as_str());
    (between && ids.contains(first)).then_some(first)
}

struct Notices<'f> {
    file: Option<&'f str>,
    list: Vec<Notice>,
}

impl Notices<'_> {
    fn add(&mut self, code: &str, message: String, hint: &str) {
        let at = Where { file: self.file.map(str::to_owned), ..Where::default() };
        self.list.push(Notice { code: code.to_owned(), message, at, hint: hint.to_owned() });
    }

    /// Rows without labels, labels without rows, and ids of several rows.
    fn add_counts(&mut self, table: &LabelTable, ids: &[String], rows: &[Option<usize>]) {
        let alone: Vec<&str> =
            ids.iter().zip(rows).filter(|(_, row)| row.is_none()).map(|(id, _)| id.as_str()).collect();
        if !alone.is_empty() {
            let message =
                format!("{} of {} rows match no id of the table: {}", alone.len(), ids.len(), listed(&alone));
            self.add(
                "labels.rows_without_label",
                message,
                "they count as unlabelled; ids must be written alike",
            );
        }
        let mut times = vec![0_usize; table.rows.len()];
        for row in rows.iter().flatten() {
            if let Some(times) = times.get_mut(*row) {
                *times = times.saturating_add(1);
            }
        }
        let of = |wanted: fn(usize) -> bool| -> Vec<&str> {
            let rows = table.rows.iter().zip(&times).filter(|(_, times)| wanted(**times));
            rows.map(|((id, _), _)| id.as_str()).collect()
        };
        let unused = of(|times| times == 0);
        if !unused.is_empty() {
            let message = format!(
                "{} of {} ids of the table match no row: {}",
                unused.len(),
                table.rows.len(),
                listed(&unused)
            );
            self.add("labels.unused", message, "they are left out; ids must be written alike");
        }
        let repeated = of(|times| times > 1);
        if !repeated.is_empty() {
            let all: usize = times.iter().filter(|times| **times > 1).sum();
            let ids = if repeated.len() == 1 { "id belongs" } else { "ids belong" };
            let message = format!(
                "{} {ids} to {all} rows: the label of an id counts for each of its rows: {}",
                repeated.len(),
                listed(&repeated)
            );
            self.add("labels.repeated_id", message, "rename records of the same name if they differ");
        }
    }
}

/// The first few names, and how many more there are.
fn listed(names: &[&str]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::super::read_labels;

    fn ids(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    /// The values of a column beside rows, `-` for none, and the codes of the notices.
    fn t(text: &str, names: &[&str], column: &str, values: &[&str], codes: &[&str]) {
        let table = read_labels(text.as_bytes(), None).unwrap();
        let found = table.match_ids(&ids(names), None);
        let at = found.table.column(column).unwrap_or_else(|| panic!("{text}: {:?}", found.table.columns));
        let shown: Vec<String> =
            found.values(at).into_iter().map(|value| value.unwrap_or("-".to_owned())).collect();
        assert_eq!(shown, values, "{text}");
        assert_eq!(
            found.notices.iter().map(|notice| notice.code.as_str()).collect::<Vec<_>>(),
            codes,
            "{text}"
        );
    }

    #[test]
    fn labels_belong_to_rows() {
        let text = "id,a\np1,x\np3,y\n";
        t(text, &["p1", "p3"], "a", &["x", "y"], &[]);
        t(text, &["p1", "p3", "p3"], "a", &["x", "y", "y"], &["labels.repeated_id"]);
        t(text, &["p3", "p3_2", "p3_3", "p1"], "a", &["y", "y", "y", "x"], &["labels.repeated_id"]);
        t(text, &["p3", "p3_3", "p1"], "a", &["y", "-", "x"], &["labels.rows_without_label"]);
        t(text, &["p1", "q"], "a", &["x", "-"], &["labels.rows_without_label", "labels.unused"]);
        // Version, case and a database's prefix do not matter where that is unique.
        let text = "id,a\nP69905,x\nat4g27390.1,y\nz,z\n";
        let names = ["sp|P69905|HBA_HUMAN", "AT4G27390", "AT4G27390", "q"];
        let codes = ["labels.close_ids", "labels.rows_without_label", "labels.unused", "labels.repeated_id"];
        t(text, &names, "a", &["x", "y", "y", "-"], &codes);
        // The ids show that the first row is no header, and which column holds them.
        let names = ["hba", "myb", "cyc"];
        t("hba,x\nmyb,y\ncyc,z\n", &names, "2", &["x", "y", "z"], &["labels.no_header"]);
        t("family,code\nx,hba\ny,myb\nz,cyc\n", &names, "family", &["x", "y", "z"], &["labels.id_column"]);
        t("x\ny\nz\n", &names, "column 1", &["x", "y", "z"], &["labels.by_order"]);
        t("family\nx\ny\nz\n", &names, "family", &["x", "y", "z"], &["labels.by_order"]);
    }

    #[test]
    fn rows_without_ids_go_by_order() {
        let table = read_labels(b"id,a\np1,x\np3,y\n", None).unwrap();
        assert_eq!((table.match_order(2, None).matched(), table.match_order(3, None).matched()), (2, 3));
        assert_eq!(table.match_order(4, None).matched(), 0);
        let found = table.match_order(2, None);
        assert_eq!(
            found.values(found.table.column("id").unwrap()),
            [Some("p1".to_owned()), Some("p3".to_owned())]
        );
    }
}
