//! The pickle machine: one instruction after the other, each checked.

use super::call;
use super::cursor::Cursor;
use super::node::{Callable, Node, Pickle, Ref};
use super::opcodes;
use super::values::Values;
use crate::limits::PICKLE_NODES;
use crate::weights::ContainerProblem;
use std::collections::HashMap;

/// Runs a pickle to its end.
pub(in crate::weights) fn load(bytes: Vec<u8>) -> Result<Pickle, ContainerProblem> {
    let mut unpickler = Unpickler {
        cursor: Cursor::new(&bytes),
        values: Values::new(&bytes),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        next_memo: 0,
    };
    let root = unpickler.run()?;
    let nodes = unpickler.values.into_nodes();
    Ok(Pickle { bytes, nodes, root })
}

/// The state between two instructions.
struct Unpickler<'b> {
    cursor: Cursor<'b>,
    values: Values<'b>,
    stack: Vec<Ref>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: HashMap<u32, Ref>,
    /// The next free key of the memo.
    next_memo: u32,
}

impl Unpickler<'_> {
    fn run(&mut self) -> Result<Ref, ContainerProblem> {
        loop {
            let at = self.cursor.at;
            let op = self.cursor.byte()?;
            match op {
                opcodes::STOP => return self.stop(),
                opcodes::PROTO => match self.cursor.byte()? {
                    2..=5 => {}
                    _ => return Err(self.damaged("the protocol is not 2 to 5")),
                },
                opcodes::FRAME => _ = self.cursor.take(8)?,
                opcodes::MARK => {
                    self.values.spend(1)?;
                    self.marks.push(self.stack.len());
                }
                opcodes::POP => _ = self.pop()?,
                opcodes::POP_MARK => _ = self.pop_mark()?,
                opcodes::DUP => {
                    let top = self.pop()?;
                    self.push_ref(top)?;
                    self.push_ref(top)?;
                }
                opcodes::NONE => self.push(Node::None)?,
                opcodes::NEWTRUE => self.push(Node::Bool(true))?,
                opcodes::NEWFALSE => self.push(Node::Bool(false))?,
                opcodes::BININT1 => {
                    let value = self.cursor.byte()?;
                    self.push(Node::Int(value.into()))?;
                }
                opcodes::BININT2 => {
                    let value = u16::from_le_bytes(self.cursor.array()?);
                    self.push(Node::Int(value.into()))?;
                }
                opcodes::BININT => {
                    let value = i32::from_le_bytes(self.cursor.array()?);
                    self.push(Node::Int(value.into()))?;
                }
                opcodes::LONG1 => self.long()?,
                opcodes::BINFLOAT => {
                    let value = f64::from_be_bytes(self.cursor.array()?);
                    self.push(Node::Float(value))?;
                }
                opcodes::SHORT_BINUNICODE => {
                    let length = self.cursor.byte()?;
                    self.text(length.into())?;
                }
                opcodes::BINUNICODE => {
                    let length = u32::from_le_bytes(self.cursor.array()?);
                    self.text(length.into())?;
                }
                opcodes::BINUNICODE8 => {
                    let length = u64::from_le_bytes(self.cursor.array()?);
                    self.text(length)?;
                }
                opcodes::EMPTY_DICT => self.push(Node::Dict(Vec::new()))?,
                opcodes::EMPTY_LIST => self.push(Node::List(Vec::new()))?,
                opcodes::EMPTY_TUPLE => self.push(Node::Tuple(Box::default()))?,
                opcodes::TUPLE => {
                    let items = self.pop_mark()?;
                    self.tuple(items)?;
                }
                opcodes::TUPLE1 => self.tuple_of(1)?,
                opcodes::TUPLE2 => self.tuple_of(2)?,
                opcodes::TUPLE3 => self.tuple_of(3)?,
                opcodes::APPEND => {
                    let item = self.pop()?;
                    self.append(vec![item])?;
                }
                opcodes::APPENDS => {
                    let items = self.pop_mark()?;
                    self.append(items)?;
                }
                opcodes::SETITEM => {
                    let value = self.pop()?;
                    let key = self.pop()?;
                    self.set(&[key, value])?;
                }
                opcodes::SETITEMS => {
                    let items = self.pop_mark()?;
                    self.set(&items)?;
                }
                opcodes::BINPUT => {
                    let place = self.cursor.byte()?;
                    self.remember(place.into())?;
                }
                opcodes::LONG_BINPUT => {
                    let place = u32::from_le_bytes(self.cursor.array()?);
                    self.remember(place)?;
                }
                opcodes::MEMOIZE => self.remember(self.next_memo)?,
                opcodes::BINGET => {
                    let place = self.cursor.byte()?;
                    self.recall(place.into())?;
                }
                opcodes::LONG_BINGET => {
                    let place = u32::from_le_bytes(self.cursor.array()?);
                    self.recall(place)?;
                }
                opcodes::GLOBAL => self.global()?,
                opcodes::STACK_GLOBAL => self.stack_global()?,
                opcodes::BINPERSID => {
                    let address = self.pop()?;
                    let storage = call::storage(&self.values, address)?;
                    self.values.spend(call::TENSOR_COST)?;
                    self.push(Node::Storage(Box::new(storage)))?;
                }
                opcodes::REDUCE => {
                    let arguments = self.pop()?;
                    let callable = self.pop()?;
                    let made = call::call(&mut self.values, callable, arguments)?;
                    self.push_ref(made)?;
                }
                opcodes::NEWOBJ => {
                    let arguments = self.pop()?;
                    let class = self.pop()?;
                    let made = call::new(&mut self.values, class, arguments)?;
                    self.push_ref(made)?;
                }
                opcodes::BUILD => {
                    let state = self.pop()?;
                    let object = self.pop()?;
                    call::build(&mut self.values, object, state)?;
                    self.push_ref(object)?;
                }
                op => return Err(ContainerProblem::PickleOp { at, op }),
            }
        }
    }

    fn stop(&mut self) -> Result<Ref, ContainerProblem> {
        let root = self.pop()?;
        match (self.stack.is_empty() && self.marks.is_empty(), self.cursor.is_at_end()) {
            (true, true) => Ok(root),
            (false, _) => Err(self.damaged("it ends with values left over")),
            (_, false) => Err(self.damaged("there are bytes after its end")),
        }
    }

    fn push(&mut self, node: Node) -> Result<(), ContainerProblem> {
        let at = self.values.make(node)?;
        self.stack.push(at);
        Ok(())
    }

    fn push_ref(&mut self, at: Ref) -> Result<(), ContainerProblem> {
        if self.stack.len() >= PICKLE_NODES {
            return Err(ContainerProblem::PickleBomb);
        }
        self.stack.push(at);
        Ok(())
    }

    fn pop(&mut self) -> Result<Ref, ContainerProblem> {
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(self.damaged("its stack is empty"));
        }
        self.stack.pop().ok_or_else(|| self.damaged("its stack is empty"))
    }

    fn pop_mark(&mut self) -> Result<Vec<Ref>, ContainerProblem> {
        let floor = self.marks.pop().ok_or_else(|| self.damaged("a mark is missing"))?;
        Ok(self.stack.split_off(floor.min(self.stack.len())))
    }

    fn tuple(&mut self, items: Vec<Ref>) -> Result<(), ContainerProblem> {
        self.values.spend(items.len())?;
        self.push(Node::Tuple(items.into_boxed_slice()))
    }

    fn tuple_of(&mut self, count: usize) -> Result<(), ContainerProblem> {
        let mut items = (0..count).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        self.tuple(items)
    }

    /// Appends to the list on top of the stack.
    fn append(&mut self, items: Vec<Ref>) -> Result<(), ContainerProblem> {
        self.values.spend(items.len())?;
        let list = self.pop()?;
        self.push_ref(list)?;
        let damaged = self.damaged("it appends to something that is not a list");
        match self.values.node_mut(list) {
            Some(Node::List(list)) => list.extend(items),
            _ => return Err(damaged),
        }
        Ok(())
    }

    /// Adds pairs to the dictionary on top of the stack.
    fn set(&mut self, items: &[Ref]) -> Result<(), ContainerProblem> {
        self.values.spend(items.len())?;
        let (pairs, rest) = items.as_chunks::<2>();
        let dict = self.pop()?;
        self.push_ref(dict)?;
        let damaged = self.damaged("it puts something else than pairs into a dictionary");
        match self.values.node_mut(dict) {
            Some(Node::Dict(dict)) if rest.is_empty() => {
                dict.extend(pairs.iter().map(|&[key, value]| (key, value)))
            }
            _ => return Err(damaged),
        }
        Ok(())
    }

    fn remember(&mut self, place: u32) -> Result<(), ContainerProblem> {
        let top = self.pop()?;
        self.push_ref(top)?;
        if self.memo.insert(place, top).is_none() {
            self.values.spend(1)?;
        }
        self.next_memo = self.next_memo.max(place.saturating_add(1));
        Ok(())
    }

    fn recall(&mut self, place: u32) -> Result<(), ContainerProblem> {
        let found = self.memo.get(&place).copied();
        let found = found.ok_or_else(|| self.damaged("it recalls something it never remembered"))?;
        self.push_ref(found)
    }

    fn global(&mut self) -> Result<(), ContainerProblem> {
        let module = self.cursor.line()?;
        let name = self.cursor.line()?;
        let full = format!("{module}.{name}");
        let callable = call::named(&full)?;
        self.push(Node::Callable(callable))
    }

    fn stack_global(&mut self) -> Result<(), ContainerProblem> {
        let (name, module) = (self.pop()?, self.pop()?);
        let found = self
            .values
            .text(module)
            .zip(self.values.text(name))
            .map(|(module, name)| format!("{module}.{name}"));
        let full = found.ok_or_else(|| self.damaged("a name is not text"))?;
        let callable: Callable = call::named(&full)?;
        self.push(Node::Callable(callable))
    }

    fn text(&mut self, length: u64) -> Result<(), ContainerProblem> {
        let range = self.cursor.take(length)?;
        let fits = u32::try_from(range.start).ok().zip(u32::try_from(range.end).ok());
        let bytes = self.cursor.bytes.get(range).unwrap_or_default();
        match fits {
            Some((start, end)) if std::str::from_utf8(bytes).is_ok() => self.push(Node::Text(start..end)),
            _ => Err(self.damaged("a text is not UTF-8")),
        }
    }

    /// An integer of any length; those beyond 64 bits are refused.
    fn long(&mut self) -> Result<(), ContainerProblem> {
        let length = self.cursor.byte()?;
        let value = self.cursor.integer(length)?;
        let value = value.ok_or_else(|| self.damaged("a whole number is longer than 64 bits"))?;
        self.push(Node::Int(value))
    }

    fn damaged(&self, reason: &'static str) -> ContainerProblem {
        self.cursor.damaged(reason)
    }
}
