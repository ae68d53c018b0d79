//! Models and devices: forward passes on the CPU and on WebGPU.
//!
//! | module | what it does |
//! |---|---|
//! | [`device`] | opens a device and proves with stored numbers that it computes |
//! | [`kernels`] | our own operations: plain Rust for the CPU, WGSL for WebGPU |
//! | [`nn`] | layers made of those operations |
//! | [`families`] | one folder per model family |
//! | [`files`] | the files of a checkpoint, opened |
//! | [`checkpoint`] | loads the files of a checkpoint as a model that can embed |
//! | [`batch`] | token sequences packed without padding |
//! | [`plan`] | long sequences into windows, windows into batches |
//! | [`partition`] | the records of a run in chunks for several workers, and their rows merged |
//! | [`pooling`] | pools token rows into the rows that were asked for |
//! | [`embed`] | records in, finished rows out, with progress and cancel |
//! | [`pairwise`] | products of all pairs of rows, for searches and similarities |
//! | [`quant`] | weights as small integers |
//! | [`compile`] | compiles a model's GPU pipelines before its first batch |
//! | [`save`] | saves finished rows as `.npy`, `.csv`, `.safetensors` |

pub mod batch;
pub mod checkpoint;
pub mod compile;
pub mod device;
pub mod embed;
pub mod error;
pub mod families;
pub mod files;
pub mod kernels;
pub mod nn;
pub mod pairwise;
pub mod partition;
pub mod plan;
pub mod pooling;
mod progress;
pub mod quant;
mod readback;
pub mod save;
