//! A checkpoint with an adapter: each tensor is changed as it is read.

use super::change::Change;
use super::config::AdapterConfig;
use super::target::{Plan, plan};
use crate::error::{Notice, Where};
use crate::weights::dtype::refuse_not_finite;
use crate::weights::{AdapterProblem, TensorInfo, TensorSource, WeightsError};

/// A checkpoint with an adapter.
pub(in crate::weights) struct Merged {
    base: Box<dyn TensorSource>,
    adapter: Box<dyn TensorSource>,
    plan: Plan,
}

impl Merged {
    /// The checkpoint with the adapter, and a notice of what was changed.
    ///
    /// # Errors
    ///
    /// `weights.adapter_target`, `weights.adapter_shape`, `weights.adapter_pair`, `weights.adapter_pattern`,
    /// `weights.adapter_kind`, `weights.adapter_other_kind`, `weights.adapter_empty`.
    pub fn new(
        base: Box<dyn TensorSource>,
        adapter: Box<dyn TensorSource>,
        config: &AdapterConfig,
    ) -> Result<(Self, Notice), WeightsError> {
        let file = adapter.file().unwrap_or_default().to_owned();
        let planned = plan(config, adapter.as_ref(), base.as_ref());
        let planned = planned.and_then(|plan| match plan.changes.is_empty() {
            true => Err(AdapterProblem::Empty),
            false => Ok(plan),
        });
        let plan = planned.map_err(|problem| WeightsError::from(problem).in_file(&file))?;
        let notice = applied(config, &plan, &file);
        Ok((Self { base, adapter, plan }, notice))
    }
}

impl TensorSource for Merged {
    fn file(&self) -> Option<&str> {
        self.base.file()
    }

    fn names(&self) -> Vec<&str> {
        let mut names = self.base.names();
        names.extend(self.plan.added.keys().map(String::as_str));
        names.sort_unstable();
        names
    }

    fn info(&self, name: &str) -> Option<&TensorInfo> {
        if let Some(added) = self.plan.added.get(name) {
            return self.adapter.info(added);
        }
        match self.plan.changes.get(name).and_then(|changes| changes.first()) {
            Some(Change::Replace { tensor }) => self.adapter.info(tensor),
            _ => self.base.info(name),
        }
    }

    fn read_f32(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        if let Some(added) = self.plan.added.get(name) {
            return self.adapter.read_f32(added, into);
        }
        self.base.read_f32(name, into)?;
        let Some(changes) = self.plan.changes.get(name) else { return Ok(()) };
        let rows = self.info(name).and_then(|info| info.shape.first().copied()).unwrap_or(1);
        let file = self.adapter.file().unwrap_or_default();
        for change in changes {
            change.apply(name, into, rows, self.adapter.as_ref()).map_err(|error| error.in_file(file))?;
        }
        refuse_not_finite(name, into).map_err(|error| error.in_file(file))
    }
}

fn applied(config: &AdapterConfig, plan: &Plan, file: &str) -> Notice {
    let count = plan.changes.len();
    let tensors = if count == 1 { "tensor" } else { "tensors" };
    let rank = config.rank.map(|rank| format!(" of rank {rank}")).unwrap_or_default();
    let mut message = format!("the {} adapter{rank} was applied to {count} {tensors}", config.kind.name());
    if let Some(base) = &config.base {
        let base: String = base.chars().filter(|c| !c.is_control()).take(80).collect();
        message.push_str(&format!("; it was trained on {base}"));
    }
    if !plan.outside.is_empty() {
        let (count, first) =
            (plan.outside.len(), plan.outside.first().map(String::as_str).unwrap_or_default());
        message.push_str(&format!("; its changes of {count} modules that the checkpoint does not have, such as {first}, are not used"));
    }
    Notice {
        code: "model.adapter_applied".to_owned(),
        message,
        at: Where { file: Some(file.to_owned()), ..Where::default() },
        hint: "give the checkpoint without the adapter's files for the vectors of the model before training"
            .to_owned(),
    }
}
