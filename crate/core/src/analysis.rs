//! A matrix → an answer.
//!
//! Pure functions of a [`View`](crate::matrix::View). Nearly all sums are taken in f64 and in a fixed
//! order, so that the same numbers give the same answer everywhere; large products of matrices are
//! rounded as the processor's own vectors do it natively, so their last digits may differ between
//! machines, never between two runs on one.
//!
//! | function | answers |
//! |---|---|
//! | [`probe`] | how much of a label can a small model read from the rows? |
//! | [`folds`], [`metrics`], [`interval`] | on which rows, how well, and how surely? |
//! | [`baseline`] | simple features that a score should stand beside |
//! | [`pca()`] | in which few directions do the rows differ most? |
//! | [`cka()`], [`cka_layers`] | do two embeddings see the same structure? with [`cka_test`], [`CkaStream`] |
//! | [`knn()`] | which rows are nearest to each row? with [`purity`], [`overlap`], [`regress`], [`transfer`] |
//! | [`neighbourhoods`] | what do neighbouring mutants share? |
//! | [`Umap`], [`Tsne`] | which map keeps neighbours together? |
//! | [`quality()`], [`silhouette`], [`procrustes()`] | how much of the space does a map keep? are two maps alike? |
//! | [`standardise`] | the same rows with every column on one scale |

pub mod baseline;
mod cka;
mod error;
pub mod folds;
pub mod interval;
mod knn;
pub mod metrics;
mod neighbourhood;
mod pca;
pub mod probe;
mod procrustes;
mod product;
mod products;
mod progress;
mod quality;
mod standardise;
mod tsne;
mod umap;
mod walk;

pub use cka::{
    Bandwidth, Cka, CkaMatrix, CkaStream, CkaTest, Kernel, LayerBatch, LayerSums, Quotient, Value, cka,
    cka_layers, cka_test,
};
pub use error::AnalysisError;
pub use knn::{
    ClassPurity, Metric, Neighbours, Overlap, Purity, Search, Transfer, Weighting, knn, knn_of, overlap,
    purity, regress, transfer,
};
pub use neighbourhood::{AMINO_ACIDS, Mutant, Neighbourhood, neighbourhoods};
pub use pca::{Pca, pca};
pub use procrustes::{Procrustes, procrustes};
pub use products::{Cpu, Products};
pub use progress::{Progress, unheard};
pub use quality::{Quality, quality, silhouette};
pub use standardise::standardise;
pub use tsne::{Tsne, TsneOptions};
pub use umap::{Umap, UmapOptions};
pub use walk::Meeting;
