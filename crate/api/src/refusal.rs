//! The one error of this package: a refusal that can be shown as it is.

use crossgrain_core::error::{Coded, Notice, Where};
use std::fmt;

/// A question that is not answered: code, place, sentence and hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub Box<Notice>);

impl Refusal {
    /// A refusal without a place.
    pub fn new(code: &str, message: impl Into<String>, hint: &str) -> Self {
        Self(Box::new(Notice {
            code: code.into(),
            message: message.into(),
            at: Where::default(),
            hint: hint.into(),
        }))
    }

    /// A refusal of something in a file.
    pub fn in_file(code: &str, file: &str, message: impl Into<String>, hint: &str) -> Self {
        let mut refusal = Self::new(code, message, hint);
        refusal.0.at.file = Some(file.to_owned());
        refusal
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

impl<E: Coded> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(Box::new(error.notice()))
    }
}
