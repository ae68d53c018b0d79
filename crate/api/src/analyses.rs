//! One file per question: what is asked, what is answered, and how.

pub mod neighbourhood;
pub mod neighbours;
pub mod overlap;
pub mod predict;
pub mod purity;
