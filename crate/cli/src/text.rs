//! A response as text for people: one line per field, a table per list of objects.

use serde_json::{Map, Value};

/// Entries of a list, or rows of a table, that are shown.
const SHOWN: usize = 20;

/// The text of a response.
pub fn text(answer: &Value) -> String {
    let mut lines = Vec::new();
    match answer {
        Value::Object(fields) => object(fields, 0, &mut lines),
        other => lines.push(scalar(other)),
    }
    lines.push(String::new());
    lines.join("\n")
}

fn object(fields: &Map<String, Value>, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    for (key, value) in fields {
        let key = words(key);
        match value {
            Value::Object(fields) => {
                lines.push(format!("{indent}{key}:"));
                object(fields, depth + 1, lines);
            }
            Value::Array(list) if !list.is_empty() && list.iter().all(is_notice) => {
                lines.push(format!("{indent}{key}:"));
                lines.extend(list.iter().map(|one| format!("{indent}  {}", notice(one))));
            }
            Value::Array(list) if list.iter().any(Value::is_object) => {
                lines.push(format!("{indent}{key}:"));
                table(list, depth + 1, lines);
            }
            Value::Array(list) => {
                let shown: Vec<String> = list.iter().take(SHOWN).map(scalar).collect();
                let rest = list.len().saturating_sub(SHOWN);
                let more = if rest > 0 { format!(", … and {rest} more") } else { String::new() };
                lines.push(format!("{indent}{key}: {}{more}", shown.join(", ")));
            }
            value => lines.push(format!("{indent}{key}: {}", scalar(value))),
        }
    }
}

/// A list of objects: columns for its plain fields; nested fields below their row.
fn table(list: &[Value], depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let rows: Vec<&Map<String, Value>> = list.iter().filter_map(Value::as_object).take(SHOWN).collect();
    let mut columns: Vec<&String> = Vec::new();
    for (key, value) in rows.iter().flat_map(|row| row.iter()) {
        if is_plain(value) && !columns.contains(&key) {
            columns.push(key);
        }
    }
    let cell = |row: &Map<String, Value>, key: &str| row.get(key).map(scalar).unwrap_or_default();
    let width = |key: &String| {
        let cells = rows.iter().map(|row| cell(row, key).chars().count());
        cells.chain([words(key).chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = columns.iter().map(|key| width(key)).collect();
    let line = |cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("{indent}{}", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    lines.push(line(columns.iter().map(|key| words(key)).collect()));
    for row in &rows {
        lines.push(line(columns.iter().map(|key| cell(row, key)).collect()));
        let nested: Map<String, Value> = row
            .iter()
            .filter(|(_, value)| !is_plain(value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        object(&nested, depth + 1, lines);
    }
    if list.len() > SHOWN {
        lines.push(format!("{indent}… and {} more", list.len() - SHOWN));
    }
}

/// A warning: a code, a sentence, a place and a hint.
fn is_notice(value: &Value) -> bool {
    ["code", "message", "where", "hint"].iter().all(|key| value.get(key).is_some())
}

/// `[labels.unused] labels.csv: what happened (what to do)`.
fn notice(value: &Value) -> String {
    let word = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let place = |key: &str| {
        value.get("where").and_then(|at| at.get(key)).map(|at| match at {
            Value::String(name) => format!("{name}: "),
            line => format!("line {line}: "),
        })
    };
    let place: String = ["file", "line", "record"].iter().filter_map(|key| place(key)).collect();
    let hint = if word("hint").is_empty() { String::new() } else { format!(" ({})", word("hint")) };
    format!("[{}] {place}{}{hint}", word("code"), word("message"))
}

fn is_plain(value: &Value) -> bool {
    !matches!(value, Value::Object(_) | Value::Array(_))
}

/// Numbers with at most four decimals; `–` for what is unknown.
fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(x) if !number.is_i64() && !number.is_u64() => {
                let small = x != 0.0 && x.abs() < 1e-3;
                if small { format!("{x:.3e}") } else { format!("{x:.4}") }
            }
            _ => number.to_string(),
        },
        Value::Array(list) => format!("[{}]", list.iter().map(scalar).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// `overSeeds` as `over seeds`.
fn words(key: &str) -> String {
    let mut words = String::new();
    for letter in key.chars() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_lists_and_tables() {
        let answer = json!({
            "mean": 0.5, "k": 3, "pValue": null, "ids": ["a", "b"],
            "classes": [{ "label": "x", "rows": 2 }, { "label": "long", "rows": 10 }],
        });
        let expected =
            "classes:\n  label  rows\n  x      2\n  long   10\nids: a, b\nk: 3\nmean: 0.5000\np value: –\n";
        assert_eq!(text(&answer), expected);
    }

    #[test]
    fn warnings_are_lines() {
        let at = json!({ "file": "a.csv", "line": 3 });
        let answer = json!({ "warnings": [
            { "code": "labels.no_id", "message": "no id", "where": at, "hint": "write it" },
            { "code": "probe.few_rows", "message": "few", "where": {}, "hint": "" },
        ] });
        let expected =
            "warnings:\n  [labels.no_id] a.csv: line 3: no id (write it)\n  [probe.few_rows] few\n";
        assert_eq!(text(&answer), expected);
    }
}
