//! A source under other names.

use super::error::visible;
use super::{TensorInfo, TensorSource, WeightsError, WeightsProblem};
use std::collections::BTreeMap;

/// A source whose tensors have been given other names, or left out.
#[derive(Debug)]
pub struct Renamed<S> {
    source: S,
    /// New name → name in the source.
    names: BTreeMap<String, String>,
}

impl<S: TensorSource> Renamed<S> {
    /// Renames every tensor; those for which `rename` gives `None` are left out.
    ///
    /// # Errors
    ///
    /// `weights.duplicate_name` if two tensors get the same name.
    pub fn new(source: S, rename: impl Fn(&str) -> Option<String>) -> Result<Self, WeightsError> {
        let mut names = BTreeMap::new();
        for old in source.names() {
            let Some(new) = rename(old) else { continue };
            if names.insert(new.clone(), old.to_owned()).is_some() {
                let twice = WeightsError::from(WeightsProblem::DuplicateName { name: visible(&new) });
                return Err(twice.in_file(source.file().unwrap_or_default()));
            }
        }
        Ok(Self { source, names })
    }
}

impl<S: TensorSource> TensorSource for Renamed<S> {
    fn file(&self) -> Option<&str> {
        self.source.file()
    }

    fn names(&self) -> Vec<&str> {
        self.names.keys().map(String::as_str).collect()
    }

    fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.source.info(self.names.get(name)?)
    }

    fn read_f32(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        match self.names.get(name) {
            Some(old) => self.source.read_f32(old, into),
            None => Err(WeightsProblem::NoSuchTensor { name: visible(name) }.into()),
        }
    }
}
