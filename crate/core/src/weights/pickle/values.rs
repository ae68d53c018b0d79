//! The values that a pickle has made so far, and how many it may still make.

use super::node::{Node, Ref, text};
use crate::limits::PICKLE_NODES;
use crate::weights::ContainerProblem;

/// All values, which refer to each other by place.
#[derive(Debug)]
pub(super) struct Values<'b> {
    /// The pickle, where texts lie.
    bytes: &'b [u8],
    nodes: Vec<Node>,
    /// Values made and references stored.
    spent: usize,
}

impl<'b> Values<'b> {
    /// No values yet, of the pickle in `bytes`.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, nodes: Vec::new(), spent: 0 }
    }

    /// A value by its place.
    pub fn node(&self, at: Ref) -> Option<&Node> {
        self.nodes.get(usize::try_from(at).ok()?)
    }

    /// The same, to change it.
    pub fn node_mut(&mut self, at: Ref) -> Option<&mut Node> {
        self.nodes.get_mut(usize::try_from(at).ok()?)
    }

    /// The items of a tuple.
    pub fn tuple(&self, at: Ref) -> Option<&[Ref]> {
        match self.node(at)? {
            Node::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a value that is one.
    pub fn text(&self, at: Ref) -> Option<&str> {
        match self.node(at)? {
            Node::Text(range) => text(self.bytes, range),
            _ => None,
        }
    }

    /// An integer; negative ones become the largest number, which every check refuses.
    pub fn size(&self, at: Ref) -> Option<u64> {
        match self.node(at)? {
            Node::Int(value) => Some(u64::try_from(*value).unwrap_or(u64::MAX)),
            _ => None,
        }
    }

    /// Adds a value.
    pub fn make(&mut self, node: Node) -> Result<Ref, ContainerProblem> {
        self.spend(1)?;
        let at = Ref::try_from(self.nodes.len()).map_err(|_| ContainerProblem::PickleBomb)?;
        self.nodes.push(node);
        Ok(at)
    }

    /// Counts values and references against [`PICKLE_NODES`].
    pub fn spend(&mut self, count: usize) -> Result<(), ContainerProblem> {
        self.spent = self.spent.saturating_add(count);
        if self.spent > PICKLE_NODES { Err(ContainerProblem::PickleBomb) } else { Ok(()) }
    }

    /// The list of all values.
    pub fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }
}
