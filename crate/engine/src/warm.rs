//! Pipelines of a model, compiled before its first batch.
//!
//! A pipeline is made at the first launch of its shader, and a shader is written for the sizes of its
//! layer. So a model runs once on a few tokens with each shape of the kernels that a batch may need;
//! what comes back proves that all are there. Burn's runtime offers no other way in.

use crate::batch::Batch;
use crate::embed::read;
use crate::error::EngineError;
use crate::kernels::{Tile, Tiles, Tuning, WorkgroupTuning, set_tuning, tuning_of};
use crate::models::Model;

/// Tokens of the run: whatever the model, it knows the first two.
const TOKENS: [u32; 8] = [0, 1, 0, 1, 0, 1, 0, 1];

/// Compiles all pipelines of a model; does nothing on the CPU. `progress` hears `(shapes of kernels
/// done, shapes in all)`.
///
/// # Errors
/// `device.failed` if the device stops answering.
pub async fn warm_up(model: &dyn Model, progress: &mut dyn FnMut(usize, usize)) -> Result<(), EngineError> {
    let Some(tuning) = tuning_of(model.device()) else { return Ok(()) };
    let shapes = match tuning {
        Tuning::Registers => vec![tuning],
        Tuning::Workgroup(workgroup) => {
            let only = |tile| Tuning::Workgroup(WorkgroupTuning { tiles: Tiles::Only(tile), ..workgroup });
            Tile::ALL.map(only).to_vec()
        }
    };
    for (i, shape) in shapes.iter().enumerate() {
        progress(i, shapes.len());
        set_tuning(model.device(), *shape);
        let ran = run(model).await;
        set_tuning(model.device(), tuning);
        ran?;
    }
    progress(shapes.len(), shapes.len());
    Ok(())
}

async fn run(model: &dyn Model) -> Result<(), EngineError> {
    let batch = Batch::new([TOKENS.as_slice()]);
    let mut pass = model.begin(&batch);
    while model.step(&mut pass, false).is_some() {}
    if model.architecture().has_logits {
        read(model.logits(&pass)?).await?;
    }
    read(pass.state().clone()).await.map(|_| ())
}
