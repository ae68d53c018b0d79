//! `crossgrain quantize`: a quantized model as one file (`docs/quantized-file.md`).

use crate::console::say;
use crate::destination::Destination;
use crate::failure::print;
use crate::model_report::{digests, name_of};
use crate::paths::{self, from_text};
use crate::published::Shape;
use crate::{input, published};
use clap::Args;
use crossgrain_api::Refusal;
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{QuantizedProblem, WeightsError};
use crossgrain_engine::checkpoint::{About, identify, pack};
use crossgrain_engine::quant::Precision;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

/// Arguments of `crossgrain quantize`.
#[derive(Args)]
pub struct Arguments {
    /// Folder with a model's files as published, or a .pt file of fair-esm, BiGCARP or CARP.
    #[arg(long, value_name = "DIR|FILE")]
    model: PathBuf,
    /// Precision of the linear layers; everything else stays as it is.
    #[arg(long)]
    weights: Precision,
    /// Output file, .safetensors.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The model's name in the file; without it the folder's.
    #[arg(long)]
    name: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    let (out, model) = (&paths::path(&arguments.out), &paths::path(&arguments.model));
    if out.extension().is_none_or(|end| end != "safetensors") {
        let what = format!("'{}' does not end in .safetensors", out.display());
        return Err(Refusal::new("output.unknown_format", what, "the file is a safetensors file"));
    }
    let names = input::model_files(model)?;
    let inputs = names.iter().map(|name| from_text(name)).collect();
    let destination = Destination::check(out, false, inputs)?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let files = input::files(&names)?;
    identify(&files)?.notices.iter().for_each(|notice| print("warning", notice));
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => name_of(model),
    };
    let found = published::compare(model, Some(&name), &Shape::described(&files)?)?;
    found.say();
    let name = found.name(&name);
    let source_sha256 = digests(&names)?;
    let about = About { name: &name, source_sha256: &source_sha256 };
    let length = destination.stream(out, |file| {
        let mut sink = |at: u64, bytes: &[u8]| -> Result<(), WeightsError> {
            let written = file.seek(SeekFrom::Start(at)).and_then(|_| file.write_all(bytes));
            written.map_err(|error| QuantizedProblem::Write { reason: error.to_string() }.into())
        };
        Ok(pack(&files, arguments.weights, about, &mut sink, &mut Silent)?)
    })?;
    say(&format!("{}: {length} bytes", out.display()));
    Ok(())
}
