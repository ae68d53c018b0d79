//! The engine's tests in one program: they share golden folders and devices, and link once.

mod batching;
mod bench_shape;
mod checkpoint_corpus;
mod fidelity;
mod golden;
mod kernels;
mod pairwise;
mod published;
mod quantized_file;
mod saved;
mod support;
