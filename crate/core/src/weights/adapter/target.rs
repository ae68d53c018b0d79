//! Names in an adapter → what they do to which tensor of the checkpoint.
//!
//! PEFT puts `base_model.model.` in front of the names of the model that it wraps, and behind a module what it adds:
//! `.lora_A.weight`, or, in a whole checkpoint, `.lora_A.default.weight`.

use super::change::{Change, Factor};
use super::config::{AdapterConfig, Kind};
use crate::weights::error::visible;
use crate::weights::fair_esm::hub_name;
use crate::weights::saved_names::unwrapped;
use crate::weights::{AdapterProblem, TensorInfo, TensorSource};
use std::collections::BTreeMap;

/// What PEFT adds to a module.
const PARTS: [(&str, Part); 6] = [
    (".lora_A", Part::A),
    (".lora_B", Part::B),
    (".lora_embedding_A", Part::EmbeddingA),
    (".lora_embedding_B", Part::EmbeddingB),
    (".lora_magnitude_vector", Part::Magnitude),
    (".ia3_l", Part::Ia3),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    A,
    B,
    /// Bias beside `B`.
    BiasB,
    EmbeddingA,
    EmbeddingB,
    Magnitude,
    Ia3,
}

/// The changes of all tensors.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Tensor of the checkpoint → its changes, in their order.
    pub changes: BTreeMap<String, Vec<Change>>,
    /// Tensors that the checkpoint does not have, such as a head: new name → name in the adapter.
    pub added: BTreeMap<String, String>,
    /// Modules outside the checkpoint that the adapter changes, such as a head.
    pub outside: Vec<String>,
}

/// Whether a tensor of this name is part of an adapter and of no model.
pub(in crate::weights) fn is_adapter_tensor(name: &str) -> bool {
    part(name).is_some()
}

/// The module of an adapter's tensor, and what is added to it.
fn part(name: &str) -> Option<(&str, Part)> {
    PARTS.into_iter().find_map(|(word, part)| {
        let (module, rest) = name.split_once(word)?;
        let ends = rest.is_empty() || rest.starts_with('.');
        let part = if part == Part::B && rest.ends_with(".bias") { Part::BiasB } else { part };
        ends.then_some((module, part))
    })
}

/// Finds out what each tensor of an adapter does.
pub(super) fn plan(
    config: &AdapterConfig,
    adapter: &dyn TensorSource,
    base: &dyn TensorSource,
) -> Result<Plan, AdapterProblem> {
    let mut plan = Plan::default();
    let mut modules: BTreeMap<&str, BTreeMap<Part, &str>> = BTreeMap::new();
    let mut missing = Vec::new();
    for name in adapter.names() {
        if let Some((module, part)) = part(name) {
            modules.entry(module).or_default().insert(part, name);
            continue;
        }
        let Some(plain) = unwrapped(name) else { continue };
        match find(&plain, base) {
            Some(target) => {
                let change = Change::Replace { tensor: name.to_owned() };
                plan.changes.entry(target).or_default().insert(0, change);
            }
            None if is_inside(&plain) => missing.push(visible(name)),
            None => drop(plan.added.insert(without_wrapper(&plain).to_owned(), name.to_owned())),
        }
    }
    for (module, parts) in modules {
        let plain = unwrapped(module).unwrap_or_else(|| module.to_owned());
        match find(&format!("{plain}.weight"), base) {
            Some(target) => add(&mut plan, config, without_wrapper(&plain), &target, &parts, adapter, base)?,
            None if is_inside(&plain) => missing.push(visible(module)),
            None => plan.outside.push(without_wrapper(&plain).to_owned()),
        }
    }
    match missing.len() {
        0 => Ok(plan),
        count => {
            missing.truncate(8);
            Err(AdapterProblem::Target { count, names: missing, base: config.base.clone() })
        }
    }
}

/// The name of a tensor in the checkpoint: the adapter may have been made of a part of the model, or of the model as a part.
fn find(name: &str, base: &dyn TensorSource) -> Option<String> {
    let mut rest = without_wrapper(name);
    loop {
        let same = [rest.to_owned(), format!("esm.{rest}"), format!("bert.{rest}")];
        let found = same.into_iter().chain(hub_name(rest)).find(|name| base.info(name).is_some());
        match (found, rest.split_once('.')) {
            (Some(found), _) => return Some(found),
            (None, Some((_, after))) => rest = after,
            (None, None) => return None,
        }
    }
}

fn without_wrapper(name: &str) -> &str {
    let mut name = name;
    while let Some(rest) =
        ["base_model.model.", "module."].iter().find_map(|wrapper| name.strip_prefix(wrapper))
    {
        name = rest;
    }
    name
}

/// Whether a name belongs to the layers of a model, and not to a head beside it.
fn is_inside(name: &str) -> bool {
    let inside = |word: &str| name.split('.').any(|part| part == word);
    (inside("encoder") || inside("embeddings") || inside("layers") || inside("embedder")) && !inside("pooler")
}

/// Adds the changes of a module.
fn add(
    plan: &mut Plan,
    config: &AdapterConfig,
    module: &str,
    target: &str,
    parts: &BTreeMap<Part, &str>,
    adapter: &dyn TensorSource,
    base: &dyn TensorSource,
) -> Result<(), AdapterProblem> {
    let bias = target.strip_suffix("weight").map(|start| format!("{start}bias"));
    let bias = bias.filter(|bias| base.info(bias).is_some());
    let shape = |name: &str| adapter.info(name).map(|info| info.shape.as_slice()).unwrap_or_default();
    let wrong = |name: &str| AdapterProblem::Shape { name: visible(name), base: visible(target) };
    let [n, k] = sides(base.info(target));
    let own_kind = |part: &Part| (*part == Part::Ia3) == (config.kind == Kind::Ia3);
    if !parts.keys().all(own_kind) {
        let name = parts.values().next().copied().unwrap_or_default();
        return Err(AdapterProblem::OtherKind { name: visible(name), kind: config.kind.name() });
    }
    if let Some(vector) = parts.get(&Part::Ia3) {
        let rows = match shape(vector) {
            [rows, 1] if *rows == n => true,
            [1, columns] if *columns == k => false,
            _ => return Err(wrong(vector)),
        };
        let tensor = (*vector).to_owned();
        let change = if rows {
            Change::Rows { tensor: tensor.clone() }
        } else {
            Change::Columns { tensor: tensor.clone() }
        };
        plan.changes.entry(target.to_owned()).or_default().push(change);
        if let Some(bias) = bias.filter(|_| rows) {
            plan.changes.entry(bias).or_default().push(Change::Rows { tensor });
        }
        return Ok(());
    }
    let pair = |a: Part, b: Part| Some((*parts.get(&a)?, *parts.get(&b)?));
    let factor = |name: &str, transposed| Factor { tensor: name.to_owned(), transposed };
    let (rank, left, right) = match (pair(Part::A, Part::B), pair(Part::EmbeddingA, Part::EmbeddingB)) {
        (Some((a, b)), None) => {
            let rank = shape(a).first().copied().unwrap_or(0);
            let [rows, of_b] = sides(adapter.info(b));
            let [_, columns] = sides(adapter.info(a));
            if of_b != rank {
                return Err(wrong(b));
            }
            match [rows, columns] == [n, k] {
                true => (rank, factor(b, false), factor(a, false)),
                // Weights stored with their inputs first.
                false if [columns, rows] == [n, k] => (rank, factor(a, true), factor(b, true)),
                false => return Err(wrong(a)),
            }
        }
        (None, Some((a, b))) => {
            let rank = shape(a).first().copied().unwrap_or(0);
            if shape(a) != [rank, n] || shape(b) != [k, rank] {
                return Err(wrong(a));
            }
            (rank, factor(a, true), factor(b, true))
        }
        _ => return Err(AdapterProblem::Pair { module: visible(module) }),
    };
    if rank == 0 {
        return Err(wrong(&right.tensor));
    }
    let scale = config.scale(module, rank)?;
    let changes = plan.changes.entry(target.to_owned()).or_default();
    let is_embedding = parts.contains_key(&Part::EmbeddingA);
    changes.push(Change::LowRank { left, right, rank, scale });
    match (config.kind, parts.get(&Part::Magnitude)) {
        (Kind::Dora, Some(_)) if is_embedding => {
            return Err(AdapterProblem::Kind {
                kind: "DoRA of an embedding".to_owned(),
                base: config.base.clone(),
            });
        }
        (Kind::Dora, Some(lengths)) => changes.push(Change::RowLengths { tensor: (*lengths).to_owned() }),
        (Kind::Dora, None) => return Err(AdapterProblem::Pair { module: visible(module) }),
        (_, Some(lengths)) => {
            return Err(AdapterProblem::OtherKind { name: visible(lengths), kind: config.kind.name() });
        }
        (_, None) => {}
    }
    if let Some(own) = parts.get(&Part::BiasB) {
        let bias = bias.ok_or_else(|| wrong(own))?;
        let change = Change::Add { tensor: (*own).to_owned(), scale };
        plan.changes.entry(bias).or_default().push(change);
    }
    Ok(())
}

/// Rows, and all further dimensions as one.
fn sides(info: Option<&TensorInfo>) -> [usize; 2] {
    let shape = info.map(|info| info.shape.as_slice()).unwrap_or_default();
    let rows = shape.first().copied().unwrap_or(0);
    [rows, shape.iter().skip(1).fold(1, |product, size| product.saturating_mul(*size))]
}
