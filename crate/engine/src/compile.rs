//! GPU pipelines of a model, compiled before its first batch.
//!
//! A pipeline is made at the first launch of its shader, and a shader is written for the sizes of its layer. So a model
//! runs once on a few tokens with each kernel shape that a batch may need; the numbers that come back prove that all pipelines exist.
//! Burn's runtime offers no other way in.

use crate::batch::Batch;
use crate::error::EngineError;
use crate::families::Model;
use crate::kernels::{Tile, TileChoice, Tuning, WorkgroupTuning, set_tuning, tuning_of};
use crate::progress::report;
use crate::readback::read_back;
use crossgrain_core::progress::{Progress, Stage};

/// Tokens of the run: every vocabulary has the first two.
const TOKENS: [u32; 8] = [0, 1, 0, 1, 0, 1, 0, 1];

/// Compiles all pipelines of a model; does nothing on the CPU. `progress` counts kernel shapes.
///
/// # Errors
/// `device.failed` if the device stops answering, `engine.cancelled`.
pub async fn compile_pipelines(model: &dyn Model, progress: &mut dyn Progress) -> Result<(), EngineError> {
    let Some(tuning) = tuning_of(model.device()) else { return Ok(()) };
    let shapes = match tuning {
        Tuning::Registers => vec![tuning],
        Tuning::Workgroup(workgroup) => {
            let only =
                |tile| Tuning::Workgroup(WorkgroupTuning { tiles: TileChoice::Only(tile), ..workgroup });
            Tile::ALL.map(only).to_vec()
        }
    };
    let total = shapes.len() as u64;
    progress.begin(Stage::Compiling);
    report(progress, 0, total)?;
    for (done, shape) in (1..).zip(shapes) {
        set_tuning(model.device(), shape);
        let ran = run(model).await;
        set_tuning(model.device(), tuning);
        ran?;
        report(progress, done, total)?;
    }
    Ok(())
}

async fn run(model: &dyn Model) -> Result<(), EngineError> {
    let batch = Batch::new([TOKENS.as_slice()]);
    let mut pass = model.begin(&batch);
    while model.step(&mut pass, false).is_some() {}
    if model.architecture().has_logits {
        read_back(model.logits(&pass)?).await?;
    }
    read_back(pass.state().clone()).await.map(|_| ())
}
