//! `crossgrain`: the engine of the page on a laptop or a cluster node.

// Both panic when the stream is closed or full; `console` does not.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod ask;
mod bench;
mod console;
mod destination;
mod embed;
mod failure;
mod file_failure;
mod input;
mod model_report;
mod models;
mod output;
mod paths;
mod positions;
mod progress_bar;
mod published;
mod quantize;
mod sidecar;
mod sources;
mod text;
mod workers;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io::{ErrorKind, Write, stdout};
use std::process::ExitCode;

/// Embed biological sequences with protein, DNA and gene-cluster language models, and analyse the embeddings, locally.
#[derive(Parser)]
#[command(name = "crossgrain", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Embed the sequences or gene clusters of a file.
    Embed(Box<embed::Arguments>),
    /// Quantize a model: write it with fewer bits per weight as one file.
    Quantize(quantize::Arguments),
    /// Measure how fast a device embeds.
    Bench(bench::Arguments),
    /// List the published models: sizes, memory, longest sequence, licence.
    Models(models::Arguments),
    /// Answer a request in JSON, in the form of the browser module.
    Ask(ask::Json),
    #[command(flatten)]
    Question(Box<ask::Question>),
}

fn main() -> ExitCode {
    // The name by which most people look for nearest neighbours.
    let command = Arguments::command().mut_subcommand("neighbours", |command| command.visible_alias("knn"));
    let matches = command.try_get_matches_from(std::env::args_os().map(paths::argument));
    let arguments = match matches.and_then(|found| Arguments::from_arg_matches(&found)) {
        Ok(arguments) => arguments,
        Err(error) => return said(&error),
    };
    let result = match arguments.command {
        Command::Embed(arguments) => embed::run(&arguments),
        Command::Quantize(arguments) => quantize::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Models(arguments) => models::run(&arguments),
        Command::Ask(arguments) => ask::json(&arguments),
        Command::Question(question) => ask::run(*question),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            failure::print("error", &refusal.0);
            ExitCode::FAILURE
        }
    }
}

/// Prints help, the version or what is wrong with the arguments.
fn said(error: &clap::Error) -> ExitCode {
    let printed = error.print().and_then(|()| stdout().flush());
    // A message may be lost, an answer may not.
    let lost = !error.use_stderr() && printed.is_err_and(|failed| failed.kind() != ErrorKind::BrokenPipe);
    ExitCode::from(if lost { 1 } else { u8::try_from(error.exit_code()).unwrap_or(1) })
}
