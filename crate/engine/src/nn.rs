//! Layers made of kernels. Each file: the layer, how it is read from a checkpoint, its forward.

mod layer_norm;
mod linear;
mod place;
mod reader;

pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use place::Place;
pub use reader::Reader;
