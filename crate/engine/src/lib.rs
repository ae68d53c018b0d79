//! Models and devices: forward passes on the CPU and on WebGPU.
//!
//! | module | what it does |
//! |---|---|
//! | [`device`] | opens a device and proves with stored numbers that it computes |
//! | [`kernels`] | our own operations: plain Rust for the CPU, WGSL for WebGPU |
//! | [`nn`] | layers made of those operations |
//! | [`models`] | one file per model family, in data order |
//! | [`checkpoint`] | the files of a checkpoint → a model that can embed |
//! | [`batch`] | token sequences packed without padding |
//! | [`plan`] | long sequences into windows, windows into batches |
//! | [`deal`] | records dealt out to several workers, and their rows gathered |
//! | [`pooling`] | token rows → the rows that were asked for |
//! | [`embed`] | records in, finished rows out, with progress and cancel |
//! | [`products`] | rows times rows, for searches and similarities |
//! | [`quant`] | weights as small integers |
//! | [`warm`] | compiles a model's pipelines before its first batch |
//! | [`save`] | finished rows → `.npy`, `.csv`, `.safetensors` |

pub mod batch;
pub mod checkpoint;
pub mod deal;
pub mod device;
pub mod embed;
pub mod error;
pub mod kernels;
pub mod models;
pub mod nn;
pub mod plan;
pub mod pooling;
pub mod products;
pub mod pulse;
pub mod quant;
pub mod save;
pub mod warm;
