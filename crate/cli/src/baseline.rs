//! `crossgrain baseline`: simple features that a model's score should stand beside.

use crate::answer::{self, Bar};
use crate::input;
use crate::problem::{Failure, print};
use clap::{Args, Subcommand};
use crossgrain_core::analysis::baseline::{SkipGramOptions, codons, kmers, random_vectors, skip_gram};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::seq::{Kind, Parsed};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `crossgrain baseline`.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    job: Job,
}

/// What every job reads and writes.
#[derive(Args)]
struct Files {
    /// FASTA, GenBank or a list of domains, plain or gzip; `-` reads standard input.
    #[arg(value_name = "FILE")]
    input: PathBuf,
    /// Where the rows go: .csv, .npy or .safetensors.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Subcommand)]
enum Job {
    /// Sequences: the share of each word of k letters; 1 is the composition.
    Kmers {
        #[command(flatten)]
        files: Files,
        /// Letters per word.
        #[arg(short, long, default_value_t = 1)]
        k: usize,
    },
    /// Coding sequences in frame: the share of each of the 64 codons.
    Codons(Files),
    /// Domains: a random vector for each, averaged over the row.
    Random {
        #[command(flatten)]
        files: Files,
        /// Numbers per domain.
        #[arg(long, default_value_t = 256)]
        width: usize,
        /// Seed of the draws.
        #[arg(long, default_value_t = 42)]
        seed: u64,
    },
    /// Domains: skip-gram vectors, as Pfam2vec, averaged over the row.
    SkipGram {
        #[command(flatten)]
        files: Files,
        /// Learn from the domains of this file instead: the more lists, the better the vectors.
        #[arg(long, value_name = "FILE")]
        learn_from: Option<PathBuf>,
        /// Numbers per domain.
        #[arg(long, default_value_t = SkipGramOptions::default().vector_size)]
        width: usize,
        /// Domains on each side that count as company, at most.
        #[arg(long, default_value_t = SkipGramOptions::default().window)]
        window: usize,
        /// Strangers that each pair is weighed against.
        #[arg(long, default_value_t = SkipGramOptions::default().negative_samples)]
        negatives: usize,
        /// Passes over the list.
        #[arg(long, default_value_t = SkipGramOptions::default().epochs)]
        epochs: usize,
        /// Share of all domains above which one is passed over by chance; 0 passes over none.
        #[arg(long, default_value_t = SkipGramOptions::default().sample)]
        sample: f64,
        /// Seed of start, windows and strangers.
        #[arg(long, default_value_t = 42)]
        seed: u64,
        /// Also write the vector of each domain: .csv, .npy or .safetensors.
        #[arg(long, value_name = "FILE")]
        domains: Option<PathBuf>,
    },
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.job {
        Job::Kmers { files, k } => {
            let parsed = read(&files.input, None)?;
            let alphabet = if parsed.kind == Kind::Dna { "ACGT" } else { "ACDEFGHIKLMNPQRSTVWY" };
            write(&files.out, "kmers", &parsed, &kmers(&letters(&parsed), alphabet, *k)?)
        }
        Job::Codons(files) => {
            let parsed = read(&files.input, Some(Kind::Dna))?;
            write(&files.out, "codons", &parsed, &codons(&letters(&parsed))?)
        }
        Job::Random { files, width, seed } => {
            let parsed = read(&files.input, Some(Kind::Domains))?;
            write(&files.out, "random", &parsed, &random_vectors(&names(&parsed), *width, *seed)?)
        }
        Job::SkipGram { files, learn_from, width, window, negatives, epochs, sample, seed, domains } => {
            let parsed = read(&files.input, Some(Kind::Domains))?;
            let options = SkipGramOptions {
                vector_size: *width,
                window: *window,
                negative_samples: *negatives,
                epochs: *epochs,
                sample: *sample,
                ..SkipGramOptions::default()
            };
            let others = learn_from.as_ref().map(|path| read(path, Some(Kind::Domains))).transpose()?;
            let lists = names(others.as_ref().unwrap_or(&parsed));
            let mut bar = Bar::new("lists read");
            let found = skip_gram(&lists, &options, *seed, &mut |done, total| bar.show(done, total))?;
            if let Some(path) = domains {
                answer::write(path, "skip_gram", found.names(), found.vectors().view())?;
            }
            write(&files.out, "skip_gram", &parsed, &found.mean(&names(&parsed)))
        }
    }
}

fn read(path: &Path, kind: Option<Kind>) -> Result<Parsed, Failure> {
    let parsed = input::sequences(path, kind, kind.unwrap_or(Kind::Protein))?;
    parsed.warnings.iter().for_each(|notice| print("warning", notice));
    parsed.refusals.iter().for_each(|notice| print("refused", notice));
    Ok(parsed)
}

fn letters(parsed: &Parsed) -> Vec<&str> {
    parsed.records.iter().map(|record| record.letters.as_str()).collect()
}

/// The domains of each row.
fn names(parsed: &Parsed) -> Vec<Vec<&str>> {
    parsed.records.iter().map(|record| record.domains().collect()).collect()
}

fn write(path: &Path, name: &str, parsed: &Parsed, rows: &Matrix) -> Result<(), Failure> {
    let ids: Vec<String> = parsed.records.iter().map(|record| record.id.clone()).collect();
    answer::write(path, name, &ids, rows.view())?;
    answer::print(&json!({ "features": name, "rows": rows.rows(), "columns": rows.cols() }));
    Ok(())
}
