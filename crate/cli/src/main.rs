//! `crossgrain`: the engine of the page on a laptop or a cluster node.

mod answer;
mod bar;
mod baseline;
mod bench;
mod chosen;
mod cka;
mod codon;
mod crew;
mod embed;
mod input;
mod join;
mod knn;
mod labels;
mod map;
mod models;
mod probe;
mod problem;
mod quantize;
mod table;

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
    /// Write a model with coarser weights as one file, for the page and for later.
    Quantize(quantize::Arguments),
    /// Measure how fast a device embeds.
    Bench(bench::Arguments),
    /// Put tables of the same sequences, genes or domains side by side.
    Join(join::Arguments),
    /// Compare layers, models or checkpoints by centred kernel alignment.
    Cka(cka::Arguments),
    /// Find exact nearest neighbours, and what they say about labels.
    Knn(knn::Arguments),
    /// Learn a label from the rows, with intervals and baselines.
    Probe(probe::Arguments),
    /// Make simple features that a model's score should stand beside.
    Baseline(baseline::Arguments),
    /// Draw rows in a plane: principal components, UMAP or t-SNE.
    Map(map::Arguments),
    /// Count, sample and mutate codons.
    Codon(codon::Arguments),
    /// List the published models: sizes, memory, longest sequence, licence.
    Models(models::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Embed(arguments) => embed::run(&arguments),
        Command::Quantize(arguments) => quantize::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Join(arguments) => join::run(&arguments),
        Command::Cka(arguments) => cka::run(&arguments),
        Command::Knn(arguments) => knn::run(&arguments),
        Command::Probe(arguments) => probe::run(&arguments),
        Command::Baseline(arguments) => baseline::run(&arguments),
        Command::Map(arguments) => map::run(&arguments),
        Command::Codon(arguments) => codon::run(&arguments),
        Command::Models(arguments) => models::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}
