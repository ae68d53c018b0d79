//! The id, name and conventions of a family of models, as lists, reports and files show them.

use crate::pooling::Pool;
use crossgrain_core::granularity::Granularity;
use serde::Serialize;

/// A family of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Family {
    /// Its id in registries, reports and file headers, such as `esm2`.
    pub id: &'static str,
    /// Its name for people, such as `ESM-2`.
    pub name: &'static str,
    /// What it reads.
    pub granularity: Granularity,
    /// What [`Pool::Auto`] stands for: the convention of the model's authors.
    pub pool: Pool,
}
