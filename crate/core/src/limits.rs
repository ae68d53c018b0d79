//! Every cap in one place. Each constant says why it has its value.

// Weights.

/// Longest safetensors header of weights: 1 MiB. ESM-2 3B needs about 60 KB, and a legal 100 MB header of
/// empty tensors costs seconds and more than a gigabyte to read.
pub const WEIGHTS_HEADER_BYTES: u64 = 1 << 20;
/// Most tensors in one weight file. ESM-2 3B has about 580.
pub const WEIGHTS_TENSORS: usize = 4096;
/// Highest rank of a tensor. Published weights have at most three dimensions.
pub const WEIGHTS_RANK: usize = 4;
/// Longest tensor name. Published names stay under 70 bytes.
pub const WEIGHTS_NAME_BYTES: usize = 256;
/// Largest tensor, as stored and as f32: 256 MiB on wasm32, where memory is 4 GiB at best and the
/// default WebGPU binding is 128 MiB; 16 GiB elsewhere.
pub const WEIGHTS_TENSOR_BYTES: u64 = if cfg!(target_arch = "wasm32") { 256 << 20 } else { 16 << 30 };

/// Longest pickle in a PyTorch checkpoint: 16 MiB. BiGCARP's, with its 44,000 names, has about 2.
pub const PICKLE_BYTES: u64 = 16 << 20;
/// Most values and references between them in a pickle: half of what the format's Rust reader
/// allows. BiGCARP's has about 250,000.
pub const PICKLE_NODES: usize = 1 << 19;
/// Deepest nesting of values that is followed. Checkpoints have four levels.
pub const PICKLE_DEPTH: usize = 64;
/// Most values of a checkpoint's settings, shared ones counted each time they are met and a
/// dictionary as sixteen: BiGCARP's names are 44,000.
pub const PICKLE_SETTINGS: usize = 1 << 17;
/// Most bytes of text in them, counted the same way.
pub const PICKLE_SETTINGS_BYTES: usize = 8 << 20;
/// Most files in the archive of a checkpoint. There is one per tensor, and a few more.
pub const ZIP_ENTRIES: u64 = 16_384;
/// Longest directory of such an archive: 4 MiB, or 256 bytes per file.
pub const ZIP_DIRECTORY_BYTES: u64 = 4 << 20;
/// Longest index of a sharded checkpoint: 4 MiB. 4,096 names need a quarter of it.
pub const SHARD_INDEX_BYTES: usize = 4 << 20;
/// Longest `adapter_config.json`: 256 KiB. Usual ones have 1 KB; lists of modules make them longer.
pub const ADAPTER_CONFIG_BYTES: usize = 256 << 10;
/// Most files of a sharded checkpoint.
pub const SHARDS: usize = 256;
/// Largest of the small files that lie in a quantized file: 4 MiB. BiGCARP's names need about one.
pub const QUANTIZED_SETTINGS_BYTES: usize = 4 << 20;

// Tokens.

/// Most lines in a `vocab.txt`. All 6-mers with their shorter words and specials are 5 000 or so.
pub const VOCAB_TOKENS: usize = 65_536;
/// Longest token of a vocabulary.
pub const VOCAB_TOKEN_BYTES: usize = 64;
/// Largest `tokenizer.json`: 8 MiB. DNABERT-2's has 164 KiB.
pub const TOKENIZER_JSON_BYTES: usize = 8 << 20;
/// Longest name of a domain or class in a vocabulary. Pfam's names stay under 20 bytes.
pub const VOCAB_DOMAIN_BYTES: usize = 256;

// Analyses.

/// Largest side of the Gram matrix that PCA decomposes exactly. Above it (more rows *and* more
/// columns) an iterative method finds the leading components to 1e-10.
pub const PCA_EXACT_SIDE: usize = 1536;
/// Largest distance between two mutations that the histogram of a neighbourhood resolves.
pub const MUTANT_SPAN: usize = 65_536;
/// Most rows of a CKA permutation test or bootstrap, which hold two n × n matrices of f32: 128 MiB.
pub const CKA_RESAMPLED_ROWS: usize = 4096;
/// Most rows whose pairwise distances are sorted for the median bandwidth. For more rows, every second,
/// third, … row is taken.
pub const CKA_MEDIAN_ROWS: usize = 2048;

/// Most rows of a map whose quality is measured on all of them: 5,000, which take seconds. The time grows with the square.
pub const QUALITY_EXACT_ROWS: usize = 5000;
/// Above it a random sample of rows is compared with all rows: 2,000 of up to 10,000, then fewer, so that the pairs are
/// as many, but not under 200. The standard error of a share from 200 rows is at most 0.035.
pub const QUALITY_SAMPLED_PAIRS: usize = 20_000_000;
/// Most rows of such a sample.
pub const QUALITY_SAMPLED_ROWS: usize = 2000;
/// Fewest rows of such a sample.
pub const QUALITY_FEWEST_ROWS: usize = 200;

// Tables.

/// Largest table, and largest tensor of a `.safetensors` table: 512 MiB on wasm32, where memory is
/// 4 GiB at best; 16 GiB elsewhere.
pub const TABLE_FILE_BYTES: u64 = if cfg!(target_arch = "wasm32") { 512 << 20 } else { 16 << 30 };
/// Longest header of a `.safetensors` table: 256 MiB on wasm32, 2 GiB elsewhere. A record of a table with
/// rows per residue takes some 80 bytes and its id; a million ids of the longest kind take 1 GiB.
pub const TABLE_HEADER_BYTES: u64 = if cfg!(target_arch = "wasm32") { 256 << 20 } else { 2 << 30 };
/// Most tensors of a `.safetensors` table: two million on wasm32, 32 million elsewhere. There is one per
/// record and layer in a table with rows per residue.
pub const TABLE_TENSORS: usize = if cfg!(target_arch = "wasm32") { 2_000_000 } else { 32_000_000 };
/// Longest tensor name of a table: 1 KiB, as of a record, which some programs name tensors after.
pub const TABLE_NAME_BYTES: usize = 1 << 10;
/// Longest header of a `.npy` file: 64 KiB. That of a matrix has 118 bytes.
pub const NPY_HEADER_BYTES: u32 = 64 << 10;

// Sequences.

/// Largest sequence file as stored: 2 GiB. It is streamed, never whole in memory.
pub const SEQUENCE_FILE_BYTES: u64 = 2 << 30;
/// Most letters kept of one file: 512 MiB where memory is 32-bit (half of the 1 GiB a page may
/// use); elsewhere the largest size of a file.
pub const LETTERS_PER_FILE: u64 = if cfg!(target_pointer_width = "32") { 512 << 20 } else { 2 << 30 };
/// Most letters in one record. The longest human protein has 36 000, gene clusters under 1 M.
pub const LETTERS_PER_RECORD: usize = 10_000_000;
/// Most records in one file, and rows in a label table: table and map stay usable.
pub const RECORDS: usize = 1_000_000;
/// Longest sequence line: 16 MiB. Genomes are often stored without wrapping.
pub const LINE_BYTES: usize = 16 << 20;
/// Bytes of a file, unpacked if it is compressed, that say which format it is: 8 KiB.
pub const INPUT_HEAD_BYTES: usize = 8 << 10;
/// Longest record name that is kept: 1 KiB. It is repeated in tables, tooltips and exports.
pub const NAME_BYTES: usize = 1 << 10;
/// Longest description that is kept: 64 KiB. NCBI's merged headers reach some 30 KiB.
pub const DESCRIPTION_BYTES: usize = 64 << 10;
/// Characters of a name that a notice shows.
pub const SHOWN_CHARACTERS: usize = 200;
/// Notices of one code that are kept; the rest is counted. Nobody reads a thousand.
pub const NOTICES_PER_CODE: usize = 200;
/// How many times its packed size a gzip file may grow. Sequence text grows three- to fivefold.
pub const GZIP_EXPANSION: u64 = 200;
/// Unpacked bytes below which [`GZIP_EXPANSION`] is not asked: 16 MiB do no harm, and a short
/// file of one repeated letter is not a bomb.
pub const GZIP_FREE_BYTES: u64 = 16 << 20;
/// Most unpacked bytes of a gzip file: 2 GiB, as for a plain one.
pub const GZIP_UNPACKED_BYTES: u64 = 2 << 30;
/// Largest label table: 64 MiB, read whole. A million ids with a few labels fit.
pub const LABEL_FILE_BYTES: usize = 64 << 20;
/// Most label columns. Each can become a colouring of the map.
pub const LABEL_COLUMNS: usize = 256;
/// Longest line of a GenBank file: 1 MiB. Good ones have 80 bytes.
pub const GENBANK_LINE_BYTES: usize = 1 << 20;
/// Deepest nesting of `complement(…)` and `join(…)` in a location. Real ones have two levels.
pub const LOCATION_NESTING: usize = 64;
/// Most stretches of one location. The longest human gene has 363 exons.
pub const LOCATION_PARTS: usize = 10_000;
/// Most kept features of one record: far above what antiSMASH writes for a whole genome.
pub const FEATURES_PER_RECORD: usize = 200_000;
/// Most bytes of locations and qualifiers kept of one record: 64 MiB.
pub const QUALIFIER_BYTES_PER_RECORD: usize = 64 << 20;
/// Largest list or table of domains: 256 MiB, read whole. A domtblout line has about 250 bytes.
pub const DOMAIN_LIST_BYTES: usize = 256 << 20;
/// Most domains of one cluster or protein. The largest MIBiG cluster has about 500.
pub const DOMAINS_PER_RECORD: usize = 100_000;
