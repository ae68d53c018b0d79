//! Parity with the reference implementation: every hidden state, logit and contact, every number.

use crate::support::{devices, largest_difference, load, sequences, tensors};
use crossgrain_engine::device::Opened;
use crossgrain_engine::embed::{Item, Layers, Options};
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::pulse::Silent;

/// Accepted differences, CPU and GPU: sums of a few hundred f32 products in another order.
const CPU: f32 = 1e-4;
const GPU: f32 = 5e-4;

fn golden(folder: &str, opened: &Opened) {
    let tolerance = if opened.is_gpu() { GPU } else { CPU };
    let checkpoint = load(folder, opened);
    let (layers, d) = (checkpoint.config().layers, checkpoint.config().width);
    let expected = tensors(&format!("{folder}/expected.safetensors"));
    let letters = sequences(&format!("{folder}/inputs.json"));
    let items: Vec<Item> = letters.iter().map(|letters| Item { id: "golden", letters }).collect();
    let run = |options: Options| {
        pollster::block_on(checkpoint.embed(&items, &options, &mut Silent))
            .expect("embed")
            .expect("not cancelled")
    };
    let all = run(Options {
        layers: Layers::All,
        pool: Pool::Tokens,
        logits: true,
        contacts: true,
        ..Options::default()
    });
    let mut worst = (0.0_f32, String::new());
    let mut compare = |what: String, ours: &[f32], theirs: &[f32]| {
        let difference = largest_difference(ours, theirs);
        assert!(difference <= tolerance, "{folder} on {}: {what} differs by {difference:.2e}", opened.name);
        if difference > worst.0 {
            worst = (difference, what);
        }
    };
    let mut numbers = 0;
    for layer in 0..=layers {
        let (shape, theirs) = expected(&format!("hidden_{layer}")); // [n, t, d], right-padded
        for (i, theirs) in theirs.chunks_exact(shape[1] * d).enumerate() {
            let ours = &all.states[layer][all.offsets[i] * d..all.offsets[i + 1] * d]; // [l + 2, d]
            numbers += ours.len();
            compare(format!("hidden state {layer} of sequence {i}"), ours, &theirs[..ours.len()]);
        }
    }
    let (shape, logits) = expected("logits"); // [n, t, v]
    for (i, theirs) in logits.chunks_exact(shape[1] * shape[2]).enumerate() {
        numbers += all.logits[i].len();
        compare(format!("logits of sequence {i}"), &all.logits[i], &theirs[..all.logits[i].len()]);
    }
    let (shape, contacts) = expected("contacts"); // [n, side, side]
    let side = shape[1];
    for (i, theirs) in contacts.chunks_exact(side * side).enumerate() {
        let ours = all.contacts[i].as_ref().expect("contacts"); // [l, l]
        let l = all.residues[i] as usize;
        for (row, theirs) in ours.chunks_exact(l).zip(theirs.chunks_exact(side)) {
            numbers += l;
            compare(format!("contacts of sequence {i}"), row, &theirs[..l]);
        }
    }
    // A batch of all sequences at once, pooled on the device.
    let pooled = run(Options::default());
    let (_, mean) = expected("mean"); // [n, d]
    numbers += mean.len();
    compare("mean vectors".into(), &pooled.states[0], &mean);
    println!(
        "{folder} on {}: {numbers} numbers, largest difference {:.2e} ({})",
        opened.name, worst.0, worst.1
    );
}

#[test]
fn esm2_agrees_with_the_reference() {
    for opened in devices() {
        golden("tests/golden/esm2-tiny", &opened);
    }
}

#[test]
fn esm1b_agrees_with_the_reference() {
    for opened in devices() {
        golden("tests/golden/esm1b-tiny", &opened);
    }
}

/// The demonstration model that ships with the page: all states and logits of four proteins.
#[test]
fn the_demonstration_model_agrees_with_the_reference() {
    let folder = "models/esm2-demo";
    let expected = tensors(&format!("{folder}/expected.safetensors"));
    let letters = sequences(&format!("{folder}/inputs.json"));
    let items: Vec<Item> = letters.iter().map(|letters| Item { id: "golden", letters }).collect();
    for opened in devices() {
        let tolerance = if opened.is_gpu() { GPU } else { CPU };
        let checkpoint = load(folder, &opened);
        let d = checkpoint.config().width;
        let options = Options { layers: Layers::All, pool: Pool::Tokens, logits: true, ..Options::default() };
        let all = pollster::block_on(checkpoint.embed(&items, &options, &mut Silent))
            .expect("embed")
            .expect("not cancelled");
        let mut worst = 0.0_f32;
        for i in 0..items.len() {
            for layer in 0..=checkpoint.config().layers {
                let ours = &all.states[layer][all.offsets[i] * d..all.offsets[i + 1] * d];
                worst = worst.max(largest_difference(ours, &expected(&format!("seq{i}_hidden_{layer}")).1));
            }
            worst = worst.max(largest_difference(&all.logits[i], &expected(&format!("seq{i}_logits")).1));
        }
        println!("{folder} on {}: largest difference {worst:.2e}", opened.name);
        assert!(worst <= tolerance);
    }
}
