//! The pre-norm transformer that ESM and the Nucleotide Transformer share.
//!
//! Reference: `transformers` `models/esm`. Tokens are embedded on the host, pass through `L` layers (norm, attention,
//! norm, feed-forward network) and a final norm. Hidden states are numbered as there: 0 is the rescaled embedding (in
//! ESM-1b with positions and norm), `i` the residual stream after layer `i`, and the last one has passed the final norm.
//!
//! | file | what it holds |
//! |---|---|
//! | `hub_config` | `config.json` as the file spells it, and what distinguishes the families |
//! | `config` | the numbers of a checkpoint |
//! | `tensors` | every tensor: name and shape |
//! | `embedding` | tokens → hidden state 0 |
//! | `rotary` | rotary positions |
//! | `layer` | one layer |
//! | `head` | logits |
//! | `contacts` | attention maps → contacts |
//! | `model` | the forward pass |

mod config;
pub mod contacts;
pub mod embedding;
pub mod head;
mod hub_config;
pub mod layer;
mod model;
pub mod rotary;
pub mod tensors;

pub use config::{Feed, PositionEncoding, TransformerConfig};
pub use hub_config::{HubConfig, ModelType, PUBLISHED, fits, has_kmers, has_letters, vocabulary_problem};
pub use model::Transformer;
