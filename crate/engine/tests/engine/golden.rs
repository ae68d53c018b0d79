//! Parity with the reference implementations: every token, hidden state, logit, contact and mean.
//!
//! Each folder of `tests/golden` is a small checkpoint in its published layout with what the
//! reference computed for it; the tests print how many numbers were compared and the largest
//! difference.

use crate::support::{Tensors, devices, files, largest_difference, load, path, sequences, token_ids};
use crossgrain_core::progress::Silent;
use crossgrain_core::token::EncodeOptions;
use crossgrain_core::weights::{FileBytes, SliceBytes};
use crossgrain_engine::batch::Batch;
use crossgrain_engine::checkpoint::{Checkpoint, CheckpointFiles};
use crossgrain_engine::device::OpenDevice;
use crossgrain_engine::embed::{Embedded, Item, Layers, Options};
use crossgrain_engine::families::carp::{BIGCARP, Carp, CarpConfig, config};
use crossgrain_engine::families::{Architecture, Model};
use crossgrain_engine::nn::{Placement, Reader};
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;

/// Accepted differences, CPU and GPU: sums of a few hundred f32 products in another order.
const CPU: f32 = 1e-4;
const GPU: f32 = 5e-4;
/// Accepted difference between a sequence alone and packed with others.
const PACKED: f32 = 1e-5;

/// How many numbers agreed, and where the largest difference was.
struct Tally<'a> {
    folder: &'a str,
    opened: &'a OpenDevice,
    numbers: usize,
    worst: (f32, String),
}

impl<'a> Tally<'a> {
    fn new(folder: &'a str, opened: &'a OpenDevice) -> Self {
        Self { folder, opened, numbers: 0, worst: (0.0, String::new()) }
    }

    /// Compares `ours` with as many of `theirs`; what follows is padding. With a `scale` above one
    /// differences are relative to it.
    fn compare(&mut self, what: String, ours: &[f32], theirs: &[f32], scale: f32) {
        let tolerance = if self.opened.is_gpu() { GPU } else { CPU };
        let difference = largest_difference(ours, &theirs[..ours.len()]) / scale.max(1.0);
        let (folder, device) = (self.folder, &self.opened.name);
        assert!(difference <= tolerance, "{folder} on {device}: {what} differs by {difference:.2e}");
        self.numbers += ours.len();
        if difference > self.worst.0 {
            self.worst = (difference, what);
        }
    }

    fn print(&self) {
        let Self { folder, opened, numbers, worst } = self;
        println!(
            "{folder} on {}: {numbers} numbers, largest difference {:.2e} ({})",
            opened.name, worst.0, worst.1
        );
    }
}

fn run(checkpoint: &Checkpoint, letters: &[String], options: &Options) -> Embedded {
    let items: Vec<Item> = letters.iter().map(|letters| Item { id: "golden", letters }).collect();
    pollster::block_on(checkpoint.embed(&items, options, &mut Silent)).expect("embed")
}

/// Everything that does not depend on how a folder stores its expectations: token ids, and that
/// neither other records nor packing change a row.
fn tokens_and_neighbours(
    folder: &str,
    checkpoint: &Checkpoint,
    letters: &[String],
    all: &Embedded,
    opened: &OpenDevice,
) {
    let Some(ids) = token_ids(&format!("{folder}/inputs.json")) else { return };
    let d = all.width;
    for (i, (text, ids)) in letters.iter().zip(&ids).enumerate() {
        let encoded = checkpoint.tokenizer().encode(text, &EncodeOptions::default()).expect("tokens");
        assert_eq!(&encoded.ids, ids, "{folder}: tokens of sequence {i}");
        let options = Options { layers: Layers::All, pool: Pool::Tokens, ..Options::default() };
        let alone = run(checkpoint, std::slice::from_ref(text), &options);
        for (layer, (alone, all_rows)) in alone.states.iter().zip(&all.states).enumerate() {
            let among = &all_rows[all.offsets[i] * d..all.offsets[i + 1] * d];
            let difference = largest_difference(alone, among);
            let most = if opened.is_gpu() { PACKED } else { 0.0 };
            assert!(
                difference <= most,
                "{folder}: state {layer} of sequence {i} depends on others: {difference:.2e}"
            );
        }
    }
    // All sequences in one pass, whatever the device's budget is.
    let model = checkpoint.model();
    let mut pass = model.begin(&Batch::new(ids.iter().map(Vec::as_slice)));
    let mut layer = 0;
    loop {
        let packed = pass.state().clone().into_data().try_into_vec::<f32>().expect("f32");
        let rows = all.offsets.last().copied().unwrap_or(0) * d;
        let scale = all.states[layer].iter().fold(1.0_f32, |most, v| most.max(v.abs()));
        let difference = largest_difference(&packed[..rows], &all.states[layer]) / scale;
        assert!(difference <= PACKED, "{folder}: packed state {layer} differs by {difference:.2e}");
        match model.step(&mut pass, false) {
            Some(next) => layer = next,
            None => break,
        }
    }
}

/// A folder whose expectations are right-padded `hidden_{i}` `[n, t, d]`, as of ESM and the
/// Nucleotide Transformer.
fn padded_folder(folder: &str) {
    let expected = Tensors::open(&format!("{folder}/expected.safetensors"));
    let letters = sequences(&format!("{folder}/inputs.json"));
    for opened in devices() {
        let checkpoint = load(folder, &opened);
        let (last, d) = (checkpoint.config().last, checkpoint.config().width);
        let contacts = expected.has("contacts");
        let options =
            Options { layers: Layers::All, pool: Pool::Tokens, logits: true, contacts, ..Options::default() };
        let all = run(&checkpoint, &letters, &options);
        let mut tally = Tally::new(folder, &opened);
        for layer in 0..=last {
            let (shape, theirs) = expected.get(&format!("hidden_{layer}")); // [n, t, d]
            for (i, theirs) in theirs.chunks_exact(shape[1] * d).enumerate() {
                let ours = &all.states[layer][all.offsets[i] * d..all.offsets[i + 1] * d]; // [tokens, d]
                tally.compare(format!("hidden state {layer} of sequence {i}"), ours, theirs, 1.0);
            }
        }
        let (shape, logits) = expected.get("logits"); // [n, t or the first few, v]
        for (i, theirs) in logits.chunks_exact(shape[1] * shape[2]).enumerate() {
            let ours = &all.logits[i][..all.logits[i].len().min(theirs.len())];
            tally.compare(format!("logits of sequence {i}"), ours, theirs, 1.0);
        }
        if contacts {
            let (shape, contacts) = expected.get("contacts"); // [n, side, side]
            let side = shape[1];
            for (i, theirs) in contacts.chunks_exact(side * side).enumerate() {
                let ours = all.contacts[i].as_ref().expect("contacts"); // [l, l]
                let l = all.residues[i] as usize;
                for (row, theirs) in ours.chunks_exact(l).zip(theirs.chunks_exact(side)) {
                    tally.compare(format!("contacts of sequence {i}"), row, theirs, 1.0);
                }
            }
        }
        // A batch of all sequences at once, pooled on the device.
        for (name, pool) in [("mean", Pool::Mean), ("mean_with_cls", Pool::MeanTokens)] {
            if expected.has(name) {
                let pooled = run(&checkpoint, &letters, &Options { pool, ..Options::default() });
                tally.compare(format!("{name} vectors"), &pooled.states[0], &expected.get(name).1, 1.0); // [n, d]
            }
        }
        tally.print();
        tokens_and_neighbours(folder, &checkpoint, &letters, &all, &opened);
    }
}

#[test]
fn esm2_agrees_with_the_reference() {
    padded_folder("tests/golden/esm2-tiny");
}

/// `transformers` 5.17 stores the rotary frequencies once, under a name with an asterisk in it.
#[test]
fn frequencies_under_a_starred_name_are_read() {
    let folder = path("tests/golden/esm2-tiny");
    let weights = std::fs::read(folder.join("model.safetensors")).expect("weights");
    let start = 8 + u64::from_le_bytes(*weights.first_chunk().expect("length")) as usize;
    let header = std::str::from_utf8(&weights[8..start]).expect("header");
    let own = "esm.encoder.layer.0.attention.self.rotary_embeddings.inv_freq";
    assert!(header.contains(own));
    let renamed = header.replace(own, &own.replace(".0.", ".*."));
    let renamed: &[u8] = [&weights[..8], renamed.as_bytes(), &weights[start..]].concat().leak();
    let as_it_is = files(&folder);
    let names = ["config.json", "vocab.txt", "model.safetensors"];
    let starred = CheckpointFiles::read(&names, &mut |name| match name {
        "model.safetensors" => Ok(Box::new(SliceBytes(renamed))),
        name => Ok(Box::new(FileBytes::open(&folder.join(name))?)),
    });
    let letters = sequences("tests/golden/esm2-tiny/inputs.json");
    let opened = &devices()[0];
    let rows = [as_it_is, starred.expect("files")].map(|files| {
        let checkpoint = Checkpoint::open(&files, opened, Precision::F32, &mut Silent).expect("checkpoint");
        run(&checkpoint, &letters, &Options::default()).states
    });
    assert_eq!(rows[0], rows[1]);
}

#[test]
fn esm1b_agrees_with_the_reference() {
    padded_folder("tests/golden/esm1b-tiny");
}

#[test]
fn nucleotide_transformer_v2_agrees_with_the_reference() {
    padded_folder("tests/golden/ntv2-tiny-6mer");
}

#[test]
fn nucleotide_transformer_v1_agrees_with_the_reference() {
    padded_folder("tests/golden/ntv1-tiny");
}

#[test]
fn the_3_mer_model_agrees_with_the_reference() {
    padded_folder("tests/golden/ntv2-tiny-3mer");
}

#[test]
fn a_fair_esm_file_agrees_with_the_reference() {
    padded_folder("tests/golden/esm2-tiny-fairesm");
}

#[test]
fn dnabert2_agrees_with_the_reference() {
    let folder = "tests/golden/dnabert2-tiny";
    let expected = Tensors::open(&format!("{folder}/expected.safetensors"));
    let letters = sequences(&format!("{folder}/inputs.json"));
    for opened in devices() {
        let checkpoint = load(folder, &opened);
        let d = checkpoint.config().width;
        let options = Options { layers: Layers::All, pool: Pool::Tokens, logits: true, ..Options::default() };
        let all = run(&checkpoint, &letters, &options);
        let means = run(&checkpoint, &letters, &Options::default());
        let maxima = run(&checkpoint, &letters, &Options { pool: Pool::Max, ..Options::default() });
        assert_eq!(means.pool, Pool::MeanTokens);
        let mut tally = Tally::new(folder, &opened);
        for i in 0..letters.len() {
            for layer in 1..=checkpoint.config().last {
                let ours = &all.states[layer][all.offsets[i] * d..all.offsets[i + 1] * d]; // [tokens, d]
                let theirs = expected.get(&format!("seq{i}_hidden_{layer}")).1;
                assert_eq!(ours.len(), theirs.len());
                tally.compare(format!("hidden state {layer} of sequence {i}"), ours, &theirs, 1.0);
            }
            let theirs = expected.get(&format!("seq{i}_logits_first4")).1; // [4, v]
            tally.compare(format!("logits of sequence {i}"), &all.logits[i][..theirs.len()], &theirs, 1.0);
            let ours = &means.states[0][i * d..(i + 1) * d];
            tally.compare(
                format!("mean vector of sequence {i}"),
                ours,
                &expected.get(&format!("seq{i}_mean")).1,
                1.0,
            );
            let rows = &all.states[checkpoint.config().last][all.offsets[i] * d..all.offsets[i + 1] * d];
            for (c, largest) in maxima.states[0][i * d..(i + 1) * d].iter().enumerate() {
                let column = rows.iter().skip(c).step_by(d).copied().fold(f32::NEG_INFINITY, f32::max);
                assert!((largest - column).abs() <= PACKED);
            }
        }
        tally.print();
        tokens_and_neighbours(folder, &checkpoint, &letters, &all, &opened);
    }
}

/// BiGCARP: differences are relative to the largest value of each tensor.
fn bigcarp(folder: &str) {
    let expected = Tensors::open(&format!("{folder}/expected.safetensors"));
    let letters = sequences(&format!("{folder}/inputs.json"));
    for opened in devices() {
        let checkpoint = load(folder, &opened);
        let Architecture { layers, last, width: d, vocabulary: v, .. } = *checkpoint.config();
        let options = Options { layers: Layers::All, pool: Pool::Tokens, logits: true, ..Options::default() };
        let all = run(&checkpoint, &letters, &options);
        let mut tally = Tally::new(folder, &opened);
        let largest = |numbers: &[f32]| numbers.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
        for layer in 0..=last {
            let name = if layer > layers { "last_norm".to_owned() } else { format!("hidden_{layer}") };
            let (shape, theirs) = expected.get(&name); // [n, t, d]
            for (i, row) in theirs.chunks_exact(shape[1] * d).enumerate() {
                let ours = &all.states[layer][all.offsets[i] * d..all.offsets[i + 1] * d]; // [tokens, d]
                tally.compare(format!("{name} of cluster {i}"), ours, row, largest(ours));
            }
        }
        let (shape, logits) = expected.get("logits"); // [n, t, v]
        for (i, row) in logits.chunks_exact(shape[1] * v).enumerate() {
            tally.compare(format!("logits of cluster {i}"), &all.logits[i], row, largest(&all.logits[i]));
        }
        let means = run(&checkpoint, &letters, &Options::default());
        assert_eq!(means.pool, Pool::Mean);
        let theirs = expected.get("mean_last_norm_domains").1; // [n, d]
        tally.compare("mean vectors".into(), &means.states[0], &theirs, 1.0);

        // The embedding table itself, before it is widened.
        let files = files(&path(folder));
        let (settings, source) = (&files.settings, files.tensors.as_ref());
        let tokens = config::domains(settings).expect("vocabulary");
        let config = CarpConfig::from_settings(BIGCARP.family, settings, tokens, source).expect("config");
        let place =
            Placement { device: opened.device.clone(), gpu: opened.is_gpu(), precision: Precision::F32 };
        let model = Carp::read(&config, &mut Reader::new(source, &place, &mut Silent)).expect("model");
        let ids = token_ids(&format!("{folder}/inputs.json")).expect("token ids");
        let batch = Batch::new(ids.iter().map(Vec::as_slice));
        let rows = model
            .embedded(&batch, batch.rows(model.on_gpu()))
            .into_data()
            .try_into_vec::<f32>()
            .expect("f32"); // [rows, e]
        let (shape, theirs) = expected.get("embedder"); // [n, t, e]
        let e = shape[2];
        let mut at = 0;
        for (i, row) in theirs.chunks_exact(shape[1] * e).enumerate() {
            let ours = &rows[at..at + ids[i].len() * e];
            tally.compare(format!("embedder of cluster {i}"), ours, row, 1.0);
            at += ours.len();
        }
        tally.print();
        tokens_and_neighbours(folder, &checkpoint, &letters, &all, &opened);
    }
}

#[test]
fn bigcarp_agrees_with_the_reference() {
    bigcarp("tests/golden/bigcarp-tiny-random");
}

#[test]
fn bigcarp_with_a_frozen_table_agrees_with_the_reference() {
    bigcarp("tests/golden/bigcarp-tiny-frozen");
}

/// A demonstration model that ships with the page: all states and logits of a few records.
fn demonstration(folder: &str) {
    let expected = Tensors::open(&format!("{folder}/expected.safetensors"));
    let letters = sequences(&format!("{folder}/inputs.json"));
    for opened in devices() {
        let checkpoint = load(folder, &opened);
        let d = checkpoint.config().width;
        let options = Options { layers: Layers::All, pool: Pool::Tokens, logits: true, ..Options::default() };
        let all = run(&checkpoint, &letters, &options);
        let mut tally = Tally::new(folder, &opened);
        for i in 0..letters.len() {
            for layer in 0..=checkpoint.config().last {
                let ours = &all.states[layer][all.offsets[i] * d..all.offsets[i + 1] * d];
                let what = format!("hidden state {layer} of sequence {i}");
                tally.compare(what, ours, &expected.get(&format!("seq{i}_hidden_{layer}")).1, 1.0);
            }
            let theirs = expected.get(&format!("seq{i}_logits")).1;
            tally.compare(format!("logits of sequence {i}"), &all.logits[i], &theirs, 1.0);
        }
        let means = run(&checkpoint, &letters, &Options { pool: Pool::Mean, ..Options::default() });
        for i in (0..letters.len()).filter(|i| expected.has(&format!("seq{i}_mean"))) {
            let theirs = expected.get(&format!("seq{i}_mean")).1;
            tally.compare(
                format!("mean vector of sequence {i}"),
                &means.states[0][i * d..(i + 1) * d],
                &theirs,
                1.0,
            );
        }
        tally.print();
        tokens_and_neighbours(folder, &checkpoint, &letters, &all, &opened);
    }
}

#[test]
fn the_domain_demonstration_model_agrees_with_the_reference() {
    demonstration("models/bigcarp-demo");
}

#[test]
fn the_protein_demonstration_model_agrees_with_the_reference() {
    demonstration("models/esm2-demo");
}

#[test]
fn the_nucleotide_demonstration_model_agrees_with_the_reference() {
    demonstration("models/nt-3mer-demo");
}
