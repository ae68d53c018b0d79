//! The JSON header of a safetensors file, read once, with every surprise named.
//!
//! A plain `serde_json` map keeps the last of two equal keys, so the visitors below see each key
//! as it passes. Unknown fields are refused rather than ignored: a file that carries more than
//! the format defines was not written by the format's writers, and we would not know what we left
//! out. Deep JSON cannot get far: only known fields are descended into, and none nests.

use super::error::visible;
use super::header_limits::HeaderLimits;
use super::{Dtype, WeightsProblem};
use crate::limits::WEIGHTS_RANK;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

/// A tensor as the header lists it; nothing is known yet about its place.
#[derive(Debug)]
pub(super) struct Entry {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<u64>,
    /// Begin and end, counted from the end of the header.
    pub offsets: [u64; 2],
}

/// What a header says.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// In the order of the header.
    pub entries: Vec<Entry>,
    /// The free texts under `__metadata__`.
    pub metadata: BTreeMap<String, String>,
}

/// Reads a header. Blanks after the JSON are its padding.
pub(super) fn parse(json: &[u8], limits: &HeaderLimits) -> Result<Header, WeightsProblem> {
    let text = std::str::from_utf8(json)
        .map_err(|error| WeightsProblem::HeaderNotUtf8 { at: error.valid_up_to() })?;
    let problem = Slot::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = deserializer.deserialize_map(HeaderVisitor(&problem, limits)).and_then(|header| {
        deserializer.end()?;
        Ok(header)
    });
    parsed.map_err(|error| {
        problem.take().unwrap_or_else(|| WeightsProblem::HeaderJson { reason: error.to_string() })
    })
}

/// Carries a named problem past serde, whose errors hold only text.
#[derive(Default)]
struct Slot(RefCell<Option<WeightsProblem>>);

impl Slot {
    fn put<E: serde::de::Error>(&self, problem: WeightsProblem) -> E {
        let message = problem.to_string();
        *self.0.borrow_mut() = Some(problem);
        E::custom(message)
    }

    fn take(&self) -> Option<WeightsProblem> {
        self.0.borrow_mut().take()
    }
}

/// The whole header: tensor name → tensor, and `__metadata__`.
struct HeaderVisitor<'a>(&'a Slot, &'a HeaderLimits);

impl<'de> Visitor<'de> for HeaderVisitor<'_> {
    type Value = Header;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let mut header = Header::default();
        let mut has_metadata = false;
        while let Some(name) = map.next_key::<String>()? {
            if name == "__metadata__" {
                if has_metadata {
                    return Err(self.0.put(WeightsProblem::DuplicateName { name: visible(&name) }));
                }
                has_metadata = true;
                header.metadata = map.next_value_seed(MetadataSeed(self.0))?;
                continue;
            }
            if header.entries.len() >= self.1.tensors {
                return Err(self.0.put(WeightsProblem::TooManyTensors));
            }
            if !(self.1.is_name)(&name) {
                return Err(self.0.put(WeightsProblem::BadName { name: visible(&name) }));
            }
            header.entries.push(map.next_value_seed(EntrySeed { slot: self.0, name })?);
        }
        refuse_duplicates(&header.entries).map_err(|problem| self.0.put(problem))?;
        Ok(header)
    }
}

/// Refuses a name that is listed twice. Sorted places of names take a tenth of the memory of a set of names,
/// which counts where a table has a tensor for each record.
fn refuse_duplicates(entries: &[Entry]) -> Result<(), WeightsProblem> {
    let mut names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| matches!(pair, [a, b] if a == b)) {
        Some(pair) => {
            Err(WeightsProblem::DuplicateName { name: visible(pair.first().copied().unwrap_or_default()) })
        }
        None => Ok(()),
    }
}

/// `__metadata__`: an object of texts.
struct MetadataSeed<'a>(&'a Slot);

impl<'de> DeserializeSeed<'de> for MetadataSeed<'_> {
    type Value = BTreeMap<String, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MetadataSeed<'_> {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object of texts under __metadata__")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut metadata = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            if metadata.contains_key(&key) {
                return Err(self.0.put(WeightsProblem::DuplicateMetadata { key: visible(&key) }));
            }
            metadata.insert(key, value);
        }
        Ok(metadata)
    }
}

/// One tensor: `{"dtype": …, "shape": […], "data_offsets": […]}`.
struct EntrySeed<'a> {
    slot: &'a Slot,
    name: String,
}

impl<'de> DeserializeSeed<'de> for EntrySeed<'_> {
    type Value = Entry;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entry, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EntrySeed<'_> {
    type Value = Entry;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "an object for tensor {}", visible(&self.name))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
        let name = || visible(&self.name);
        let (mut dtype, mut shape, mut offsets) = (None, None, None);
        while let Some(field) = map.next_key::<String>()? {
            let twice = match field.as_str() {
                "dtype" => dtype.replace(map.next_value::<String>()?).is_some(),
                "shape" => shape.replace(map.next_value_seed(ShapeSeed(self.slot, &self.name))?).is_some(),
                "data_offsets" => offsets.replace(map.next_value::<[u64; 2]>()?).is_some(),
                _ => {
                    return Err(self
                        .slot
                        .put(WeightsProblem::UnknownField { name: name(), field: visible(&field) }));
                }
            };
            if twice {
                return Err(self.slot.put(WeightsProblem::DuplicateField { name: name(), field }));
            }
        }
        let missing = |field| self.slot.put::<A::Error>(WeightsProblem::MissingField { name: name(), field });
        let dtype = dtype.ok_or_else(|| missing("dtype"))?;
        let dtype = Dtype::from_name(&dtype).ok_or_else(|| {
            self.slot.put::<A::Error>(WeightsProblem::UnknownDtype { name: name(), dtype: visible(&dtype) })
        })?;
        let shape = shape.ok_or_else(|| missing("shape"))?;
        let offsets = offsets.ok_or_else(|| missing("data_offsets"))?;
        Ok(Entry { name: self.name, dtype, shape, offsets })
    }
}

/// A list of sizes, given up as soon as it is too long.
struct ShapeSeed<'a>(&'a Slot, &'a str);

impl<'de> DeserializeSeed<'de> for ShapeSeed<'_> {
    type Value = Vec<u64>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<u64>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ShapeSeed<'_> {
    type Value = Vec<u64>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a list of sizes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<u64>, A::Error> {
        let mut shape = Vec::with_capacity(WEIGHTS_RANK);
        while shape.len() < WEIGHTS_RANK {
            match seq.next_element()? {
                Some(size) => shape.push(size),
                None => {
                    shape.shrink_to_fit();
                    return Ok(shape);
                }
            }
        }
        if seq.next_element::<IgnoredAny>()?.is_some() {
            return Err(self.0.put(WeightsProblem::Rank { name: visible(self.1) }));
        }
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_as_the_library_writes_it() {
        let json = br#"{"__metadata__":{"format":"pt"},"a.b":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},"s":{"data_offsets":[12,20],"shape":[],"dtype":"I64"}}   "#;
        let header = parse(json, &HeaderLimits::WEIGHTS).unwrap();
        assert_eq!(header.metadata.get("format").map(String::as_str), Some("pt"));
        let found: Vec<_> =
            header.entries.iter().map(|e| (e.name.as_str(), e.dtype, &e.shape[..], e.offsets)).collect();
        assert_eq!(found, [("a.b", Dtype::F16, &[2, 3][..], [0, 12]), ("s", Dtype::I64, &[][..], [12, 20])]);
    }
}
