//! The ESM-2 8M shape with seeded random weights against PyTorch. Its files are not part of the
//! project: they lie in `bench/esm2_8m_shape` of the folder that `CROSSGRAIN_DATA` names.

use crate::support::{devices, largest_difference};
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::FileBytes;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::embed::{Item, Options};

const TOLERANCE: f32 = 1e-4;

#[test]
#[ignore = "needs files that may not be bundled: set CROSSGRAIN_DATA=<folder>, run with -- --ignored"]
fn mean_vector_of_tem1_agrees_with_pytorch() {
    let data = std::env::var_os("CROSSGRAIN_DATA").expect("CROSSGRAIN_DATA");
    let folder = std::path::PathBuf::from(data).join("bench/esm2_8m_shape");
    let expected = std::fs::read(folder.join("expected.json")).expect("expected.json");
    let expected: serde_json::Value = serde_json::from_slice(&expected).expect("json");
    let letters = expected["sequence"].as_str().expect("sequence");
    let mean: Vec<f32> = expected["mean_last_hidden"]
        .as_array()
        .expect("mean")
        .iter()
        .map(|v| v.as_f64().expect("number") as f32)
        .collect();
    for opened in devices() {
        let checkpoint = Checkpoint::load(
            &std::fs::read(folder.join("config.json")).expect("config"),
            Some(&std::fs::read_to_string(folder.join("vocab.txt")).expect("vocabulary")),
            FileBytes::open(&folder.join("model.safetensors")).expect("weights"),
            "model.safetensors",
            &opened,
            &mut Silent,
        )
        .expect("checkpoint");
        let items = [Item { id: "TEM-1", letters }];
        let rows =
            pollster::block_on(checkpoint.embed(&items, &Options::default(), &mut Silent)).expect("embed");
        let difference = largest_difference(&rows.states[0], &mean);
        println!("mean vector of TEM-1 on {}: largest difference {difference:.2e}", opened.name);
        assert!(difference <= TOLERANCE);
    }
}
