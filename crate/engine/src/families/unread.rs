//! Tensors that a checkpoint may hold beside the model, and that no embedding needs.
//!
//! | kind | names | what a user learns |
//! |---|---|---|
//! | a head beside the model | `classifier.…`, `regressor.…`, `….pooler.…` | `model.head_unused` |
//! | state of a training run | `….num_batches_tracked`, `criterion.…`, `val_accuracy.…` | `model.training_state` |
//! | constants that each model makes by itself | `….position_ids` | nothing: nothing is lost |
//!
//! Anything else is refused as `weights.unknown`: an unread tensor inside the layers means that this is another model.

use super::TensorList;
use crossgrain_core::error::{Notice, Where};
use crossgrain_core::weights::TensorSource;
use std::collections::BTreeSet;

/// Parts of a model that have names of their own: a head stands beside them.
const BACKBONES: [&str; 5] = ["esm", "bert", "embedder", "lm_head", "last_norm"];
/// First words of heads, as `transformers`, biotrainer, Lightning modules and tutorials call them.
const HEADS: [&str; 27] = [
    "classifier",
    "classifiers",
    "classification",
    "regressor",
    "regression",
    "score",
    "scores",
    "scorer",
    "head",
    "heads",
    "fc",
    "fc1",
    "fc2",
    "fc3",
    "mlp",
    "ffn",
    "linear",
    "linear1",
    "linear2",
    "dense",
    "out",
    "out_proj",
    "output",
    "output_layer",
    "qa_outputs",
    "proj",
    "projection",
];
/// Last words of heads: `cls_head`, `ss3_classifier`, `tm_regressor`.
const HEAD_ENDS: [&str; 6] = ["head", "classifier", "regressor", "predictor", "projection", "projector"];
/// First words of what training keeps.
const TRAINING: [&str; 9] = [
    "criterion",
    "loss",
    "loss_fn",
    "loss_fct",
    "loss_func",
    "loss_function",
    "metric",
    "metrics",
    "optimizer",
];
/// Beginnings of the names of metrics.
const METRICS: [&str; 5] = ["train_", "val_", "valid_", "validation_", "test_"];
/// Last words of buffers that training updates.
const BUFFERS: [&str; 5] =
    ["num_batches_tracked", "running_mean", "running_var", "class_weights", "pos_weight"];
/// Last words of constants.
const CONSTANTS: [&str; 5] = ["position_ids", "token_type_ids", "_float_tensor", "version", "masked_bias"];

/// The tensors of a file that nobody reads, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread<'s> {
    heads: Vec<&'s str>,
    training: Vec<&'s str>,
    constants: Vec<&'s str>,
}

impl<'s> Unread<'s> {
    /// Looks for them among the tensors that the model does not know.
    #[must_use]
    pub fn find(source: &'s dyn TensorSource, list: &TensorList) -> Self {
        let known: BTreeSet<&str> = list.expected.iter().map(|tensor| tensor.name.as_str()).collect();
        let mut unread = Self::default();
        for name in source.names() {
            if known.contains(name) || list.ignored.contains(&name) {
                continue;
            }
            match kind(name) {
                Some(Kind::Head) => unread.heads.push(name),
                Some(Kind::Training) => unread.training.push(name),
                Some(Kind::Constant) => unread.constants.push(name),
                None => {}
            }
        }
        unread
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'s str> {
        [&self.heads, &self.training, &self.constants].into_iter().flatten().copied()
    }

    /// All of them.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        self.iter().map(str::to_owned).collect()
    }

    /// What a user should know of them.
    #[must_use]
    pub fn notices(&self, source: &dyn TensorSource, list: &TensorList) -> Vec<Notice> {
        let notice = |code: &str, message: String, hint: &str| Notice {
            code: code.to_owned(),
            message,
            at: Where { file: source.file().map(str::to_owned), ..Where::default() },
            hint: hint.to_owned(),
        };
        let mut notices = Vec::new();
        if !self.heads.is_empty() {
            let parts: BTreeSet<&str> = self.heads.iter().map(|name| module(name)).collect();
            let parts: Vec<&str> = parts.into_iter().collect();
            let (count, parts) = (tensors(self.heads.len()), parts.join(", "));
            let verb = if self.heads.len() == 1 { "is" } else { "are" };
            let mut message = format!("{count} of {parts}, beside the model, {verb} not used");
            if source.info(list.head).is_none() {
                message.push_str("; there is no language-model head, so there are no logits");
            }
            notices.push(notice(
                "model.head_unused",
                message,
                "vectors come from the layers below; no class or number is predicted",
            ));
        }
        if !self.training.is_empty() {
            let (count, first) =
                (tensors(self.training.len()), self.training.first().copied().unwrap_or_default());
            let verb = if self.training.len() == 1 { "is" } else { "are" };
            let message = format!("{count} of a training run, such as {first}, {verb} not read");
            notices.push(notice("model.training_state", message, "nothing is lost: no vector depends on it"));
        }
        notices
    }
}

fn tensors(count: usize) -> String {
    if count == 1 { "1 tensor".to_owned() } else { format!("{count} tensors") }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Head,
    Training,
    Constant,
}

fn kind(name: &str) -> Option<Kind> {
    let first = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    if CONSTANTS.contains(&last) {
        return Some(Kind::Constant);
    }
    if matches!(module(name), "esm.pooler" | "bert.pooler" | "cls.seq_relationship") {
        return Some(Kind::Head);
    }
    if BACKBONES.contains(&first.as_str()) {
        return None;
    }
    if TRAINING.contains(&first.as_str())
        || METRICS.iter().any(|start| first.starts_with(start))
        || BUFFERS.contains(&last)
    {
        return Some(Kind::Training);
    }
    let ends = first.rsplit('_').next().unwrap_or_default();
    let is_head = HEADS.contains(&first.as_str()) || HEAD_ENDS.contains(&ends) || first == "pooler";
    is_head.then_some(Kind::Head)
}

/// The module of a tensor outside the layers, such as `classifier` or `esm.pooler`.
fn module(name: &str) -> &str {
    let parts =
        if name.starts_with("esm.") || name.starts_with("bert.") || name.starts_with("cls.") { 2 } else { 1 };
    let end = name.match_indices('.').nth(parts - 1).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        fn t(name: &str, expected: Option<Kind>) {
            assert_eq!(kind(name), expected, "{name}");
        }
        t("classifier.dense.weight", Some(Kind::Head));
        t("regression_head.0.bias", Some(Kind::Head));
        t("ss3_classifier.weight", Some(Kind::Head));
        t("qa_outputs.weight", Some(Kind::Head));
        t("esm.pooler.dense.bias", Some(Kind::Head));
        t("cls.seq_relationship.weight", Some(Kind::Head));
        t("classifier.1.num_batches_tracked", Some(Kind::Training));
        t("val_acc.tp", Some(Kind::Training));
        t("criterion.weight", Some(Kind::Training));
        t("esm.embeddings.position_ids", Some(Kind::Constant));
        t("esm.encoder.layer.0.mlp.weight", None);
        t("esm.encoder.layer.9.classifier.weight", None);
        t("esm.encoder.layer.0.bn.running_mean", None);
        t("lm_head.extra.weight", None);
        t("lm_head.decoder.weight", None);
        t("cls.predictions.extra.weight", None);
        t("trunk.blocks.0.weight", None);
        t("a", None);
    }
}
