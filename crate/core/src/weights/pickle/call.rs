//! The few calls that a checkpoint needs.

use super::node::{Callable, Node, Ref, Storage, Strided};
use super::values::Values;
use crate::limits::{WEIGHTS_NAME_BYTES, WEIGHTS_RANK};
use crate::weights::{ContainerProblem, Dtype};

/// A tensor or a storage counts as this many values, because it is that much larger.
pub(super) const TENSOR_COST: usize = 48;

/// The names that may be called.
pub(super) fn named(full: &str) -> Result<Callable, ContainerProblem> {
    match full {
        "collections.OrderedDict" => Ok(Callable::OrderedDict),
        "argparse.Namespace" => Ok(Callable::Namespace),
        "torch._utils._rebuild_tensor_v2" => Ok(Callable::RebuildTensor),
        "torch._utils._rebuild_parameter" => Ok(Callable::RebuildParameter),
        "torch.FloatStorage" => Ok(Callable::Storage(Dtype::F32)),
        "torch.HalfStorage" => Ok(Callable::Storage(Dtype::F16)),
        "torch.BFloat16Storage" => Ok(Callable::Storage(Dtype::BF16)),
        "torch.LongStorage" => Ok(Callable::Storage(Dtype::I64)),
        other => Err(ContainerProblem::global(other)),
    }
}

/// `callable(*arguments)`.
pub(super) fn call(values: &mut Values<'_>, callable: Ref, arguments: Ref) -> Result<Ref, ContainerProblem> {
    let wrong = |name| ContainerProblem::PickleCall { name };
    let Some(&Node::Callable(callable)) = values.node(callable) else {
        return Err(wrong("something that is not a function"));
    };
    match callable {
        Callable::OrderedDict => ordered_dict(values, arguments),
        Callable::Namespace => empty(values, arguments, Node::Namespace(Vec::new()), "Namespace"),
        Callable::RebuildTensor => {
            let tensor = tensor(values, arguments).ok_or(wrong("_rebuild_tensor_v2"))?;
            values.spend(TENSOR_COST)?;
            values.make(Node::Tensor(Box::new(tensor)))
        }
        Callable::RebuildParameter => {
            let first = values.tuple(arguments).and_then(|items| items.first().copied());
            first
                .filter(|&first| matches!(values.node(first), Some(Node::Tensor(_))))
                .ok_or(wrong("_rebuild_parameter"))
        }
        Callable::Storage(_) => Err(wrong("a storage type")),
    }
}

/// `class.__new__(class, *arguments)`.
pub(super) fn new(values: &mut Values<'_>, class: Ref, arguments: Ref) -> Result<Ref, ContainerProblem> {
    match values.node(class) {
        Some(Node::Callable(Callable::Namespace)) => {
            empty(values, arguments, Node::Namespace(Vec::new()), "Namespace")
        }
        Some(Node::Callable(Callable::OrderedDict)) => {
            empty(values, arguments, Node::Dict(Vec::new()), "OrderedDict")
        }
        _ => Err(ContainerProblem::PickleCall { name: "__new__" }),
    }
}

/// `object.__setstate__(state)`: the attributes of a namespace. A dictionary's own attributes
/// (`_metadata` of a state dictionary) are left out.
pub(super) fn build(values: &mut Values<'_>, object: Ref, state: Ref) -> Result<(), ContainerProblem> {
    let wrong = ContainerProblem::PickleCall { name: "__setstate__" };
    let Some(Node::Dict(items)) = values.node(state) else { return Err(wrong) };
    match values.node(object) {
        Some(Node::Dict(_)) => return Ok(()),
        Some(Node::Namespace(known)) if known.is_empty() => {}
        _ => return Err(wrong),
    }
    let items = items.clone();
    values.spend(items.len().saturating_mul(2).saturating_add(1))?;
    if let Some(Node::Namespace(known)) = values.node_mut(object) {
        *known = items;
    }
    Ok(())
}

/// The storage that a persistent id names: `("storage", type, key, device, count)`.
pub(super) fn storage(values: &Values<'_>, address: Ref) -> Result<Storage, ContainerProblem> {
    let found = || {
        let [word, kind, key, _device, count] = values.tuple(address)? else { return None };
        let Node::Callable(Callable::Storage(dtype)) = values.node(*kind)? else { return None };
        let Node::Text(key_at) = values.node(*key)? else { return None };
        let key = values.text(*key)?;
        let plain =
            key.len() <= WEIGHTS_NAME_BYTES && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let known = values.text(*word)? == "storage" && plain && !key.is_empty();
        known.then_some(Storage { dtype: *dtype, key: key_at.clone(), count: values.size(*count)? })
    };
    found().ok_or(ContainerProblem::PickleCall { name: "a storage" })
}

/// `OrderedDict()` or, as Python 2 wrote it, `OrderedDict([(key, value), …])`.
fn ordered_dict(values: &mut Values<'_>, arguments: Ref) -> Result<Ref, ContainerProblem> {
    let wrong = ContainerProblem::PickleCall { name: "OrderedDict" };
    let pairs = match values.tuple(arguments) {
        Some([]) => Some(Vec::new()),
        Some(&[only]) => {
            let Some(Node::List(items)) = values.node(only) else { return Err(wrong) };
            let pair = |&item: &Ref| match values.node(item)? {
                Node::Tuple(pair) => Some((*pair.first()?, *pair.get(1)?)),
                Node::List(pair) => Some((*pair.first()?, *pair.get(1)?)),
                _ => None,
            };
            items.iter().map(pair).collect::<Option<Vec<_>>>()
        }
        _ => None,
    };
    let pairs = pairs.ok_or(wrong)?;
    values.spend(pairs.len().saturating_mul(2))?;
    values.make(Node::Dict(pairs))
}

fn empty(
    values: &mut Values<'_>,
    arguments: Ref,
    made: Node,
    name: &'static str,
) -> Result<Ref, ContainerProblem> {
    match values.tuple(arguments) {
        Some([]) => values.make(made),
        _ => Err(ContainerProblem::PickleCall { name }),
    }
}

/// `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks[, metadata])`.
fn tensor(values: &Values<'_>, arguments: Ref) -> Option<Strided> {
    let [storage, offset, shape, strides, rest @ ..] = values.tuple(arguments)? else { return None };
    let Node::Storage(storage) = values.node(*storage)? else { return None };
    let sizes = |list: Ref| -> Option<Vec<u64>> {
        let sizes = values.tuple(list)?;
        // One more than is allowed, so that the refusal can name the tensor.
        sizes.iter().take(WEIGHTS_RANK.saturating_add(1)).map(|&size| values.size(size)).collect()
    };
    let (shape, strides) = (sizes(*shape)?, sizes(*strides)?);
    let known = matches!(rest.len(), 2 | 3);
    known.then(|| {
        Some(Strided { storage: (**storage).clone(), offset: values.size(*offset)?, shape, strides })
    })?
}
