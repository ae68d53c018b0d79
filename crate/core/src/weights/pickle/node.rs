//! The values of a pickle: a list of nodes that refer to each other by place.

use crate::weights::Dtype;
use std::ops::Range;

/// The place of a value in [`Pickle::nodes`].
pub(in crate::weights) type Ref = u32;

/// A value.
#[derive(Debug)]
pub(in crate::weights) enum Node {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A text: where its UTF-8 lies in the pickle.
    Text(Range<u32>),
    List(Vec<Ref>),
    Tuple(Box<[Ref]>),
    Dict(Vec<(Ref, Ref)>),
    /// An object with attributes and nothing else.
    Namespace(Vec<(Ref, Ref)>),
    /// Something that may be called.
    Callable(Callable),
    Storage(Box<Storage>),
    Tensor(Box<Strided>),
}

/// What may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::weights) enum Callable {
    OrderedDict,
    Namespace,
    RebuildTensor,
    RebuildParameter,
    /// A type of storage; never called, but part of a storage's address.
    Storage(Dtype),
}

/// A file of numbers in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::weights) struct Storage {
    pub dtype: Dtype,
    /// Its name under `data/`: a text.
    pub key: Range<u32>,
    /// How many numbers it claims to have.
    pub count: u64,
}

/// A view of a storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::weights) struct Strided {
    pub storage: Storage,
    /// First number.
    pub offset: u64,
    pub shape: Vec<u64>,
    pub strides: Vec<u64>,
}

/// A loaded pickle.
#[derive(Debug)]
pub(in crate::weights) struct Pickle {
    pub bytes: Vec<u8>,
    pub nodes: Vec<Node>,
    pub root: Ref,
}

impl Pickle {
    /// A value.
    pub fn node(&self, at: Ref) -> Option<&Node> {
        self.nodes.get(usize::try_from(at).ok()?)
    }

    /// The text of a value that is one.
    pub fn text(&self, at: Ref) -> Option<&str> {
        match self.node(at)? {
            Node::Text(range) => self.text_at(range),
            _ => None,
        }
    }

    /// The text that lies there.
    pub fn text_at(&self, range: &Range<u32>) -> Option<&str> {
        text(&self.bytes, range)
    }
}

/// A text in the pickle's bytes; it was checked to be UTF-8 when it was read.
pub(super) fn text<'b>(bytes: &'b [u8], range: &Range<u32>) -> Option<&'b str> {
    let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
    std::str::from_utf8(bytes.get(range)?).ok()
}
