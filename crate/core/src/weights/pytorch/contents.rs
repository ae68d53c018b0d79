//! A saved object → its weights, and everything else as JSON.

use crate::limits::{PICKLE_DEPTH, PICKLE_SETTINGS, PICKLE_SETTINGS_BYTES, WEIGHTS_TENSORS};
use crate::weights::error::visible;
use crate::weights::pickle::{Node, Pickle, Ref, Strided};
use crate::weights::{ContainerProblem, WeightsError, WeightsProblem, header};
use serde_json::{Map, Value};

/// Where a saved dictionary may keep its weights.
const STATES: [&str; 3] = ["model_state_dict", "state_dict", "model"];

/// A dictionary counts as this many values, because as JSON it takes that much more memory.
const OBJECT_COST: usize = 16;

/// What a checkpoint holds.
pub(super) struct Contents<'p> {
    pub tensors: Vec<(String, &'p Strided)>,
    pub metadata: Value,
}

/// Sorts the saved object.
pub(super) fn sort(pickle: &Pickle) -> Result<Contents<'_>, WeightsError> {
    let Some(Node::Dict(root)) = pickle.node(pickle.root) else {
        return Err(WeightsProblem::NoTensors.into());
    };
    let is_tensor = |at: Ref| matches!(pickle.node(at), Some(Node::Tensor(_)));
    if root.iter().any(|&(_, value)| is_tensor(value)) {
        return Ok(Contents { tensors: weights(pickle, root)?, metadata: Value::Object(Map::new()) });
    }
    // The last of two equal keys counts, as in Python.
    let under =
        |key: &str| root.iter().rev().find(|&&(at, _)| pickle.text(at) == Some(key)).map(|&(_, value)| value);
    let state = STATES.into_iter().find_map(|key| match pickle.node(under(key)?)? {
        Node::Dict(state) if state.iter().any(|&(_, value)| is_tensor(value)) => Some((key, state)),
        _ => None,
    });
    let (state_key, state) = state.ok_or(WeightsProblem::NoTensors)?;
    let tensors = weights(pickle, state)?;
    let mut writer = Writer { pickle, values: 0, bytes: 0 };
    let rest: Vec<(Ref, Ref)> =
        root.iter().copied().filter(|&(key, _)| pickle.text(key) != Some(state_key)).collect();
    let metadata = writer.object(&rest, 1)?;
    Ok(Contents { tensors, metadata })
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
            if !header::clean(name) {
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
