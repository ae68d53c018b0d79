//! Embeds a FASTA file with a model folder: `cargo run --release --example embed_fasta -- models/esm2-demo proteins.fasta`.

use crossgrain::core::progress::Silent;
use crossgrain::core::seq::{ReadOptions, read_fasta};
use crossgrain::core::weights::{ByteSource, FileBytes};
use crossgrain::engine::checkpoint::Checkpoint;
use crossgrain::engine::device::{DeviceChoice, open};
use crossgrain::engine::embed::{Item, Options};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, fasta] = arguments.as_slice() else {
        return Err("usage: embed_fasta MODEL_FOLDER FILE.fasta".into());
    };
    let names = ["config.json", "model.safetensors", "vocab.txt"].map(|name| format!("{model}/{name}"));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let device = pollster::block_on(open(DeviceChoice::Cpu))?;
    let mut bytes = |name: &str| Ok(Box::new(FileBytes::open(Path::new(name))?) as Box<dyn ByteSource>);
    let checkpoint = Checkpoint::from_files(&names, &mut bytes, &device, None, &mut Silent)?;
    let parsed = read_fasta(&std::fs::read(fasta)?, ReadOptions::default())?;
    let items: Vec<Item> =
        parsed.records.iter().map(|record| Item { id: &record.id, letters: &record.letters }).collect();
    let embedded = pollster::block_on(checkpoint.embed(&items, &Options::default(), &mut Silent))?;
    // One row per protein: [n, d] of the last layer.
    for (record, row) in parsed.records.iter().zip(embedded.states[0].chunks(embedded.width)) {
        println!("{}\t{:?}", record.id, &row[..row.len().min(4)]);
    }
    Ok(())
}
