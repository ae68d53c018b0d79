//! Layers made of kernels. Each file holds a layer, how it is read from a checkpoint, and its forward pass.

mod layer_norm;
mod linear;
mod placement;
mod reader;

pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use placement::Placement;
pub use reader::Reader;
