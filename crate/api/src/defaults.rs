//! Every default in one table: seeds, draws, shuffles, neighbours, folds, epochs.
//!
//! A request names the function (`#[serde(default = "defaults::k")]`), the command line the constant.

macro_rules! table {
    ($($(#[$doc:meta])* $constant:ident, $function:ident: $type:ty = $value:expr;)*) => {
        $(
            $(#[$doc])*
            pub const $constant: $type = $value;
            #[doc = concat!("[`", stringify!($constant), "`], for serde.")]
            #[must_use]
            pub fn $function() -> $type {
                $constant
            }
        )*
    };
}

table! {
    /// Seed of every random choice.
    SEED, seed: u64 = 42;
    /// Neighbours of each row.
    K, k: usize = 10;
    /// Permutations of labels or rows in a test: with 999, the smallest p is 0.001.
    SHUFFLES, shuffles: usize = 999;
    /// Draws of a bootstrap of CKA.
    CKA_DRAWS, cka_draws: usize = 1000;
    /// Width of the Gaussian kernel of CKA, as a share of the median distance between rows.
    BANDWIDTH, bandwidth: f64 = 1.0;
    /// Pairs of halves for the intervals and comparisons of a probe: fewer make them wider, more make them slower.
    PROBE_HALVES, probe_halves: usize = 15;
    /// The same per residue, where a sequence has hundreds of rows and a model takes as many times as long.
    RESIDUE_HALVES, residue_halves: usize = 8;
    /// Draws of a bootstrap of out-of-fold predictions, as published.
    PROBE_DRAWS, probe_draws: usize = 2000;
    /// Runs of a probe on permuted labels: with 99, the smallest p is 0.01.
    PROBE_SHUFFLES, probe_shuffles: usize = 99;
    /// The same per residue: the smallest p is 0.05.
    RESIDUE_SHUFFLES, residue_shuffles: usize = 19;
    /// Folds of a cross-validation.
    FOLDS, folds: usize = 5;
    /// Inverse strength of the penalty of a logistic regression, as in scikit-learn.
    LOGISTIC_C, logistic_c: f64 = 1.0;
    /// Strength of the penalty of a ridge regression, as in scikit-learn.
    RIDGE_ALPHA, ridge_alpha: f64 = 1.0;
    /// Trees of a random forest, as published.
    TREES, trees: usize = 100;
    /// Characters that stand for "no label" in a string of labels per residue.
    UNLABELLED, unlabelled: &'static str = "?-.X";
    /// Between the labels of a row with several.
    SEPARATOR, separator: char = ';';
    /// Residues that a row of a table of tokens stands for.
    RESIDUES_PER_TOKEN, residues_per_token: usize = 1;
    /// UMAP: neighbours, the row itself counted (umap-learn, `n_neighbors`).
    UMAP_NEIGHBOURS, umap_neighbours: usize = 15;
    /// UMAP: smallest distance between points (umap-learn, `min_dist`).
    UMAP_MIN_DIST, umap_min_dist: f64 = 0.1;
    /// t-SNE perplexity.
    PERPLEXITY, perplexity: f64 = 30.0;
    /// t-SNE iterations (scikit-learn, `max_iter`).
    TSNE_ITERATIONS, tsne_iterations: usize = 1000;
    /// Neighbours by which a map is judged.
    MAP_QUALITY_K, map_quality_k: usize = 15;
    /// Number of the NCBI's translation table: the standard code.
    GENETIC_CODE, genetic_code: u8 = 1;
    /// Most bases that a codon mutant may change.
    BASE_CHANGES, base_changes: usize = 3;
    /// Letters of a k-mer; 1 is the composition.
    KMER, kmer: usize = 1;
    /// Width of a random vector of a domain: that of BiGCARP's own embedding.
    DOMAIN_WIDTH, domain_width: usize = 256;
    /// Skip-gram: numbers per domain (gensim, `vector_size`).
    SKIP_GRAM_VECTOR_SIZE, skip_gram_vector_size: usize = 100;
    /// Skip-gram: context window (word2vec).
    SKIP_GRAM_WINDOW, skip_gram_window: usize = 5;
    /// Skip-gram: negative samples per pair (word2vec).
    SKIP_GRAM_NEGATIVE_SAMPLES, skip_gram_negative_samples: usize = 5;
    /// Skip-gram: epochs (word2vec).
    SKIP_GRAM_EPOCHS, skip_gram_epochs: usize = 5;
    /// Skip-gram: learning rate at the start (word2vec).
    SKIP_GRAM_LEARNING_RATE, skip_gram_learning_rate: f64 = 0.025;
    /// Skip-gram: subsampling threshold (word2vec).
    SKIP_GRAM_SAMPLE, skip_gram_sample: f64 = 1e-3;
    /// Estimated identity from which two proteins, or lists of domains, belong to one cluster.
    CLUSTER_IDENTITY, cluster_identity: f64 = 0.5;
    /// The same for DNA: unrelated genes share a word of 11 bases by chance, and a quarter of their bases.
    DNA_CLUSTER_IDENTITY, dna_cluster_identity: f64 = 0.8;
    /// Residues shared by neighbouring windows of a long sequence.
    OVERLAP, overlap: usize = crossgrain_engine::plan::OVERLAP;
}
