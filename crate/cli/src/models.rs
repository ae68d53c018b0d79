//! `crossgrain models`: the published checkpoints with their sizes and licences.

use crate::console::answer;
use crate::output;
use crate::published::{no_hash, registry};
use clap::Args;
use crossgrain_api::Refusal;
use crossgrain_engine::families::FAMILIES;
use serde_json::Value;

const HOW_HELD: [&str; 4] = ["f32", "f16", "int8", "int4"];

/// Arguments of `crossgrain models`.
#[derive(Args)]
pub struct Arguments {
    /// List only models whose description has all of these words.
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Print everything about each model as one JSON list.
    #[arg(long)]
    json: bool,
}

/// Prints the list.
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    let mut models = registry()?;
    models.retain(|model| matches(model, &arguments.words));
    // Models of one granularity stand together, small models first.
    models.sort_by_cached_key(|model| (rank(model), number(model, "/architecture/parameters")));
    if arguments.json {
        return output::print(&Value::from(models), true);
    }
    answer(&table(&models))
}

fn matches(model: &Value, words: &[String]) -> bool {
    let fields =
        ["/id", "/name", "/family", "/granularity", "/licence", "/attribution", "/source/repository"];
    let said = fields.map(|field| text(model, field)).join(" ").to_lowercase();
    words.iter().all(|word| said.contains(&word.to_lowercase()))
}

/// Where the family stands in the list of families, which goes by what they read.
fn rank(model: &Value) -> usize {
    let family = text(model, "/family");
    FAMILIES.iter().position(|spec| spec.family.id == family).unwrap_or(FAMILIES.len())
}

fn table(models: &[Value]) -> String {
    let header = ["model", "reads", "download", "f32", "f16", "int8", "int4", "window", "licence"];
    let mut rows = vec![header.map(str::to_owned)];
    rows.extend(models.iter().map(row));
    let widths: [usize; 9] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0));
    let mut lines = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).enumerate().map(|(at, (cell, width))| match at {
            2..=7 => format!("{cell:>width$}"),
            _ => format!("{cell:<width$}"),
        });
        lines.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        lines.push('\n');
    }
    lines.push_str(
        "\nf32 to int4: memory that the weights take, by how they are held (embed --weights). \
         ~: not recorded, counted as f32.\n",
    );
    let unknown: Vec<&str> =
        models.iter().filter(|model| no_hash(model)).map(|model| text(model, "/id")).collect();
    if !unknown.is_empty() {
        lines.push_str(&format!(
            "No SHA-256 of the weights is recorded for {}: only their shape is compared.\n",
            unknown.join(", ")
        ));
    }
    for model in models.iter().filter(|model| !text(model, "/use/refused").is_empty()) {
        lines.push_str(&format!("{} cannot be run: {}.\n", text(model, "/id"), text(model, "/use/refused")));
    }
    lines
}

fn row(model: &Value) -> [String; 9] {
    let place = match text(model, "/source/kind") {
        "hub" => text(model, "/source/repository").to_owned(),
        "zenodo" => format!("{} (zenodo.org {})", text(model, "/id"), text(model, "/source/record")),
        _ => format!("{} (built in)", text(model, "/id")),
    };
    let memory = HOW_HELD.map(|held| size(number(model, &format!("/use/memory_bytes/{held}"))));
    let window = match (number(model, "/use/window_residues"), number(model, "/use/window_tokens")) {
        (0, 0) => "any".to_owned(),
        (0, tokens) => format!("{tokens} tokens"),
        (residues, _) => format!("{residues} residues"),
    };
    let [f32, f16, int8, int4] = memory;
    let (reads, licence) = (text(model, "/granularity").to_owned(), text(model, "/licence").to_owned());
    [place, reads, download(model), f32, f16, int8, int4, window, licence]
}

/// Size of all files; weights whose size was not recorded count as stored in f32.
fn download(model: &Value) -> String {
    let files = model["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_weights = |file: &&Value| {
        [".safetensors", ".bin", ".pt", ".index.json"].iter().any(|end| text(file, "/name").ends_with(end))
    };
    let unknown = files.iter().filter(is_weights).filter(|file| file["bytes"].is_null()).count();
    let known: u64 = files.iter().map(|file| number(file, "/bytes")).sum();
    match unknown {
        0 => size(known),
        _ => format!("~{}", size(known + number(model, "/use/memory_bytes/f32"))),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

fn text<'m>(model: &'m Value, pointer: &str) -> &'m str {
    model.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn number(model: &Value, pointer: &str) -> u64 {
    model.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
}
