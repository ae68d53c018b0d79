//! `crossgrain codon`: usage of codons, other sequences of the same protein, mutants.

use crate::answer;
use crate::input;
use crate::problem::{Failure, print};
use clap::{Args, Subcommand, ValueEnum};
use crossgrain_core::codon::{
    Cds, Code, Codon, Consequence, Sampling, Usage, UsageTable, back_translate, mutants, rscu, sample,
};
use crossgrain_core::error::{Coded, Notice, Where};
use crossgrain_core::seq::SequenceKind;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Arguments of `crossgrain codon`.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    job: Job,
}

/// What every job reads.
#[derive(Args)]
struct Source {
    /// FASTA file of coding sequences in frame, plain or gzip; `-` reads standard input.
    #[arg(value_name = "FILE")]
    input: PathBuf,
    /// NCBI translation table.
    #[arg(long, default_value_t = 1)]
    table: u8,
}

#[derive(Subcommand)]
enum Job {
    /// Counts, share per thousand, RSCU, GC and GC3 of each sequence and of all together.
    Usage(Source),
    /// Another coding sequence of each protein, as FASTA on stdout.
    Sample {
        #[command(flatten)]
        source: Source,
        /// Shuffle the codons of each amino acid among its places, or draw uniformly from synonyms.
        #[arg(long, default_value = "permuted")]
        how: SamplingName,
        /// Seed of the draws; each sequence adds its place in the file.
        #[arg(long, default_value_t = 42)]
        seed: u64,
    },
    /// Every single-codon mutant: FASTA on stdout, a label table in a file.
    Mutants {
        #[command(flatten)]
        source: Source,
        /// Only changes of up to this many letters, 1 to 3.
        #[arg(long, default_value_t = 3)]
        base_changes: usize,
        /// Where the label table goes (.tsv): id, position from 1, codons, residues, consequence.
        #[arg(long, value_name = "FILE")]
        labels: PathBuf,
    },
    /// The likeliest coding sequence of each protein, as FASTA on stdout.
    Back {
        /// FASTA file of proteins, plain or gzip; `-` reads standard input.
        #[arg(value_name = "FILE")]
        input: PathBuf,
        /// NCBI translation table.
        #[arg(long, default_value_t = 1)]
        table: u8,
        /// FASTA file of coding sequences whose codon usage is followed.
        #[arg(long, value_name = "FILE")]
        like: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum SamplingName {
    True,
    Permuted,
    Uniform,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.job {
        Job::Usage(source) => usage(source),
        Job::Sample { source, how, seed } => {
            let (code, sequences) = read(source)?;
            let sampling = match how {
                SamplingName::True => Sampling::True,
                SamplingName::Permuted => Sampling::Permuted,
                SamplingName::Uniform => Sampling::Uniform,
            };
            let sampled = sequences.iter().zip(*seed..);
            fasta(
                sampled.map(|((id, cds), seed)| (id.clone(), sample(cds, &code, sampling, seed).letters())),
            );
            Ok(())
        }
        Job::Mutants { source, base_changes, labels } => all_mutants(source, *base_changes, labels),
        Job::Back { input, table, like } => back(input, *table, like),
    }
}

/// Coding sequences; those that are none are reported and left out.
fn read(source: &Source) -> Result<(Code, Vec<(String, Cds)>), Failure> {
    let code = Code::ncbi(source.table)?;
    Ok((code, sequences(&source.input)?))
}

fn sequences(path: &Path) -> Result<Vec<(String, Cds)>, Failure> {
    let mut found = Vec::new();
    for (id, letters) in records(path, SequenceKind::Dna)? {
        match Cds::parse(&letters) {
            Ok(cds) => found.push((id, cds)),
            Err(error) => refused(&error, &id),
        }
    }
    if found.is_empty() {
        let what = "it holds no coding sequence".to_owned();
        return Err(Failure::in_file(
            "codon.nothing",
            &path.display().to_string(),
            what,
            "give sequences in frame",
        ));
    }
    Ok(found)
}

fn records(path: &Path, kind: SequenceKind) -> Result<Vec<(String, String)>, Failure> {
    let parsed = input::sequences(path, Some(kind), kind)?;
    parsed.refusals.iter().for_each(|notice| print("refused", notice));
    Ok(parsed.records.into_iter().map(|record| (record.id, record.letters)).collect())
}

fn refused(error: &dyn Coded, id: &str) {
    let at = Where { record: Some(id.to_owned()), ..Where::default() };
    print(
        "refused",
        &Notice { code: error.code().into(), message: error.to_string(), at, hint: error.hint() },
    );
}

fn usage(source: &Source) -> Result<(), Failure> {
    let (code, sequences) = read(source)?;
    let report = |id: &str, usage: &Usage| {
        json!({
            "id": id, "codons": usage.counts.iter().sum::<u64>(), "gc": usage.gc(), "gc3": usage.gc3(),
            "counts": usage.counts.to_vec(),
            "per_thousand": usage.frequencies().map(|share| share * 1000.0).to_vec(),
            "rscu": rscu(usage, &code),
        })
    };
    let each = sequences.iter().map(|(id, cds)| report(id, &Usage::of([cds])));
    answer::print(&json!({
        "table": source.table,
        "codons": Codon::all().map(|codon| codon.letters().iter().collect::<String>()).collect::<Vec<_>>(),
        "residues": Codon::all().map(|codon| code.residue(codon)).collect::<String>(),
        "all": report("", &Usage::of(sequences.iter().map(|(_, cds)| cds))),
        "sequences": each.collect::<Vec<_>>(),
    }));
    Ok(())
}

fn all_mutants(source: &Source, base_changes: usize, labels: &Path) -> Result<(), Failure> {
    let (code, sequences) = read(source)?;
    let text = |codon: Codon| codon.letters().iter().collect::<String>();
    let mut table =
        String::from("id\tsequence\tposition\tfrom_codon\tto_codon\tfrom\tto\tconsequence\tbase_changes\n");
    let mut written = Vec::new();
    for (id, cds) in &sequences {
        for mutant in mutants(cds, &code).filter(|mutant| mutant.base_changes <= base_changes) {
            let (from, to) = mutant.residues;
            let name = format!("{id}_{}{}{}", text(mutant.from), mutant.position, text(mutant.to));
            let consequence = match mutant.consequence {
                Consequence::Synonymous => "synonymous",
                Consequence::Missense => "missense",
                Consequence::Nonsense => "nonsense",
                Consequence::StopLoss => "stop_loss",
            };
            table.push_str(&format!(
                "{name}\t{id}\t{}\t{}\t{}\t{from}\t{to}\t{consequence}\t{}\n",
                mutant.position,
                text(mutant.from),
                text(mutant.to),
                mutant.base_changes
            ));
            written.push((name, mutant.apply(cds).letters()));
        }
    }
    std::fs::write(labels, table).map_err(|error| Failure::file("output.unwritable", labels, &error))?;
    fasta(written.into_iter());
    Ok(())
}

fn back(input: &Path, table: u8, like: &Path) -> Result<(), Failure> {
    let code = Code::ncbi(table)?;
    let like = sequences(like)?;
    let usage = UsageTable::of(&Usage::of(like.iter().map(|(_, cds)| cds)));
    let mut found = Vec::new();
    for (id, protein) in records(input, SequenceKind::Protein)? {
        match back_translate(&protein, &code, &usage) {
            Ok(cds) => found.push((id, cds.letters())),
            Err(error) => refused(&error, &id),
        }
    }
    fasta(found.into_iter());
    Ok(())
}

/// A closed pipe ends quietly.
fn fasta(records: impl Iterator<Item = (String, String)>) {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (id, letters) in records {
        if writeln!(out, ">{id}\n{letters}").is_err() {
            return;
        }
    }
}
