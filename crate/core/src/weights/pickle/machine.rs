//! The stack machine: one instruction after the other, each checked.

use super::call;
use super::node::{Callable, Node, Pickle, Ref, text};
use crate::limits::PICKLE_NODES;
use crate::weights::ContainerProblem as Problem;
use std::collections::HashMap;
use std::ops::Range;

/// Runs a pickle to its end.
pub(in crate::weights) fn load(bytes: Vec<u8>) -> Result<Pickle, Problem> {
    let mut machine = Machine {
        bytes: &bytes,
        at: 0,
        nodes: Vec::new(),
        spent: 0,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        last_memo: 0,
    };
    let root = machine.run()?;
    let nodes = machine.nodes;
    Ok(Pickle { bytes, nodes, root })
}

/// What the machine has so far.
pub(super) struct Machine<'b> {
    pub bytes: &'b [u8],
    at: usize,
    pub nodes: Vec<Node>,
    /// Values made and references stored.
    spent: usize,
    stack: Vec<Ref>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: HashMap<u32, Ref>,
    last_memo: u32,
}

impl Machine<'_> {
    fn run(&mut self) -> Result<Ref, Problem> {
        loop {
            let at = self.at;
            let op = self.byte()?;
            match op {
                b'.' => return self.stop(),
                0x80 => match self.byte()? {
                    2..=5 => {}
                    _ => return Err(self.damaged("the protocol is not 2 to 5")),
                },
                0x95 => _ = self.take(8)?, // a frame: only a hint for reading ahead
                b'(' => {
                    self.spend(1)?;
                    self.marks.push(self.stack.len());
                }
                b'0' => _ = self.pop()?,
                b'1' => _ = self.pop_mark()?,
                b'2' => {
                    let top = self.pop()?;
                    self.push_ref(top)?;
                    self.push_ref(top)?;
                }
                b'N' => self.push(Node::None)?,
                0x88 => self.push(Node::Bool(true))?,
                0x89 => self.push(Node::Bool(false))?,
                b'K' => {
                    let value = self.byte()?;
                    self.push(Node::Int(value.into()))?;
                }
                b'M' => {
                    let value = u16::from_le_bytes(self.array()?);
                    self.push(Node::Int(value.into()))?;
                }
                b'J' => {
                    let value = i32::from_le_bytes(self.array()?);
                    self.push(Node::Int(value.into()))?;
                }
                0x8a => self.long()?,
                b'G' => {
                    let value = f64::from_be_bytes(self.array()?);
                    self.push(Node::Float(value))?;
                }
                0x8c => {
                    let length = self.byte()?;
                    self.text(length.into())?;
                }
                b'X' => {
                    let length = u32::from_le_bytes(self.array()?);
                    self.text(length.into())?;
                }
                0x8d => {
                    let length = u64::from_le_bytes(self.array()?);
                    self.text(length)?;
                }
                b'}' => self.push(Node::Dict(Vec::new()))?,
                b']' => self.push(Node::List(Vec::new()))?,
                b')' => self.push(Node::Tuple(Box::default()))?,
                b't' => {
                    let items = self.pop_mark()?;
                    self.tuple(items)?;
                }
                0x85 => self.tuple_of(1)?,
                0x86 => self.tuple_of(2)?,
                0x87 => self.tuple_of(3)?,
                b'a' => {
                    let item = self.pop()?;
                    self.append(vec![item])?;
                }
                b'e' => {
                    let items = self.pop_mark()?;
                    self.append(items)?;
                }
                b's' => {
                    let value = self.pop()?;
                    let key = self.pop()?;
                    self.set(&[key, value])?;
                }
                b'u' => {
                    let items = self.pop_mark()?;
                    self.set(&items)?;
                }
                b'q' => {
                    let place = self.byte()?;
                    self.remember(place.into())?;
                }
                b'r' => {
                    let place = u32::from_le_bytes(self.array()?);
                    self.remember(place)?;
                }
                0x94 => self.remember(self.last_memo)?,
                b'h' => {
                    let place = self.byte()?;
                    self.recall(place.into())?;
                }
                b'j' => {
                    let place = u32::from_le_bytes(self.array()?);
                    self.recall(place)?;
                }
                b'c' => self.global()?,
                0x93 => self.stack_global()?,
                b'Q' => {
                    let address = self.pop()?;
                    let storage = call::storage(self, address)?;
                    self.spend(call::TENSOR_COST)?;
                    self.push(Node::Storage(Box::new(storage)))?;
                }
                b'R' => {
                    let arguments = self.pop()?;
                    let callable = self.pop()?;
                    let made = call::call(self, callable, arguments)?;
                    self.push_ref(made)?;
                }
                0x81 => {
                    let arguments = self.pop()?;
                    let class = self.pop()?;
                    let made = call::new(self, class, arguments)?;
                    self.push_ref(made)?;
                }
                b'b' => {
                    let state = self.pop()?;
                    let object = self.pop()?;
                    call::build(self, object, state)?;
                    self.push_ref(object)?;
                }
                op => return Err(Problem::PickleOp { at, op }),
            }
        }
    }

    fn stop(&mut self) -> Result<Ref, Problem> {
        let root = self.pop()?;
        match (self.stack.is_empty() && self.marks.is_empty(), self.at == self.bytes.len()) {
            (true, true) => Ok(root),
            (false, _) => Err(self.damaged("it ends with values left over")),
            (_, false) => Err(self.damaged("there are bytes after its end")),
        }
    }

    /// A value by its place.
    pub fn node(&self, at: Ref) -> Option<&Node> {
        self.nodes.get(usize::try_from(at).ok()?)
    }

    /// The same, to change it.
    pub fn node_mut(&mut self, at: Ref) -> Option<&mut Node> {
        self.nodes.get_mut(usize::try_from(at).ok()?)
    }

    /// Adds a value without putting it on the stack.
    pub fn make(&mut self, node: Node) -> Result<Ref, Problem> {
        self.spend(1)?;
        let at = Ref::try_from(self.nodes.len()).map_err(|_| Problem::PickleBomb)?;
        self.nodes.push(node);
        Ok(at)
    }

    /// Counts values and references against the cap.
    pub fn spend(&mut self, count: usize) -> Result<(), Problem> {
        self.spent = self.spent.saturating_add(count);
        if self.spent > PICKLE_NODES { Err(Problem::PickleBomb) } else { Ok(()) }
    }

    fn push(&mut self, node: Node) -> Result<(), Problem> {
        let at = self.make(node)?;
        self.stack.push(at);
        Ok(())
    }

    fn push_ref(&mut self, at: Ref) -> Result<(), Problem> {
        if self.stack.len() >= PICKLE_NODES {
            return Err(Problem::PickleBomb);
        }
        self.stack.push(at);
        Ok(())
    }

    fn pop(&mut self) -> Result<Ref, Problem> {
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(self.damaged("its stack is empty"));
        }
        self.stack.pop().ok_or_else(|| self.damaged("its stack is empty"))
    }

    fn pop_mark(&mut self) -> Result<Vec<Ref>, Problem> {
        let floor = self.marks.pop().ok_or_else(|| self.damaged("a mark is missing"))?;
        Ok(self.stack.split_off(floor.min(self.stack.len())))
    }

    fn tuple(&mut self, items: Vec<Ref>) -> Result<(), Problem> {
        self.spend(items.len())?;
        self.push(Node::Tuple(items.into_boxed_slice()))
    }

    fn tuple_of(&mut self, count: usize) -> Result<(), Problem> {
        let mut items = (0..count).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        self.tuple(items)
    }

    /// Appends to the list on top of the stack.
    fn append(&mut self, items: Vec<Ref>) -> Result<(), Problem> {
        self.spend(items.len())?;
        let list = self.pop()?;
        self.push_ref(list)?;
        let damaged = self.damaged("it appends to something that is no list");
        match self.node_mut(list) {
            Some(Node::List(list)) => list.extend(items),
            _ => return Err(damaged),
        }
        Ok(())
    }

    /// Adds pairs to the dictionary on top of the stack.
    fn set(&mut self, items: &[Ref]) -> Result<(), Problem> {
        self.spend(items.len())?;
        let (pairs, rest) = items.as_chunks::<2>();
        let dict = self.pop()?;
        self.push_ref(dict)?;
        let damaged = self.damaged("it puts something else than pairs into a dictionary");
        match self.node_mut(dict) {
            Some(Node::Dict(dict)) if rest.is_empty() => {
                dict.extend(pairs.iter().map(|&[key, value]| (key, value)))
            }
            _ => return Err(damaged),
        }
        Ok(())
    }

    fn remember(&mut self, place: u32) -> Result<(), Problem> {
        let top = self.pop()?;
        self.push_ref(top)?;
        if self.memo.insert(place, top).is_none() {
            self.spend(1)?;
        }
        self.last_memo = self.last_memo.max(place.saturating_add(1));
        Ok(())
    }

    fn recall(&mut self, place: u32) -> Result<(), Problem> {
        let found = self.memo.get(&place).copied();
        let found = found.ok_or_else(|| self.damaged("it recalls something it never remembered"))?;
        self.push_ref(found)
    }

    fn global(&mut self) -> Result<(), Problem> {
        let module = self.line()?;
        let name = self.line()?;
        let full = format!("{module}.{name}");
        let callable = call::named(&full)?;
        self.push(Node::Callable(callable))
    }

    fn stack_global(&mut self) -> Result<(), Problem> {
        let (name, module) = (self.pop()?, self.pop()?);
        let found =
            self.text_of(module).zip(self.text_of(name)).map(|(module, name)| format!("{module}.{name}"));
        let full = found.ok_or_else(|| self.damaged("a name is no text"))?;
        let callable: Callable = call::named(&full)?;
        self.push(Node::Callable(callable))
    }

    /// The text of a value that is one.
    pub fn text_of(&self, at: Ref) -> Option<&str> {
        match self.node(at)? {
            Node::Text(range) => text(self.bytes, range),
            _ => None,
        }
    }

    fn text(&mut self, length: u64) -> Result<(), Problem> {
        let range = self.take(length)?;
        let fits = u32::try_from(range.start).ok().zip(u32::try_from(range.end).ok());
        let bytes = self.bytes.get(range).unwrap_or_default();
        match fits {
            Some((start, end)) if std::str::from_utf8(bytes).is_ok() => self.push(Node::Text(start..end)),
            _ => Err(self.damaged("a text is not UTF-8")),
        }
    }

    /// A whole number of any length; those beyond 64 bits are refused.
    fn long(&mut self) -> Result<(), Problem> {
        let length = usize::from(self.byte()?);
        let range = self.take(length as u64)?;
        let digits = self.bytes.get(range).unwrap_or_default();
        let negative = digits.last().is_some_and(|&byte| byte >= 0x80);
        let mut all = [if negative { 0xff } else { 0 }; 8];
        match all.get_mut(..length) {
            Some(low) => low.copy_from_slice(digits),
            None => return Err(self.damaged("a whole number is longer than 64 bits")),
        }
        self.push(Node::Int(i64::from_le_bytes(all)))
    }

    fn line(&mut self) -> Result<String, Problem> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).ok_or_else(|| self.damaged("a name never ends"))?;
        let line = String::from_utf8_lossy(rest.get(..end.min(512)).unwrap_or_default()).into_owned();
        self.at = self.at.saturating_add(end).saturating_add(1);
        Ok(line)
    }

    fn byte(&mut self) -> Result<u8, Problem> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let range = self.take(N as u64)?;
        let found = self.bytes.get(range).and_then(|bytes| bytes.first_chunk().copied());
        found.ok_or_else(|| self.damaged("it is cut"))
    }

    fn take(&mut self, count: u64) -> Result<Range<usize>, Problem> {
        let end = usize::try_from(count).ok().and_then(|count| self.at.checked_add(count));
        match end.filter(|&end| end <= self.bytes.len()) {
            Some(end) => Ok(std::mem::replace(&mut self.at, end)..end),
            None => Err(self.damaged("it is cut")),
        }
    }

    fn damaged(&self, reason: &'static str) -> Problem {
        Problem::PickleDamaged { at: self.at, reason }
    }
}
