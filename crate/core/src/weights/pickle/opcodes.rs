//! The opcodes that a checkpoint needs, by their names in Python's `pickletools.opcodes`.
//!
//! Reference: CPython, `Lib/pickletools.py` and `Lib/pickle.py`, protocols 0 to 5.

/// Push a mark: the start of a variable number of values.
pub(super) const MARK: u8 = b'(';
/// End of the pickle; the top of the stack is its value.
pub(super) const STOP: u8 = b'.';
/// Discard the top of the stack.
pub(super) const POP: u8 = b'0';
/// Discard everything down to the last mark.
pub(super) const POP_MARK: u8 = b'1';
/// Push the top of the stack again.
pub(super) const DUP: u8 = b'2';

/// Push `None`.
pub(super) const NONE: u8 = b'N';
/// Push `True`.
pub(super) const NEWTRUE: u8 = 0x88;
/// Push `False`.
pub(super) const NEWFALSE: u8 = 0x89;
/// Push an integer of one byte, unsigned.
pub(super) const BININT1: u8 = b'K';
/// Push an integer of two bytes, unsigned, little-endian.
pub(super) const BININT2: u8 = b'M';
/// Push an integer of four bytes, signed, little-endian.
pub(super) const BININT: u8 = b'J';
/// Push an integer of up to 255 bytes, signed, little-endian; the length is one byte.
pub(super) const LONG1: u8 = 0x8a;
/// Push a float of eight bytes, big-endian.
pub(super) const BINFLOAT: u8 = b'G';
/// Push a text; its length in bytes is one byte.
pub(super) const SHORT_BINUNICODE: u8 = 0x8c;
/// Push a text; its length in bytes is four bytes, little-endian.
pub(super) const BINUNICODE: u8 = b'X';
/// Push a text; its length in bytes is eight bytes, little-endian.
pub(super) const BINUNICODE8: u8 = 0x8d;

/// Push an empty dictionary.
pub(super) const EMPTY_DICT: u8 = b'}';
/// Push an empty list.
pub(super) const EMPTY_LIST: u8 = b']';
/// Push an empty tuple.
pub(super) const EMPTY_TUPLE: u8 = b')';
/// A tuple of everything above the last mark.
pub(super) const TUPLE: u8 = b't';
/// A tuple of the top value.
pub(super) const TUPLE1: u8 = 0x85;
/// A tuple of the two top values.
pub(super) const TUPLE2: u8 = 0x86;
/// A tuple of the three top values.
pub(super) const TUPLE3: u8 = 0x87;
/// Append the top value to the list below it.
pub(super) const APPEND: u8 = b'a';
/// Append everything above the last mark to the list below it.
pub(super) const APPENDS: u8 = b'e';
/// Add the top key and value to the dictionary below them.
pub(super) const SETITEM: u8 = b's';
/// Add the keys and values above the last mark to the dictionary below it.
pub(super) const SETITEMS: u8 = b'u';

/// Store the top value in the memo; the key is one byte.
pub(super) const BINPUT: u8 = b'q';
/// Store the top value in the memo; the key is four bytes, little-endian.
pub(super) const LONG_BINPUT: u8 = b'r';
/// Store the top value in the memo under the next free key.
pub(super) const MEMOIZE: u8 = 0x94;
/// Push a value of the memo; the key is one byte.
pub(super) const BINGET: u8 = b'h';
/// Push a value of the memo; the key is four bytes, little-endian.
pub(super) const LONG_BINGET: u8 = b'j';

/// Push a class or function; module and name are lines of text.
pub(super) const GLOBAL: u8 = b'c';
/// The same, module and name being the two top values.
pub(super) const STACK_GLOBAL: u8 = 0x93;
/// Replace a persistent id by its object: in a checkpoint, a storage.
pub(super) const BINPERSID: u8 = b'Q';
/// Call a function with a tuple of arguments.
pub(super) const REDUCE: u8 = b'R';
/// Call `__new__` of a class with a tuple of arguments.
pub(super) const NEWOBJ: u8 = 0x81;
/// Call `__setstate__` of an object.
pub(super) const BUILD: u8 = b'b';

/// The version of the protocol, one byte.
pub(super) const PROTO: u8 = 0x80;
/// The length of the next frame, eight bytes: only a hint for reading ahead.
pub(super) const FRAME: u8 = 0x95;
