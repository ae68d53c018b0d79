//! `crossgrain embed`: the page's main job on the command line.

use crate::bar::Bar;
use crate::problem::{Failure, print};
use crate::{chosen, crew, input};
use clap::{Args, ValueEnum};
use crossgrain_core::error::{Notice, Where};
use crossgrain_core::intake::Derive;
use crossgrain_core::join::Gather;
use crossgrain_core::seq::Kind;
use crossgrain_core::token::EncodeOptions;
use crossgrain_engine::device::{DeviceChoice, open};
use crossgrain_engine::embed::{Item, Layers, Options};
use crossgrain_engine::plan::OVERLAP;
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;
use crossgrain_engine::save::{to_csv, to_npy, to_safetensors};
use std::path::{Path, PathBuf};

/// Arguments of `crossgrain embed`.
#[derive(Args)]
pub struct Arguments {
    /// Folder with a model's files as published (config.json, weights, vocab.txt or tokenizer.json), a
    /// .pt file of fair-esm, BiGCARP or CARP, or a file that `crossgrain quantize` wrote; the family is
    /// found out.
    #[arg(long, value_name = "DIR|FILE")]
    model: PathBuf,
    /// FASTA, GenBank (as antiSMASH writes it), a list of domains (id, tab, PF00001;PF00002) or an
    /// hmmscan --domtblout table, plain or gzip; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Where the rows go: .npy, .csv or .safetensors.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Hidden states: `last`, `all`, or numbers such as `0,3,6` (0 is the embedding).
    #[arg(long, default_value = "last", value_parser = layers)]
    layers: Layers,
    /// Rows per record: as the model's authors do (auto), mean over residues or over all tokens,
    /// maximum, first token (cls), one per residue (none) or per token.
    #[arg(long, default_value = "auto")]
    pool: Pool,
    /// Also write masked-language-model logits (.safetensors only).
    #[arg(long)]
    logits: bool,
    /// Also write contact maps (.safetensors only).
    #[arg(long)]
    contacts: bool,
    /// Where to compute.
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// Precision of the weights: int8 is small and, in a browser, fast; int4 is a preview. Without it a
    /// quantized file keeps its own, others are read as f32.
    #[arg(long)]
    weights: Option<Precision>,
    /// Threads that embed at the same time on the CPU, each with the model.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: u16,
    /// Residues shared by neighbouring windows of sequences longer than 1,022.
    #[arg(long, default_value_t = OVERLAP)]
    overlap: usize,
    /// Refuse the run if a record has letters or domains that the model has no token for.
    #[arg(long)]
    strict: bool,
    /// Read lower-case nucleotides as upper-case ones.
    #[arg(long)]
    upper_case: bool,
    /// Read U as T in nucleotides.
    #[arg(long)]
    uracil_as_thymine: bool,
    /// What the letters are, instead of finding out; domain-slices takes the residues of each Pfam domain
    /// of a GenBank file.
    #[arg(long)]
    kind: Option<KindName>,
    /// Translate coding sequences by this NCBI table (1 standard, 11 bacteria) for a protein model.
    #[arg(long, value_name = "TABLE")]
    translate: Option<u8>,
    /// One row per record from chosen positions only, such as a pocket's: a table of lines `id`, tab,
    /// `235,236,239`, counted from 1 along the model's residues, words or domains.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pool", "logits", "contacts"])]
    positions: Option<PathBuf>,
    /// How the rows of chosen positions become one.
    #[arg(long, default_value = "mean", requires = "positions")]
    gather: GatherName,
}

#[derive(Clone, Copy, ValueEnum)]
enum KindName {
    Protein,
    Dna,
    Domains,
    DomainSlices,
}

/// How chosen positions become one row, as an argument.
#[derive(Clone, Copy, ValueEnum)]
enum GatherName {
    Mean,
    Concatenated,
}

/// Reads `last`, `all` or a list of numbers.
fn layers(text: &str) -> Result<Layers, String> {
    match text {
        "last" => Ok(Layers::Last),
        "all" => Ok(Layers::All),
        list => {
            let number =
                |part: &str| part.trim().parse().map_err(|_| format!("'{part}' is not a layer number"));
            list.split(',').map(number).collect::<Result<_, _>>().map(Layers::Some)
        }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let options = Options {
        layers: arguments.layers.clone(),
        pool: if arguments.positions.is_some() { Pool::Residues } else { arguments.pool },
        overlap: arguments.overlap,
        logits: arguments.logits,
        contacts: arguments.contacts,
        encode: EncodeOptions {
            strict: arguments.strict,
            upper_case: arguments.upper_case,
            uracil_as_thymine: arguments.uracil_as_thymine,
        },
    };
    let format = Format::of(&arguments.out, &options)?;
    if arguments.workers > 1 && (options.logits || options.contacts) {
        let what = "several workers give rows only, no logits and no contact maps".into();
        return Err(Failure::arguments("embed.rows_only", what, "leave --workers out"));
    }
    let kind = arguments.kind.map(|kind| match kind {
        KindName::Protein | KindName::DomainSlices => Kind::Protein,
        KindName::Dna => Kind::Dna,
        KindName::Domains => Kind::Domains,
    });
    let derive = match (arguments.translate, arguments.kind) {
        (Some(table), None | Some(KindName::Dna)) => Derive::Translated(table),
        (Some(_), Some(_)) => {
            let what = "only DNA can be translated".into();
            return Err(Failure::arguments("cds.not_nucleotides", what, "leave --kind or --translate out"));
        }
        (None, Some(KindName::DomainSlices)) => Derive::DomainSlices,
        (None, _) => Derive::AsGiven,
    };
    let positions = arguments.positions.as_deref().map(chosen::read).transpose()?;
    let opened = pollster::block_on(open(arguments.device))?;
    eprintln!("device: {}", opened.reason);
    let checkpoint = input::checkpoint(&arguments.model, &opened, arguments.weights)?;
    let mut parsed = input::derived(&arguments.input, kind, checkpoint.granularity().into(), derive)?;
    parsed.refusals.iter().for_each(|notice| print("refused", notice));
    parsed.warnings.iter().for_each(|notice| print("warning", notice));
    for (what, omitted) in [("refusals", parsed.refusals_omitted), ("warnings", parsed.warnings_omitted)] {
        if omitted > 0 {
            eprintln!("and {omitted} more {what}");
        }
    }
    checkpoint.accept(parsed.kind)?;
    if let Some(positions) = &positions {
        chosen::keep(&mut parsed.records, positions);
    }
    if parsed.records.is_empty() {
        return Err(Failure::arguments(
            "input.no_records",
            "nothing in the input can be embedded".into(),
            "the messages above say why each part was left out",
        ));
    }
    let items: Vec<Item> =
        parsed.records.iter().map(|record| Item { id: &record.id, letters: &record.letters }).collect();
    let mut bar = Bar::new();
    let load = || {
        let opened = pollster::block_on(open(DeviceChoice::Cpu))?;
        input::checkpoint(&arguments.model, &opened, arguments.weights)
    };
    // A GPU is one device however many threads ask for it.
    let workers = if opened.is_gpu() { 1 } else { usize::from(arguments.workers) };
    let embedded = crew::embed(&checkpoint, load, &items, &options, workers, &mut bar)?;
    bar.finish(&embedded);
    let ids: Vec<&str> = parsed.records.iter().map(|record| record.id.as_str()).collect();
    for (row, notice) in &embedded.notices {
        let at = Where { record: Some(ids[*row].to_owned()), ..Where::default() };
        print("warning", &Notice { at, ..notice.clone() });
    }
    for (id, _) in ids.iter().zip(&embedded.contacts).filter(|(_, map)| map.is_none()) {
        eprintln!("warning [embed.contacts_skipped] record {id}: longer than one window, no contact map");
    }
    if let Some(positions) = &positions {
        let how = match arguments.gather {
            GatherName::Mean => Gather::Mean,
            GatherName::Concatenated => Gather::Concatenated,
        };
        return chosen::write(&arguments.out, &embedded, &ids, positions, how);
    }
    let bytes = match format {
        Format::Npy => to_npy(&embedded, 0),
        Format::Csv => to_csv(&embedded, 0, &ids),
        Format::Safetensors => to_safetensors(&embedded, &ids),
    };
    let bytes = bytes?;
    std::fs::write(&arguments.out, bytes)
        .map_err(|error| Failure::file("output.unwritable", &arguments.out, &error))
}

/// Formats by the ending of the file's name.
#[derive(Clone, Copy)]
enum Format {
    Npy,
    Csv,
    Safetensors,
}

impl Format {
    /// The format, if it can hold what was asked for.
    fn of(path: &Path, options: &Options) -> Result<Self, Failure> {
        let format = match path.extension().and_then(|end| end.to_str()) {
            Some("npy") => Self::Npy,
            Some("csv") => Self::Csv,
            Some("safetensors") => return Ok(Self::Safetensors),
            _ => {
                let what = format!("'{}' does not end in .npy, .csv or .safetensors", path.display());
                return Err(Failure::arguments(
                    "output.unknown_format",
                    what,
                    "the ending chooses the format",
                ));
            }
        };
        let several = match &options.layers {
            Layers::Last => false,
            Layers::All => true,
            Layers::Some(layers) => layers.len() > 1,
        };
        if several || options.logits || options.contacts {
            let what = "this format holds one layer and nothing else".into();
            return Err(Failure::arguments("output.one_layer", what, "write a .safetensors file"));
        }
        Ok(format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_layers() {
        fn t(text: &str, expected: Option<&Layers>) {
            assert_eq!(layers(text).ok().as_ref(), expected, "{text}");
        }
        t("last", Some(&Layers::Last));
        t("all", Some(&Layers::All));
        t("0,3,6", Some(&Layers::Some(vec![0, 3, 6])));
        t("6", Some(&Layers::Some(vec![6])));
        t("six", None);
        t("-1", None);
        t("", None);
    }
}
