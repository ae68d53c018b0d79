//! The analyses: one command for each method in the list of `crossgrain-api`.

use crate::destination::Destination;
use crate::failure::print;
use crate::file_failure::file_failure;
use crate::progress_bar::ProgressBar;
use crate::sources::FileSources;
use crate::{console, output, paths};
use clap::{Args, Subcommand};
use crossgrain_api::Refusal;
use crossgrain_api::{Answer, Context, Request, Sources};
use crossgrain_engine::pairwise::Multiplier;
use serde_json::Value;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

/// The label table of a request, and the output of its answer.
#[derive(Args)]
pub struct FileArguments {
    /// Label table as text: separated by tabs, commas, semicolons or blanks, with or without a header. A column holds the
    /// ids, the first one as a rule; an option with COLUMN takes the name or the number of another column.
    #[arg(long = "labels", value_name = "FILE")]
    label_table: Option<PathBuf>,
    /// Words that stand for a missing label, separated by commas. Default: NA, N/A, nan, NULL, -, . and the like.
    #[arg(long, value_name = "WORDS", value_delimiter = ',', requires = "label_table")]
    missing: Option<Vec<String>>,
    /// Write the matrix of the answer: .npy, .csv or .safetensors. A folder gets every matrix as .npy.
    #[arg(long, value_name = "FILE|FOLDER")]
    out: Option<PathBuf>,
    /// Print the answer as JSON, in the form of the browser module.
    #[arg(long)]
    json: bool,
}

/// A request with its files.
#[derive(Args)]
pub struct Asked<R: Args> {
    #[command(flatten)]
    request: R,
    #[command(flatten)]
    files: FileArguments,
}

macro_rules! commands {
    ($($variant:ident $module:ident $help:literal;)*) => {
        /// Every question.
        #[derive(Subcommand)]
        #[expect(clippy::large_enum_variant, reason = "there is one, and it moves once")]
        pub enum Question {
            $(
                #[command(about = $help.trim_end_matches('.'), long_about = None)]
                $variant(Asked<crossgrain_api::analyses::$module::Request>),
            )*
        }

        impl Question {
            fn split(self) -> (Request, FileArguments) {
                match self { $(Self::$variant(asked) => (asked.request.into(), asked.files),)* }
            }
        }
    };
}

crossgrain_api::for_each_method!(commands);

/// Arguments of `crossgrain ask`.
#[derive(Args)]
pub struct Json {
    /// The request, such as {"purity": {"table": "rows.csv", "labels": ["a", "b"]}}; `-` reads standard input. Tables
    /// are files.
    request: String,
    #[command(flatten)]
    files: FileArguments,
}

/// Answers a request in JSON.
pub fn json(arguments: &Json) -> Result<(), Refusal> {
    let mut text = arguments.request.clone();
    if text == "-" {
        text.clear();
        stdin()
            .read_to_string(&mut text)
            .map_err(|error| file_failure("input.unreadable", "standard input".as_ref(), &error))?;
    }
    answer(crossgrain_api::parse(&text)?, &arguments.files)
}

/// Answers a question.
pub fn run(question: Question) -> Result<(), Refusal> {
    let (request, files) = question.split();
    answer(request, &files)
}

fn answer(request: Request, files: &FileArguments) -> Result<(), Refusal> {
    let labels = files.label_table.as_deref().map(paths::path);
    let out = match &files.out {
        Some(out) => {
            let out = paths::path(out);
            output::check(&out, &request)?;
            Some(destination(&out, &request, labels.clone())?)
        }
        None => None,
    };
    let sources = FileSources::new(labels, files.missing.clone());
    let (multiplier, mut progress) = (Multiplier::default(), ProgressBar::new());
    let mut context = Context { sources: &sources, multiplier: &multiplier, progress: &mut progress };
    let response = pollster::block_on(crossgrain_api::ask(request, &mut context));
    drop(progress);
    // What no answer took into its own list.
    sources.take_notices().iter().for_each(|notice| print("warning", notice));
    let response = response?;
    if let Some(out) = &out {
        output::write_arrays(out, &response)?;
    }
    match response.text().filter(|_| !files.json) {
        Some(text) => {
            console::answer(&text)?;
            response.warnings().iter().for_each(|notice| print("warning", notice));
            response.refused().iter().for_each(|notice| print("refused", notice));
            Ok(())
        }
        None => output::print(&response, files.json),
    }
}

/// The destination of an answer, checked before anything is computed.
fn destination(out: &Path, request: &Request, labels: Option<PathBuf>) -> Result<Destination, Refusal> {
    output::check(out, request)?;
    let mut inputs: Vec<PathBuf> = labels.into_iter().collect();
    // Every text of a request may be the name of a file, also as FILE#LAYER.
    named_files(&serde_json::to_value(request).unwrap_or_default(), &mut inputs);
    Destination::check(out, true, inputs)
}

fn named_files(value: &Value, found: &mut Vec<PathBuf>) {
    match value {
        Value::String(text) => {
            found.push(paths::from_text(text));
            found.extend(text.rsplit_once('#').map(|(file, _)| paths::from_text(file)));
        }
        Value::Array(values) => values.iter().for_each(|value| named_files(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| named_files(value, found)),
        _ => {}
    }
}
