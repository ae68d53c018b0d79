//! Pickles made by hand: the instructions that `torch.save` writes, and others.

/// A pickle on its way.
#[derive(Clone)]
pub struct Pickle(pub Vec<u8>);

impl Pickle {
    pub fn new() -> Self {
        Self(vec![0x80, 2])
    }

    pub fn op(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }

    pub fn text(self, text: &str) -> Self {
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        self.op(b"X").op(&length).op(text.as_bytes())
    }

    pub fn int(self, value: i64) -> Self {
        self.op(&[0x8a, 8]).op(&value.to_le_bytes())
    }

    pub fn ints(self, values: &[i64]) -> Self {
        values.iter().fold(self.op(b"("), |pickle, &value| pickle.int(value)).op(b"t")
    }

    pub fn global(self, module: &str, name: &str) -> Self {
        self.op(format!("c{module}\n{name}\n").as_bytes())
    }

    /// A storage's address, and the storage.
    pub fn storage(self, kind: &str, key: &str, count: i64) -> Self {
        self.op(b"(").text("storage").global("torch", kind).text(key).text("cpu").int(count).op(b"tQ")
    }

    /// `_rebuild_tensor_v2` of the storage that `storage` puts there.
    pub fn tensor(self, storage: impl Fn(Self) -> Self, offset: i64, shape: &[i64], strides: &[i64]) -> Self {
        storage(self.global("torch._utils", "_rebuild_tensor_v2").op(b"("))
            .int(offset)
            .ints(shape)
            .ints(strides)
            .op(b"\x89")
            .global("collections", "OrderedDict")
            .op(b")RtR")
    }

    pub fn end(self) -> Vec<u8> {
        self.op(b".").0
    }
}

/// A state dictionary of one tensor `a` in storage `0`, which has two f32.
pub fn one(offset: i64, shape: &[i64], strides: &[i64]) -> Vec<u8> {
    let tensor = Pickle::new().op(b"}").text("a").tensor(
        |p| p.storage("FloatStorage", "0", 2),
        offset,
        shape,
        strides,
    );
    tensor.op(b"s").end()
}

/// A good one.
pub fn good() -> Vec<u8> {
    one(0, &[2], &[1])
}

/// A good state dictionary under `model`, beside whatever `other` puts under `x`.
pub fn beside(other: impl Fn(Pickle) -> Pickle) -> Vec<u8> {
    let state = Pickle::new().op(b"}(").text("model").op(b"}").text("a");
    let state = state.tensor(|p| p.storage("FloatStorage", "0", 2), 0, &[2], &[1]).op(b"s").text("x");
    other(state).op(b"u").end()
}
