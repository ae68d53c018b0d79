//! `crossgrain`: the engine of the page on a laptop or a cluster node.

mod bar;
mod bench;
mod crew;
mod embed;
mod input;
mod problem;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Embed biological sequences with protein language models, locally.
#[derive(Parser)]
#[command(name = "crossgrain", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Embed the sequences or gene clusters of a file.
    Embed(embed::Arguments),
    /// Measure how fast a device embeds.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Embed(arguments) => embed::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}
