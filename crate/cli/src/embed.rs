//! `crossgrain embed`: the page's main job on the command line.

use crate::console::say;
use crate::destination::Destination;
use crate::failure::print;
use crate::paths::from_text;
use crate::progress_bar::ProgressBar;
use crate::published::Shape;
use crate::{input, model_report, output, paths, positions, published, sidecar, workers};
use clap::Args;
use crossgrain_api::Refusal;
use crossgrain_api::session::export::RowFormat;
use crossgrain_api::session::record::{MethodsRecord, ReadSequences};
use crossgrain_api::session::{embed, read};
use crossgrain_core::join::PositionPooling;
use crossgrain_engine::device::{DeviceChoice, open};
use crossgrain_engine::embed::{Item, Layers, Options};
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;
use crossgrain_engine::save::{to_csv, to_npy, to_safetensors};
use std::path::PathBuf;

/// Arguments of `crossgrain embed`.
#[derive(Args, Clone)]
pub struct Arguments {
    /// Folder with a model's files as published (config.json, weights, vocab.txt or tokenizer.json), perhaps with a
    /// LoRA or IA3 adapter beside them; a .pt file of fair-esm, BiGCARP or CARP; or a file that `crossgrain quantize` wrote; the family is detected.
    #[arg(long, value_name = "DIR|FILE")]
    model: PathBuf,
    /// FASTA, GenBank (as antiSMASH, GECCO and DeepBGC write it), a list of domains (id, tab,
    /// PF00001;PF00002) or a table of domains (--domtblout of hmmscan or hmmsearch, InterProScan,
    /// pfam_scan.pl, GECCO, DeepBGC, BiG-SCAPE), plain or gzip; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Output file: .npy, .csv or .safetensors. How the rows were made (model, layer, pooling, precision, windows) is in
    /// the header of a .safetensors file, and in a file NAME.json beside the others.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    read: read::Request,
    #[command(flatten)]
    embed: embed::Request,
    /// Device. `auto` uses a hardware GPU if the computer has one.
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// Precision of the linear layers: int8 is small and, in a browser, fast; int4 is a preview. Without it, a
    /// quantized file keeps its own and others are read as f32.
    #[arg(long)]
    weights: Option<Precision>,
    /// Threads that embed at the same time on the CPU, each with the model.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: u16,
    /// One row per record from chosen positions only, such as a pocket's: a table of lines `id`, tab,
    /// `235,236,239`, counted from 1 along the model's residues, words or domains.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pool", "logits", "contacts"])]
    positions: Option<PathBuf>,
    /// How the rows of chosen positions become one.
    #[arg(long, default_value = "mean", requires = "positions")]
    position_pooling: PositionPooling,
}

impl Arguments {
    /// With the paths as the system has them.
    fn resolved(&self) -> Self {
        Self {
            model: paths::path(&self.model),
            input: paths::path(&self.input),
            out: paths::path(&self.out),
            positions: self.positions.as_deref().map(paths::path),
            ..self.clone()
        }
    }
}

/// Runs the command.
pub fn run(given: &Arguments) -> Result<(), Refusal> {
    let arguments = &given.resolved();
    let mut options = Options::from(&arguments.embed);
    if arguments.positions.is_some() {
        options.pool = Pool::Residues;
    }
    let format = format(arguments, &options)?;
    if arguments.workers > 1 && (options.logits || options.contacts) {
        let what = "several workers give rows only, no logits and no contact maps";
        return Err(Refusal::new("embed.rows_only", what, "leave --workers out"));
    }
    let kind = arguments.read.kind;
    if arguments.read.translate.is_some() && !matches!(kind, read::KindChoice::Auto | read::KindChoice::Dna) {
        let what = "only DNA can be translated";
        return Err(Refusal::new("cds.not_nucleotides", what, "leave --kind or --translate out"));
    }
    let mut inputs = vec![arguments.input.clone(), arguments.model.clone()];
    inputs.extend(arguments.positions.clone());
    inputs.extend(input::model_files(&arguments.model)?.iter().map(|name| from_text(name)));
    let out = Destination::check(&arguments.out, false, inputs)?;
    if format != RowFormat::Safetensors {
        sidecar::check(&out)?;
    }
    let chosen = arguments.positions.as_deref().map(positions::read).transpose()?;
    let device = pollster::block_on(open(arguments.device))?;
    say(&format!("device: {}", device.reason));
    let checkpoint = input::checkpoint(&arguments.model, &device, arguments.weights)?;
    checkpoint.notices().iter().for_each(|notice| print("warning", notice));
    let found = published::compare(&arguments.model, None, &Shape::of(&checkpoint))?;
    found.say();
    let model = model_report::report(&arguments.model, &checkpoint, arguments.weights, &found)?;
    let mut parsed = input::converted(&arguments.input, &arguments.read, checkpoint.granularity().into())?;
    parsed.refusals.iter().for_each(|notice| print("refused", notice));
    parsed.warnings.iter().for_each(|notice| print("warning", notice));
    for (what, omitted) in [("refusals", parsed.refusals_omitted), ("warnings", parsed.warnings_omitted)] {
        if omitted > 0 {
            say(&format!("and {omitted} more {what}"));
        }
    }
    checkpoint.accept(parsed.kind)?;
    if let Some(chosen) = &chosen {
        positions::keep(&mut parsed.records, chosen);
    }
    if parsed.records.is_empty() {
        return Err(Refusal::new(
            "input.no_records",
            "nothing in the input can be embedded",
            "the messages above say why each part was left out",
        ));
    }
    let items: Vec<Item> =
        parsed.records.iter().map(|record| Item { id: &record.id, letters: &record.letters }).collect();
    let mut progress = ProgressBar::new();
    let load = || {
        let device = pollster::block_on(open(DeviceChoice::Cpu))?;
        input::checkpoint(&arguments.model, &device, arguments.weights)
    };
    // All threads would share one GPU.
    let workers = if device.is_gpu() { 1 } else { usize::from(arguments.workers) };
    let embedded = workers::embed(&checkpoint, load, &items, &options, workers, &mut progress)?;
    let seconds = progress.seconds();
    drop(progress);
    let ids: Vec<String> = parsed.records.iter().map(|record| record.id.clone()).collect();
    let report = embed::Response::of(&embedded, &ids, seconds);
    let residues: u64 = embedded.residues.iter().map(|n| u64::from(*n)).sum();
    let (records, rate) = (ids.len(), report.residues_per_second);
    say(&format!("{records} records, {residues} residues in {seconds:.1} s ({rate:.0} residues/s)"));
    report.warnings.iter().for_each(|notice| print("warning", notice));
    for (id, _) in ids.iter().zip(&embedded.contacts).filter(|(_, map)| map.is_none()) {
        say(&format!("warning [embed.contacts_skipped] record {id}: longer than one window, no contact map"));
    }
    let read = ReadSequences { parsed: &parsed, conversion: arguments.read.conversion() };
    let mut methods = MethodsRecord::of(&embedded, &options, seconds, &model, &device, read);
    if let Some(chosen) = &chosen {
        let table = arguments.positions.as_deref().and_then(|path| path.file_name());
        methods.positions = table.map(|name| name.to_string_lossy().into_owned());
        return positions::write(&out, &embedded, &ids, chosen, arguments.position_pooling, &methods);
    }
    say(&methods.line());
    let bytes = match format {
        RowFormat::Npy => to_npy(&embedded, 0),
        RowFormat::Csv => to_csv(&embedded, 0, &ids),
        RowFormat::Safetensors => to_safetensors(&embedded, &ids, methods.texts()),
    };
    output::write_rows(&out, &bytes?, Some(&methods))
}

/// The format of the output, if it can hold what was asked for.
fn format(arguments: &Arguments, options: &Options) -> Result<RowFormat, Refusal> {
    let format = output::format(&arguments.out)?;
    let several = match &options.layers {
        Layers::Last => false,
        Layers::All => true,
        Layers::Some(layers) => layers.len() > 1,
    };
    if format != RowFormat::Safetensors && (several || options.logits || options.contacts) {
        return Err(output::one_layer());
    }
    Ok(format)
}
