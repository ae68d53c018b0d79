//! The few calls that a checkpoint needs.

use super::machine::Machine;
use super::node::{Callable, Node, Ref, Storage, Strided};
use crate::limits::{WEIGHTS_NAME_BYTES, WEIGHTS_RANK};
use crate::weights::{ContainerProblem as Problem, Dtype};

/// What a tensor or a storage counts in values: they are that much larger.
pub(super) const TENSOR_COST: usize = 48;

/// The names that may be called.
pub(super) fn named(full: &str) -> Result<Callable, Problem> {
    match full {
        "collections.OrderedDict" => Ok(Callable::OrderedDict),
        "argparse.Namespace" => Ok(Callable::Namespace),
        "torch._utils._rebuild_tensor_v2" => Ok(Callable::RebuildTensor),
        "torch._utils._rebuild_parameter" => Ok(Callable::RebuildParameter),
        "torch.FloatStorage" => Ok(Callable::Storage(Dtype::F32)),
        "torch.HalfStorage" => Ok(Callable::Storage(Dtype::F16)),
        "torch.BFloat16Storage" => Ok(Callable::Storage(Dtype::BF16)),
        "torch.LongStorage" => Ok(Callable::Storage(Dtype::I64)),
        other => Err(Problem::global(other)),
    }
}

/// `callable(*arguments)`.
pub(super) fn call(machine: &mut Machine<'_>, callable: Ref, arguments: Ref) -> Result<Ref, Problem> {
    let wrong = |name| Problem::PickleCall { name };
    let Some(&Node::Callable(callable)) = machine.node(callable) else {
        return Err(wrong("something that is no function"));
    };
    match callable {
        Callable::OrderedDict => ordered_dict(machine, arguments),
        Callable::Namespace => empty(machine, arguments, Node::Namespace(Vec::new()), "Namespace"),
        Callable::RebuildTensor => {
            let tensor = tensor(machine, arguments).ok_or(wrong("_rebuild_tensor_v2"))?;
            machine.spend(TENSOR_COST)?;
            machine.make(Node::Tensor(Box::new(tensor)))
        }
        Callable::RebuildParameter => {
            let first = tuple(machine, arguments).and_then(|items| items.first().copied());
            first
                .filter(|&first| matches!(machine.node(first), Some(Node::Tensor(_))))
                .ok_or(wrong("_rebuild_parameter"))
        }
        Callable::Storage(_) => Err(wrong("a storage type")),
    }
}

/// `class.__new__(class, *arguments)`.
pub(super) fn new(machine: &mut Machine<'_>, class: Ref, arguments: Ref) -> Result<Ref, Problem> {
    match machine.node(class) {
        Some(Node::Callable(Callable::Namespace)) => {
            empty(machine, arguments, Node::Namespace(Vec::new()), "Namespace")
        }
        Some(Node::Callable(Callable::OrderedDict)) => {
            empty(machine, arguments, Node::Dict(Vec::new()), "OrderedDict")
        }
        _ => Err(Problem::PickleCall { name: "__new__" }),
    }
}

/// `object.__setstate__(state)`: the attributes of a namespace. A dictionary's own attributes
/// (`_metadata` of a state dictionary) are left out.
pub(super) fn build(machine: &mut Machine<'_>, object: Ref, state: Ref) -> Result<(), Problem> {
    let wrong = Problem::PickleCall { name: "__setstate__" };
    let Some(Node::Dict(items)) = machine.node(state) else { return Err(wrong) };
    match machine.node(object) {
        Some(Node::Dict(_)) => return Ok(()),
        Some(Node::Namespace(known)) if known.is_empty() => {}
        _ => return Err(wrong),
    }
    let items = items.clone();
    machine.spend(items.len().saturating_mul(2).saturating_add(1))?;
    if let Some(Node::Namespace(known)) = machine.node_mut(object) {
        *known = items;
    }
    Ok(())
}

/// The storage that a persistent id names: `("storage", type, key, device, count)`.
pub(super) fn storage(machine: &Machine<'_>, address: Ref) -> Result<Storage, Problem> {
    let found = || {
        let [word, kind, key, _device, count] = tuple(machine, address)? else { return None };
        let Node::Callable(Callable::Storage(dtype)) = machine.node(*kind)? else { return None };
        let Node::Text(key_at) = machine.node(*key)? else { return None };
        let key = machine.text_of(*key)?;
        let plain =
            key.len() <= WEIGHTS_NAME_BYTES && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let known = machine.text_of(*word)? == "storage" && plain && !key.is_empty();
        known.then_some(Storage { dtype: *dtype, key: key_at.clone(), count: whole(machine, *count)? })
    };
    found().ok_or(Problem::PickleCall { name: "a storage" })
}

/// `OrderedDict()` or, as Python 2 wrote it, `OrderedDict([(key, value), …])`.
fn ordered_dict(machine: &mut Machine<'_>, arguments: Ref) -> Result<Ref, Problem> {
    let wrong = Problem::PickleCall { name: "OrderedDict" };
    let pairs = match tuple(machine, arguments) {
        Some([]) => Some(Vec::new()),
        Some(&[only]) => {
            let Some(Node::List(items)) = machine.node(only) else { return Err(wrong) };
            let pair = |&item: &Ref| match machine.node(item)? {
                Node::Tuple(pair) => Some((*pair.first()?, *pair.get(1)?)),
                Node::List(pair) => Some((*pair.first()?, *pair.get(1)?)),
                _ => None,
            };
            items.iter().map(pair).collect::<Option<Vec<_>>>()
        }
        _ => None,
    };
    let pairs = pairs.ok_or(wrong)?;
    machine.spend(pairs.len().saturating_mul(2))?;
    machine.make(Node::Dict(pairs))
}

fn empty(machine: &mut Machine<'_>, arguments: Ref, made: Node, name: &'static str) -> Result<Ref, Problem> {
    match tuple(machine, arguments) {
        Some([]) => machine.make(made),
        _ => Err(Problem::PickleCall { name }),
    }
}

/// `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks[, metadata])`.
fn tensor(machine: &Machine<'_>, arguments: Ref) -> Option<Strided> {
    let [storage, offset, shape, strides, rest @ ..] = tuple(machine, arguments)? else { return None };
    let Node::Storage(storage) = machine.node(*storage)? else { return None };
    let sizes = |list: Ref| -> Option<Vec<u64>> {
        let sizes = tuple(machine, list)?;
        // One more than is allowed, so that the refusal can name the tensor.
        sizes.iter().take(WEIGHTS_RANK.saturating_add(1)).map(|&size| whole(machine, size)).collect()
    };
    let (shape, strides) = (sizes(*shape)?, sizes(*strides)?);
    let known = matches!(rest.len(), 2 | 3);
    known.then(|| {
        Some(Strided { storage: (**storage).clone(), offset: whole(machine, *offset)?, shape, strides })
    })?
}

fn tuple<'m>(machine: &'m Machine<'_>, at: Ref) -> Option<&'m [Ref]> {
    match machine.node(at)? {
        Node::Tuple(items) => Some(items),
        _ => None,
    }
}

/// A whole number; negative ones become the largest, which no check lets pass.
fn whole(machine: &Machine<'_>, at: Ref) -> Option<u64> {
    match machine.node(at)? {
        Node::Int(value) => Some(u64::try_from(*value).unwrap_or(u64::MAX)),
        _ => None,
    }
}
