//! A tiny model with made-up weights whose answer is stored here.
//!
//! Its weights come from a formula, go through the same loader, layers and kernels as a real
//! checkpoint, and the mean vector of one short sequence is compared with numbers computed on the
//! CPU by the code that passes the golden tests.

use super::check::SelfTest;
use super::open_device::OpenDevice;
use crate::checkpoint::Checkpoint;
use crate::embed::{Item, Options};
use crate::error::EngineError;
use crate::families::esm::{ESM2, config};
use crate::families::transformer::tensors;
use crossgrain_core::export::{Tensor, safetensors};
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::SliceBytes;
use std::collections::BTreeMap;

const CONFIG: &str = r#"{"model_type":"esm","num_hidden_layers":2,"hidden_size":32,"num_attention_heads":2,
"intermediate_size":64,"vocab_size":33,"position_embedding_type":"rotary","token_dropout":true,
"emb_layer_norm_before":false,"layer_norm_eps":1e-05,"mask_token_id":32}"#;

const SEQUENCE: &str = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQ";

/// Runs the tiny model on a device.
pub async fn run(opened: &OpenDevice) -> Result<SelfTest, EngineError> {
    let found = mean_vector(opened).await?;
    let difference = found.iter().zip(&EXPECTED).map(|(a, b)| (a - b).abs());
    // A NaN must not pass: f32::max would drop it.
    let worst = difference.fold(0.0, |worst: f32, d| if d.is_nan() { f32::INFINITY } else { worst.max(d) });
    Ok(SelfTest { difference: if found.len() == EXPECTED.len() { worst } else { f32::INFINITY } })
}

/// The mean vector of [`SEQUENCE`].
///
/// # Shape
/// `[32]`.
async fn mean_vector(opened: &OpenDevice) -> Result<Vec<f32>, EngineError> {
    let weights = weights()?;
    let checkpoint =
        Checkpoint::load(CONFIG.as_bytes(), None, SliceBytes(&weights), "self-test", opened, &mut Silent)?;
    let items = [Item { id: "self-test", letters: SEQUENCE }];
    let mut embedded = checkpoint.embed(&items, &Options::default(), &mut Silent).await?;
    Ok(embedded.states.pop().unwrap_or_default())
}

/// The checkpoint as safetensors: small numbers from a linear congruential generator.
fn weights() -> Result<Vec<u8>, EngineError> {
    let json = serde_json::from_str(CONFIG).map_err(|error| EngineError::Config(error.to_string()))?;
    let config = config::from_json(ESM2.family, json)?;
    let mut state = 1_u32;
    let tensors: Vec<(String, Vec<usize>, Vec<f32>)> = tensors::expected(&config)
        .into_iter()
        .filter(|tensor| tensor.required)
        .map(|tensor| {
            let count = tensor.shape.iter().product();
            // Norms scale around one, everything else around zero.
            let centre =
                if tensor.name.contains("orm") && tensor.name.ends_with("weight") { 1.0 } else { 0.0 };
            let next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                centre + ((state >> 8) as f32 / 16_777_216.0 - 0.5) * 0.6
            };
            (tensor.name, tensor.shape, std::iter::repeat_with(next).take(count).collect())
        })
        .collect();
    let views: Vec<Tensor> = tensors.iter().map(|(name, shape, data)| Tensor { name, shape, data }).collect();
    safetensors(&views, &BTreeMap::new()).map_err(|error| EngineError::Device(error.to_string()))
}

/// Computed on the CPU.
#[rustfmt::skip]
const EXPECTED: [f32; 32] = [
    0.4060669, -1.3725164, -0.6010912, -0.6980379, 0.36071336, 0.3033849, 0.1399399, 0.48845983,
    -0.08845682, -0.1616067, -0.37400424, 1.4258118, -0.5883397, -0.1192217, 0.8703649, -0.47131854,
    1.2086103, -0.07146309, -0.79757303, 0.53471136, 1.9867818, -1.9793057, -1.593577, -1.3075063,
    -0.23851085, 0.790983, 0.11807128, 0.5507815, 2.1952384, -1.5939151, -0.4436874, 0.72917855,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_gives_the_stored_numbers() {
        let cpu = OpenDevice::cpu("for a test");
        let found = pollster::block_on(mean_vector(&cpu)).expect("the self-test");
        println!("{found:?}");
        let check = pollster::block_on(run(&cpu)).expect("the self-test");
        println!("largest difference {:.2e}", check.difference);
        assert!(check.difference < 1e-5);
        assert!(found.iter().any(|v| v.abs() > 0.1), "a vector of zeros proves nothing");
    }
}
