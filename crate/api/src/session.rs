//! Requests to a session and its reports, each pair as JSON on both sides of the border.
//!
//! | file | what it holds |
//! |---|---|
//! | [`open`] | the device |
//! | [`load`] | the model |
//! | [`read`] | the sequences |
//! | [`labels`] | a label table beside the sequences |
//! | [`embed`] | the rows |
//! | [`export`] | rows as a file |
//! | [`table`] | a file of numbers |
//! | [`save`] | a quantized model as one file |
//! | [`record`] | the methods record |
//! | [`event`] | progress on its way to JavaScript |

pub mod embed;
pub mod event;
pub mod export;
pub mod labels;
pub mod load;
pub mod open;
pub mod read;
pub mod record;
pub mod save;
pub mod table;
