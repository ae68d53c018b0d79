//! A saved object → its weights, and everything else as JSON.

use crate::limits::{PICKLE_DEPTH, PICKLE_SETTINGS, PICKLE_SETTINGS_BYTES, WEIGHTS_TENSORS};
use crate::weights::error::visible;
use crate::weights::pickle::{Node, Pickle, Ref, Strided};
use crate::weights::{ContainerProblem, WeightsError, WeightsProblem, tensor_name};
use serde_json::{Map, Value};

/// Where a saved dictionary may keep its weights.
const STATES: [&str; 8] =
    ["model_state_dict", "state_dict", "model", "module", "model_state", "network", "net", "weights"];
/// Deepest nesting of such dictionaries: `{"model": {"state_dict": …}}` has two levels.
const STATE_DEPTH: usize = 3;
/// What a training run keeps beside its weights to go on later: nothing that a model reads.
const TRAINING: [&str; 20] = [
    "optimizer",
    "optimizers",
    "optimizer_state",
    "optimizer_state_dict",
    "optimizer_states",
    "last_optimizer_state",
    "optimizer_history",
    "optim",
    "optim_state_dict",
    "scheduler",
    "scheduler_state_dict",
    "lr_scheduler",
    "lr_scheduler_state_dict",
    "lr_schedulers",
    "scaler",
    "scaler_state_dict",
    "callbacks",
    "loops",
    "rng_state",
    "rng_states",
];

/// A dictionary counts as this many values, because as JSON it takes that much more memory.
const OBJECT_COST: usize = 16;

/// What a checkpoint holds.
pub(super) struct Contents<'p> {
    pub tensors: Vec<(String, &'p Strided)>,
    pub metadata: Value,
    /// What a training run kept beside its weights, by its keys.
    pub training: Vec<String>,
}

/// Sorts the saved object.
pub(super) fn sort(pickle: &Pickle) -> Result<Contents<'_>, WeightsError> {
    let Some(Node::Dict(root)) = pickle.node(pickle.root) else {
        return Err(WeightsProblem::NoTensors.into());
    };
    let Some((state_key, state)) = state(pickle, root, STATE_DEPTH) else {
        return match has_tensors(pickle, root) {
            true => Ok(Contents {
                tensors: weights(pickle, root)?,
                metadata: Value::Object(Map::new()),
                training: Vec::new(),
            }),
            false => Err(WeightsProblem::NoTensors.into()),
        };
    };
    let tensors = weights(pickle, state)?;
    let mut writer = Writer { pickle, values: 0, bytes: 0 };
    let is_training = |key: Ref| pickle.text(key).is_some_and(|key| TRAINING.contains(&key));
    let rest: Vec<(Ref, Ref)> = root
        .iter()
        .copied()
        .filter(|&(key, _)| pickle.text(key) != Some(state_key) && !is_training(key))
        .collect();
    let training = root.iter().filter(|&&(key, _)| is_training(key));
    let training = training.filter_map(|&(key, _)| pickle.text(key)).map(str::to_owned).collect();
    let metadata = writer.object(&rest, 1)?;
    Ok(Contents { tensors, metadata, training })
}

fn has_tensors(pickle: &Pickle, dictionary: &[(Ref, Ref)]) -> bool {
    dictionary.iter().any(|&(_, value)| matches!(pickle.node(value), Some(Node::Tensor(_))))
}

/// The dictionary of weights inside another one, and the key of the outer one under which it lies.
fn state<'p>(
    pickle: &'p Pickle,
    outer: &'p [(Ref, Ref)],
    depth: usize,
) -> Option<(&'static str, &'p [(Ref, Ref)])> {
    // The last of two equal keys counts, as in Python.
    let under = |key: &str| {
        outer.iter().rev().find(|&&(at, _)| pickle.text(at) == Some(key)).map(|&(_, value)| value)
    };
    STATES.into_iter().find_map(|key| {
        let Node::Dict(inner) = pickle.node(under(key)?)? else { return None };
        if has_tensors(pickle, inner) {
            return Some((key, inner.as_slice()));
        }
        let deeper = depth.checked_sub(1).filter(|deeper| *deeper > 0)?;
        state(pickle, inner, deeper).map(|(_, state)| (key, state))
    })
}

/// The tensors of a state dictionary.
fn weights<'p>(pickle: &'p Pickle, state: &[(Ref, Ref)]) -> Result<Vec<(String, &'p Strided)>, WeightsError> {
    if state.len() > WEIGHTS_TENSORS {
        return Err(WeightsProblem::TooManyTensors.into());
    }
    state
        .iter()
        .map(|&(key, value)| {
            let name = pickle.text(key).unwrap_or_default();
            if !tensor_name::clean(name) {
                return Err(WeightsProblem::BadName { name: visible(name) }.into());
            }
            match pickle.node(value) {
                Some(Node::Tensor(tensor)) => Ok((name.to_owned(), tensor.as_ref())),
                _ => Err(ContainerProblem::NotATensor { name: visible(name) }.into()),
            }
        })
        .collect()
}

/// Writes values as JSON and counts what it writes: shared values are written once per use, so a
/// small pickle could otherwise become a large document, and a loop an endless one.
struct Writer<'p> {
    pickle: &'p Pickle,
    values: usize,
    bytes: usize,
}

impl Writer<'_> {
    fn value(&mut self, at: Ref, depth: usize) -> Result<Value, WeightsError> {
        if depth > PICKLE_DEPTH {
            return Err(ContainerProblem::PickleDepth.into());
        }
        let is_object = matches!(self.pickle.node(at), Some(Node::Dict(_) | Node::Namespace(_)));
        self.values = self.values.saturating_add(if is_object { OBJECT_COST } else { 1 });
        if self.values > PICKLE_SETTINGS {
            return Err(ContainerProblem::PickleBomb.into());
        }
        let deeper = depth.saturating_add(1);
        Ok(match self.pickle.node(at) {
            Some(Node::Bool(value)) => Value::Bool(*value),
            Some(Node::Int(value)) => Value::from(*value),
            Some(Node::Float(value)) => Value::from(*value),
            Some(Node::Text(_)) => Value::String(self.text(at)?),
            Some(Node::List(items)) => self.list(items, deeper)?,
            Some(Node::Tuple(items)) => self.list(items, deeper)?,
            Some(Node::Dict(items) | Node::Namespace(items)) => self.object(items, deeper)?,
            Some(Node::None | Node::Callable(_) | Node::Storage(_) | Node::Tensor(_)) | None => Value::Null,
        })
    }

    fn list(&mut self, items: &[Ref], depth: usize) -> Result<Value, WeightsError> {
        Ok(Value::Array(items.iter().map(|&item| self.value(item, depth)).collect::<Result<_, _>>()?))
    }

    fn object(&mut self, items: &[(Ref, Ref)], depth: usize) -> Result<Value, WeightsError> {
        let mut object = Map::new();
        for &(key, value) in items {
            let key = match self.pickle.node(key) {
                Some(Node::Text(_)) => self.text(key)?,
                Some(Node::Int(key)) => key.to_string(),
                Some(Node::Bool(key)) => key.to_string(),
                Some(Node::None) => "None".to_owned(),
                _ => return Err(ContainerProblem::PickleCall { name: "a dictionary key" }.into()),
            };
            let value = self.value(value, depth)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }

    fn text(&mut self, at: Ref) -> Result<String, WeightsError> {
        let text = self.pickle.text(at).unwrap_or_default();
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > PICKLE_SETTINGS_BYTES {
            return Err(ContainerProblem::PickleBomb.into());
        }
        Ok(text.to_owned())
    }
}
