/**
 * Everything that can be asked of the engine and what it answers. Matrices are row-major typed arrays; shapes are
 * written `[rows, columns]`; positions in sequences count from 1, rows and layers from 0.
 *
 * Made from the structs of crate/api by `npm run protocol`; do not edit.
 */

/**
 * Asks for a map moved, rotated, mirrored and scaled so that it fits another map of the same rows best.
 */
export type AlignRequest = { 
/**
 * Map to move, `[n, k]`; usually k = 2.
 */
map: TableRef, 
/**
 * Map of the same rows that stays in place, `[n, k]`.
 */
target: TableRef, };

/**
 * The moved map.
 */
export type AlignResponse = { 
/**
 * Names of the rows, if one of the maps has them.
 */
ids: Array<string> | null, 
/**
 * Points in the place of the target, `[n, k]`.
 */
points: Float32Array, 
/**
 * Squared distance that is left between the maps, as a share of the target's spread: 0 (same shape) to 1.
 */
disparity: number, };

/**
 * Asks for the most used codon of each residue.
 */
export type BackTranslateRequest = { 
/**
 * Proteins. On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Coding sequences whose codon usage is followed. Give these or `usage`.
 */
like?: SequenceSource | null, 
/**
 * Codons and how often each is used, in any unit; codons that are not named are never used.
 */
usage?: Array<[string, number]> | null, 
/**
 * Number of the genetic code in the NCBI's list: 1 standard, 11 bacteria.
 * @default 1
 */
table?: number, };

/**
 * The coding sequences.
 */
export type BackTranslateResponse = { 
/**
 * In the order of the proteins.
 */
records: Array<CodingSequence>, 
/**
 * Sequences that could not be used, each with its reason.
 */
refused: Array<Notice>, 
/**
 * Refused sequences beyond those listed.
 */
refusedOmitted: number, };

/**
 * What is exchanged and drawn by a test.
 */
export type BlockKind = "rows" | "groups" | "sequences";

/**
 * What a test exchanges and draws.
 */
export type BlockSummary = { 
/**
 * What a block is.
 */
kind: BlockKind, 
/**
 * Blocks, at least 1.
 */
count: number, };

/**
 * A start-up check.
 */
export type Check = { 
/**
 * Largest difference to the stored numbers.
 */
maxDifference: number, 
/**
 * Largest difference that passes.
 */
tolerance: number, };

/**
 * The similarity of one layer to itself at the first checkpoint.
 */
export type CkaCurve = { 
/**
 * Name of the layer in the first checkpoint.
 */
layer: string, 
/**
 * Debiased CKA at each checkpoint, about 0 to 1; `null` where it is undefined.
 */
debiased: Array<number | null>, 
/**
 * Biased CKA at each checkpoint, 0 to 1; `null` where it is undefined.
 */
biased: Array<number | null>, };

/**
 * Asks how far the layers of later checkpoints have moved from those of the first.
 */
export type CkaEvolutionRequest = { 
/**
 * Checkpoints in the order of training, each with its layers, `[n, ·]` each; all have the same n rows, at least 4.
 */
checkpoints: Array<LayerRefs>, 
/**
 * Similarity of two rows.
 * @default "linear"
 */
kernel?: KernelKind, 
/**
 * Width σ of the Gaussian, above 0, as a share of the median distance between rows. Only for `rbf`.
 * @default 1.0
 */
bandwidth?: number, 
/**
 * Rows of a batch, at least 4; each batch is centred by itself (mini-batch CKA). 0 takes all rows at once.
 * @default 0
 */
batch?: number, 
/**
 * Add 1e-10 inside each root, as in the published curves over checkpoints (Xiao et al. 2025).
 * @default false
 */
publishedEpsilon?: boolean, 
/**
 * Device. `auto` uses a hardware GPU for large inputs. Values differ between devices by rounding.
 * @default "auto"
 */
device?: DeviceChoice, };

/**
 * One curve for each layer of the first checkpoint.
 */
export type CkaEvolutionResponse = { 
/**
 * Rows of each layer.
 */
n: number, 
/**
 * Names of the checkpoints, in order; the first is the reference.
 */
checkpoints: Array<string>, 
/**
 * One curve per layer of the reference.
 */
curves: Array<CkaCurve>, 
/**
 * Device that computed the matrix products.
 */
computed: Computed, };

/**
 * Asks how similar each layer of one list is to each layer of another, or to the other layers of the same list.
 */
export type CkaRequest = { 
/**
 * Layers, `[n, ·]` each; all have the same n rows, at least 4.
 */
x: LayerRefs, 
/**
 * Other layers of the same rows. Without it, the layers of `x` are compared with each other.
 */
y?: LayerRefs | null, 
/**
 * Similarity of two rows.
 * @default "linear"
 */
kernel?: KernelKind, 
/**
 * Width σ of the Gaussian, above 0, as a share of the median distance between rows. Only for `rbf`.
 * @default 1.0
 */
bandwidth?: number, 
/**
 * Rows of a batch, at least 4; each batch is centred by itself (mini-batch CKA). 0 takes all rows at once.
 * @default 0
 */
batch?: number, 
/**
 * Add 1e-10 inside each root, as in the published curves over checkpoints (Xiao et al. 2025).
 * @default false
 */
publishedEpsilon?: boolean, 
/**
 * Device. `auto` uses a hardware GPU for large inputs. Values differ between devices by rounding.
 * @default "auto"
 */
device?: DeviceChoice, };

/**
 * The similarity of each layer of `x` (rows) to each layer of `y` (columns).
 */
export type CkaResponse = { 
/**
 * Rows of each layer.
 */
n: number, 
/**
 * Names of the layers of `x`.
 */
x: Array<string>, 
/**
 * Names of the layers of `y`, or of `x` again.
 */
y: Array<string>, 
/**
 * Layers of `x`.
 */
rows: number, 
/**
 * Layers of `y`, or of `x` again.
 */
cols: number, 
/**
 * Debiased CKA, about 0 to 1, 0 for unrelated layers; NaN where it is undefined, `[rows, cols]`.
 */
debiased: Float64Array, 
/**
 * Biased CKA, 0 to 1; it grows with the number of columns; NaN where it is undefined, `[rows, cols]`.
 */
biased: Float64Array, 
/**
 * Cells without a debiased value.
 */
undefined: Array<UndefinedCell>, 
/**
 * Device that computed the matrix products.
 */
computed: Computed, };

/**
 * Asks for a permutation test and a bootstrap interval of the debiased CKA of two layers.
 */
export type CkaTestRequest = { 
/**
 * One layer, `[n, d]`, at least 4 rows.
 */
x: TableRef, 
/**
 * Another layer of the same rows, `[n, e]`.
 */
y: TableRef, 
/**
 * Similarity of two rows.
 * @default "linear"
 */
kernel?: KernelKind, 
/**
 * Width σ of the Gaussian, above 0, as a share of the median distance between rows. Only for `rbf`.
 * @default 1.0
 */
bandwidth?: number, 
/**
 * Rows of a batch, at least 4; each batch is centred by itself (mini-batch CKA), and value, p and interval are of the
 * batches. 0 takes all rows at once.
 * @default 0
 */
batch?: number, 
/**
 * Groups of rows that are not independent, such as families: blocks that are permuted and drawn as a whole. By default
 * the sequences of rows that are named `id/position`, else the rows.
 */
groups?: Column | null, 
/**
 * Permutations of the blocks of `y` for the test.
 * @default 999
 */
shuffles?: number, 
/**
 * Bootstrap draws of blocks for the interval; it needs at least 20.
 * @default 1000
 */
draws?: number, 
/**
 * Seed of permutations and draws.
 * @default 42
 */
seed?: number, };

/**
 * A debiased CKA with its p and its interval.
 */
export type CkaTestResponse = { 
/**
 * Rows of each layer.
 */
n: number, 
/**
 * Debiased CKA, about 0 to 1; `null` where it is undefined.
 */
value: number | null, 
/**
 * HSIC(K, K) · HSIC(L, L) where the value is undefined, else `null`.
 */
product: number | null, 
/**
 * p of the permutation test: `(1 + shuffles at least as similar) / (1 + shuffles)`, so 1 without shuffles; `null`
 * where the value is undefined.
 */
p: number | null, 
/**
 * 2.5 % and 97.5 % quantiles of the bootstrap; `null` below 20 defined draws, or if 5 % or more are undefined.
 */
interval: [number, number] | null, 
/**
 * Draws whose CKA is undefined.
 */
undefinedDraws: number, 
/**
 * What was permuted and drawn.
 */
blocks: BlockSummary, 
/**
 * Rows of a batch; 0 for all rows at once.
 */
batch: number, 
/**
 * Permutations of the blocks.
 */
shuffles: number, 
/**
 * Bootstrap draws.
 */
draws: number, 
/**
 * Seed of permutations and draws.
 */
seed: number, };

/**
 * A metric of one class or label against all others.
 */
export type ClassMetric = "auroc" | "auprc" | "precision" | "recall" | "f1";

/**
 * Purity of one class.
 */
export type ClassPurity = { 
/**
 * The label.
 */
label: string, 
/**
 * Rows with it.
 */
rows: number, 
/**
 * Mean share of their neighbours with the same label, 0 to 1.
 */
purity: number, 
/**
 * The same share for neighbours picked at random.
 */
chance: number, };

/**
 * Clusters of one size.
 */
export type ClusterSize = { 
/**
 * Sequences of each of these clusters.
 */
sequences: number, 
/**
 * Clusters of this size.
 */
clusters: number, };

/**
 * The clusters of an answer.
 */
export type ClusterSummary = { 
/**
 * Clusters of the labelled rows, at least 2.
 */
count: number, 
/**
 * How many clusters there are of each size, the largest first.
 */
sizes: Array<ClusterSize>, 
/**
 * Estimated identity from which two sequences are linked, 0 to 1.
 */
identity: number, 
/**
 * Letters, or domains, of a word.
 */
word: number, };

/**
 * A coding sequence of a protein.
 */
export type CodingSequence = { 
/**
 * Name of the protein.
 */
id: string, 
/**
 * Its coding sequence.
 */
sequence: string, 
/**
 * Share of G and C among all letters, 0 to 1.
 */
gc: number | null, 
/**
 * Share of G and C among third letters, 0 to 1.
 */
gc3: number | null, };

/**
 * Asks for the share of each of the 64 codons, AAA to TTT, in each coding sequence in frame. Codons with other letters do
 * not count; the answer names them, and sequences whose frame is broken.
 */
export type CodonFrequenciesRequest = { 
/**
 * Coding sequences in frame, or with headers that give the frame (NCBI). On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Number of the genetic code in the NCBI's list, by which stops inside a sequence are found. A table that all headers name
 * counts first.
 * @default 1
 */
table?: number, };

/**
 * Asks how often each codon is used, by sequence or by group of sequences.
 */
export type CodonsRequest = { 
/**
 * Coding sequences in frame, or with headers that give the frame (NCBI). On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Number of the genetic code in the NCBI's list: 1 standard, 11 bacteria. A table that all headers name counts first.
 * @default 1
 */
table?: number, 
/**
 * One group per sequence; without it, each sequence is counted by itself.
 */
groups?: Column | null, };

/**
 * Codon usage of each sequence or group, and of all together.
 */
export type CodonsResponse = { 
/**
 * Number of the genetic code.
 */
table: number, 
/**
 * The 64 codons, AAA to TTT: the order of all lists of 64.
 */
codons: Array<string>, 
/**
 * The residue of each codon; stops are `*`.
 */
aminoAcids: string, 
/**
 * In the order in which they first appear.
 */
groups: Array<GroupUsage>, 
/**
 * All sequences together.
 */
all: GroupUsage, 
/**
 * What is odd: a translation table that the headers name, or stops inside sequences.
 */
warnings: Array<Notice>, 
/**
 * Sequences that could not be used, each with its reason.
 */
refused: Array<Notice>, 
/**
 * Refused sequences beyond those listed.
 */
refusedOmitted: number, };

/**
 * One value per row (`null` where a row has none), or the name of a column of a label table.
 */
export type Column = Array<string | null> | string;

/**
 * The device that computed the products of an answer.
 */
export type Computed = { 
/**
 * GPU or CPU.
 */
device: DeviceKind, 
/**
 * One sentence: which device and why.
 */
reason: string, };

/**
 * What a change does to the protein, by the terms of the Sequence Ontology.
 */
export type Consequence = "synonymous" | "missense" | "nonsense" | "stopLost" | "startLost" | "startRetained";

/**
 * Which device is wanted.
 */
export type DeviceChoice = "auto" | "webgpu" | "cpu";

/**
 * What kind of device was opened.
 */
export type DeviceKind = "webgpu" | "cpu";

/**
 * The device of a methods record.
 */
export type DeviceRecord = { 
/**
 * GPU or CPU.
 */
kind: DeviceKind, 
/**
 * Name of the adapter.
 */
name: string, 
/**
 * Why it was chosen, as a sentence.
 */
reason: string, };

/**
 * The device that computes, and why it was chosen.
 */
export type DeviceReport = { 
/**
 * GPU or CPU.
 */
kind: DeviceKind, 
/**
 * Name of the adapter, if the browser gives it.
 */
name: string, 
/**
 * Whether it is a GPU emulated by the processor.
 */
software: boolean, 
/**
 * Why it was chosen, as a sentence.
 */
reason: string, 
/**
 * The start-up check against stored numbers; `null` on the CPU.
 */
check: Check | null, 
/**
 * Kernels that a GPU runs, found by timing them; `null` on the CPU.
 */
kernels: string | null, 
/**
 * Whether integer sums run on relaxed SIMD, which is faster and gives the same numbers.
 */
relaxedSimd: boolean, };

/**
 * What an embedding run produced; the rows themselves are asked for layer by layer.
 */
export type EmbedReport = { 
/**
 * Names of the records.
 */
ids: Array<string>, 
/**
 * Rows of each layer: one per record, or one per residue or token.
 */
rows: number, 
/**
 * Dimensions of the embedding: the numbers in each row.
 */
dims: number, 
/**
 * Layers that were kept, ascending.
 */
layers: Array<number>, 
/**
 * How the rows were pooled.
 */
pool: Pool, 
/**
 * Distinct sequences that were computed; duplicates share their numbers.
 */
unique: number, 
/**
 * Warnings, such as letters without a token.
 */
warnings: Array<Notice>, 
/**
 * Whether the run was cancelled; everything else is empty then.
 */
cancelled: boolean, 
/**
 * Records that were embedded.
 */
finished: number, 
/**
 * Seconds that the run took.
 */
seconds: number, 
/**
 * Residues (words, domains) per second.
 */
residuesPerSecond: number, 
/**
 * Windows of each record, `[records, 1]`.
 */
windows: Uint32Array, 
/**
 * Residues, words or domains of each record, `[records, 1]`.
 */
lengths: Uint32Array, 
/**
 * First row of each record and the end, `[records + 1, 1]`.
 */
offsets: Uint32Array, };

/**
 * What is kept of a forward pass.
 */
export type EmbedRequest = { 
/**
 * Hidden states to keep: `last`, `all`, or numbers such as 0, 3, 6 (0 is the token embedding).
 * @default "last"
 */
layers?: LayerChoice, 
/**
 * Rows of each record: as the authors of the model do (`auto`), the mean over residues or over all tokens, the
 * maximum, the first token (`cls`), one row per residue (`none`) or per token.
 * @default "auto"
 */
pool?: Pool, 
/**
 * Residues shared by neighbouring windows of a long sequence.
 * @default 256
 */
overlap?: number, 
/**
 * Also compute the logits of the masked language model; only `.safetensors` holds them.
 * @default false
 */
logits?: boolean, 
/**
 * Also compute contact maps; only `.safetensors` holds them.
 * @default false
 */
contacts?: boolean, 
/**
 * Refuse the run if a record has letters or domains that the model has no token for.
 * @default false
 */
strict?: boolean, 
/**
 * Read lower-case nucleotides as upper-case ones.
 * @default false
 */
upperCase?: boolean, 
/**
 * Read U as T in nucleotides.
 * @default false
 */
uracilAsThymine?: boolean, };

/**
 * Asks for the letters of sequences as one-hot columns or as rows of BLOSUM62.
 */
export type EncodeLettersRequest = { 
/**
 * Proteins or DNA; of one length unless `perResidue`. On the command line: a file. In JavaScript: by default, those of
 * the session.
 */
sequences?: SequenceSource, 
/**
 * What a letter becomes.
 * @default "oneHot"
 */
encoding?: LetterEncoding, 
/**
 * A row for each letter, named `id/position`, instead of one for each sequence.
 * @default false
 */
perResidue?: boolean, };

/**
 * Asks for layers as one file.
 */
export type ExportTableRequest = { 
/**
 * The format.
 */
format: RowFormat, 
/**
 * Layers; `.npy` and `.csv` hold the first only.
 */
layers: Array<NamedLayer>, 
/**
 * Names of the rows; without them, those of the first layer's table, or the rows' numbers from 1.
 */
ids?: Array<string> | null, 
/**
 * Texts for the header of a `.safetensors` file, beside the names.
 * @default {}
 */
metadata?: { [key in string]: string }, 
/**
 * How the rows were made, for that header; without it, what the tables themselves say.
 */
methods?: MethodsRecord | null, };

/**
 * The file.
 */
export type ExportTableResponse = { 
/**
 * Its size in bytes.
 */
bytes: number, 
/**
 * How its rows were made, for a file beside it: `.npy` and `.csv` have no place for that; `null` if it is not known.
 */
methods: MethodsRecord | null, 
/**
 * Its bytes, `[1, bytes]`.
 */
file: Uint8Array, };

/**
 * A family of models.
 */
export type Family = { 
/**
 * Its id in registries, reports and file headers, such as `esm2`.
 */
id: string, 
/**
 * Its name for people, such as `ESM-2`.
 */
name: string, 
/**
 * What it reads.
 */
granularity: Granularity, 
/**
 * What [`Pool::Auto`] stands for: the convention of the model's authors.
 */
pool: Pool, };

/**
 * One row of features per record.
 */
export type FeatureRows = { 
/**
 * Names of the records.
 */
ids: Array<string>, 
/**
 * Features of a record.
 */
columns: number, 
/**
 * What is left out: words with unknown letters, broken frames, internal stops, each with its count and its first
 * records.
 */
warnings: Array<Notice>, 
/**
 * The features, `[records, columns]`: shares from 0 to 1 of words or codons, columns of letters, or a mean
 * vector of domains.
 */
numbers: Float32Array, };

/**
 * Features of the rows: tables side by side and what is appended to them.
 *
 * On the command line `A+B` is table A beside table B.
 */
export type FeatureSet = { 
/**
 * Name in the answer; by default the names of the tables with `+` between.
 */
name?: string, 
/**
 * Tables with the same rows, `[n, ·]` each. For residues: rows of tokens, `[tokens, ·]`.
 */
of?: Array<TableRef>, 
/**
 * Columns of numbers appended to this set, one number per row each.
 */
numbers?: Array<NumberColumn>, 
/**
 * Columns of classes appended to this set, one-hot.
 */
classes?: Array<Column>, 
/**
 * Residues: first row of each sequence, counted from 0, and the number of rows. Not needed where the table knows.
 */
offsets?: Array<number>, 
/**
 * Residues: names of the sequences. Not needed where the table knows.
 */
ids?: Array<string>, };

/**
 * A file as its bytes show it.
 */
export type FileRecord = { 
/**
 * Its name, without folders.
 */
name: string, 
/**
 * SHA-256 of its bytes, by which a reader knows whether the record is about these rows.
 */
sha256: string, };

/**
 * Agreement of predicted and known numbers.
 */
export type Fit = { 
/**
 * Coefficient of determination, at most 1; `null` when all numbers are the same.
 */
r2: number | null, 
/**
 * Spearman's rank correlation, −1 to 1; `null` when either side is constant.
 */
spearman: number | null, 
/**
 * p of the permutation test of Spearman's correlation: `(1 + shuffles at least as high) / (1 + shuffles)`, so 1 without
 * shuffles; `null` where the correlation is.
 */
p: number | null, 
/**
 * Spearman's correlation of shuffled numbers.
 */
shuffled: PermutationNull, 
/**
 * What was permuted.
 */
blocks: BlockSummary, 
/**
 * Rows with a known number, which the two scores compare.
 */
rows: number, };

/**
 * How folds are made.
 */
export type FoldKind = "stratified" | "plain" | "grouped" | "clusters" | "leaveOneOut" | "given";

/**
 * Which rows are tested together.
 */
export type FoldOptions = { 
/**
 * Rows that are tested together; `stratified` by default.
 */
kind?: FoldKind, 
/**
 * Folds, from 2 to the number of rows, groups or clusters; 5 by default. Not for leave-one-out and given folds.
 */
count?: number, 
/**
 * One value per row (per sequence for residues): its group for `grouped`, its fold for `given`, or `null`. With
 * other folds, the groups are units all the same.
 */
groups?: Column | null, 
/**
 * For `clusters`: the sequences of the rows (whole ones for residues), matched by id, or by order where the rows have
 * no ids. On the command line: a file.
 */
sequences?: SequenceSource | null, 
/**
 * For `clusters`: estimated identity from which two sequences are linked, above 0 and at most 1, as of
 * `sequenceClusters`. Default: 0.5, and 0.8 for DNA. The estimate is good above 0.4, and 0.7 for DNA.
 */
identity?: number | null, };

/**
 * The folds that an answer was computed with.
 */
export type FoldSummary = { 
/**
 * How they were made.
 */
kind: FoldKind, 
/**
 * Folds of the first cross-validation.
 */
count: number, 
/**
 * The clusters of similar sequences that no fold splits; `null` for other folds.
 */
clusters: ClusterSummary | null, };

/**
 * The scale on which a model or a file describes biology.
 */
export type Granularity = "protein" | "nucleotide" | "domain";

/**
 * How a granularity is called.
 */
export type GranularityNames = { 
/**
 * The name in headings.
 */
displayName: string, 
/**
 * What a model of it reads, in a sentence.
 */
noun: string, 
/**
 * What a file of it holds, in a sentence.
 */
letters: string, 
/**
 * What the length of a sequence counts.
 */
unit: string, 
/**
 * What a model's window counts.
 */
tokenUnit: string, 
/**
 * What the letters of its files are.
 */
kind: SequenceKind, };

/**
 * Codon usage of one group.
 */
export type GroupUsage = { 
/**
 * The group, or the name of the sequence.
 */
name: string, 
/**
 * Coding sequences in the group.
 */
sequences: number, 
/**
 * Codons of all sequences.
 */
codons: number, 
/**
 * Share of G and C among all letters, 0 to 1; `null` without a codon.
 */
gc: number | null, 
/**
 * Share of G and C among third letters, 0 to 1; `null` without a codon.
 */
gc3: number | null, 
/**
 * Count of each codon, 64 numbers.
 */
counts: Array<number>, 
/**
 * Each codon per thousand codons, 64 numbers.
 */
perThousand: Array<number>, 
/**
 * Relative synonymous codon usage (Sharp and Li 1986): the count over the mean count of the synonyms, 64 numbers;
 * `null` where the residue does not occur.
 */
rscu: Array<number | null>, };

/**
 * One `key=value` field of the headers.
 */
export type HeaderField = { 
/**
 * The key.
 */
name: string, 
/**
 * The value of each record, or `null`.
 */
values: Array<string | null>, };

/**
 * A mean and the two ends of its 95 % interval.
 */
export type Interval = { 
/**
 * Mean of the values or draws; of half-samples the score of the whole sample.
 */
mean: number, 
/**
 * Standard deviation of the values or draws (divisor n − 1); of half-samples that of the score.
 */
deviation: number, 
/**
 * Lower end.
 */
low: number, 
/**
 * Upper end.
 */
high: number, 
/**
 * Values, draws or pairs of halves that count; those in which the metric is undefined do not.
 */
count: number, };

/**
 * Which rows belong together.
 */
export type JoinBy = "id" | "position";

/**
 * Asks for embeddings of the same things as one table.
 */
export type JoinRequest = { 
/**
 * Two tables or more.
 */
tables: Array<JoinTable>, 
/**
 * Which rows belong together: rows with exactly the same name, or with the same name and position (`cluster/3`, as
 * rows of domains and residues are named).
 * @default "id"
 */
by?: JoinBy, 
/**
 * With positions: one row per name, the mean over all positions that every table has.
 * @default false
 */
mean?: boolean, 
/**
 * Refuse a join that would leave out a row, instead of naming it.
 * @default false
 */
complete?: boolean, 
/**
 * Divide the numbers of each table by the root of their variance, summed over its columns, so that no table decides
 * distances alone. Without it, numbers stay as they are.
 * @default false
 */
equalWeights?: boolean, };

/**
 * The joined table; rows in the order of the first table.
 */
export type JoinResponse = { 
/**
 * Names of the rows.
 */
ids: Array<string>, 
/**
 * Rows of the joined table.
 */
rows: number, 
/**
 * Columns of all tables together.
 */
cols: number, 
/**
 * Keys that all tables have.
 */
matched: number, 
/**
 * Which columns came from which table, in their order.
 */
columns: Array<JoinedColumns>, 
/**
 * Keys that were left out.
 */
missing: Array<MissingKey>, 
/**
 * The rows, `[rows, cols]`.
 */
numbers: Float32Array, };

/**
 * One table of a join.
 */
export type JoinTable = { 
/**
 * What the answer calls it.
 */
name: string, 
/**
 * Its rows, `[n, d]`.
 */
table: TableRef, 
/**
 * Names of its rows, all different; without them, those that the table itself has.
 */
ids: Array<string> | null, };

/**
 * The columns of one table.
 */
export type JoinedColumns = { 
/**
 * The table.
 */
name: string, 
/**
 * Its first column, counted from 0.
 */
start: number, 
/**
 * The column after its last.
 */
end: number, 
/**
 * Its share of the variance of all columns before any weighting, 0 to 1: with 0.9, distances and maps are nearly its own.
 */
share: number, };

/**
 * A kernel by its name.
 */
export type KernelKind = "linear" | "rbf";

/**
 * The kernels that suited an adapter before.
 */
export type Kernels = { 
/**
 * `name` of the earlier report.
 */
adapter: string, 
/**
 * `kernels` of the earlier report.
 */
choice: string, };

/**
 * What the letters of a file are.
 */
export type KindChoice = "auto" | "protein" | "dna" | "domains" | "domain-slices";

/**
 * Asks for the share of each word of k letters in each sequence, words in alphabetical order. Words with other letters do not
 * count, and the answer says how many there are.
 */
export type KmersRequest = { 
/**
 * Proteins or DNA. On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Letters of a word: 1 is the composition; at most 4 for proteins, 8 for DNA.
 * @default 1
 */
k?: number, };

/**
 * A label table matched to the sequences by id.
 */
export type LabelsReport = { 
/**
 * Names of the columns, without the ids.
 */
columns: Array<string>, 
/**
 * For each column: the value of each sequence, `null` where it is absent, empty or missing. They stand in the order of
 * `columns` and not under their names, because a column may be called like a part of every JavaScript object.
 */
values: Array<Array<string | null>>, 
/**
 * Sequences that have a row in the table.
 */
matched: number, 
/**
 * Sequences without a row in the table.
 */
unmatched: number, 
/**
 * What was decided about the table, in one line: separator, header, ids, missing values, kinds of columns.
 */
decided: string, 
/**
 * Warnings of the reader, and what is odd about the match, with counts.
 */
warnings: Array<Notice>, };

/**
 * Hidden states by name or number.
 */
export type LayerChoice = LayerWord | Array<number>;

/**
 * Layers to compare: table references, each the rows of one layer or of all layers that it holds.
 */
export type LayerRefs = Array<TableRef>;

/**
 * Hidden states by name.
 */
export type LayerWord = "last" | "all";

/**
 * What a letter becomes.
 */
export type LetterEncoding = "oneHot" | "blosum62";

/**
 * How a model is loaded.
 */
export type LoadRequest = { 
/**
 * What the page calls the model.
 */
name: string, 
/**
 * Where its files come from, in words.
 */
source: string, 
/**
 * Precision of the linear layers. Without it, a quantized file keeps its own and others are read as f32.
 */
weights?: Precision | null, };

/**
 * The layout algorithm of a map.
 */
export type MapMethod = "pca" | "umap" | "tsne";

/**
 * The parameters of a map as they were used; those of other methods are `null`.
 */
export type MapParameters = { 
/**
 * Whether each column was scaled to mean 0 and standard deviation 1.
 */
standardised: boolean, 
/**
 * Distance between rows.
 */
metric: Metric, 
/**
 * UMAP: neighbours of each row, itself counted; all rows where they are few.
 */
neighbours: number | null, 
/**
 * UMAP: smallest distance between points, 0 to 1.
 */
minDist: number | null, 
/**
 * UMAP: epochs.
 */
epochs: number | null, 
/**
 * t-SNE: perplexity, at most (n − 1) / 3.
 */
perplexity: number | null, 
/**
 * t-SNE: iterations.
 */
iterations: number | null, 
/**
 * UMAP and t-SNE: seed of every random choice.
 */
seed: number | null, 
/**
 * UMAP and t-SNE: where the points begin, `principal components`.
 */
start: string | null, };

/**
 * Neighbours that a map keeps; 1 is perfect.
 */
export type MapQuality = { 
/**
 * Neighbours of each row: 15, or (n − 1) / 2 for few rows.
 */
k: number, 
/**
 * Are neighbours in the map neighbours in the space? 0 to 1 (Venna and Kaski 2001).
 */
trustworthiness: number, 
/**
 * Are neighbours in the space neighbours in the map? 0 to 1.
 */
continuity: number, 
/**
 * Mean share of neighbours that map and space have in common, 0 to 1.
 */
overlap: number, 
/**
 * The same share for neighbours picked at random: `k / (n − 1)`.
 */
chance: number, 
/**
 * Rows that were measured, each among all rows: all up to 5,000 rows, above that a random sample of 200 to 2,000.
 */
rows: number, 
/**
 * Whether `rows` is a sample, so that the numbers are estimates.
 */
sampled: boolean, };

/**
 * Asks for a point in the plane for each row.
 */
export type MapRequest = { 
/**
 * Rows to map, `[n, d]`, at least 3.
 */
table: TableRef, 
/**
 * Layout algorithm.
 * @default "umap"
 */
method?: MapMethod, 
/**
 * Distance between rows. Principal components are always Euclidean.
 * @default "euclidean"
 */
metric?: Metric, 
/**
 * Scale each column to mean 0 and standard deviation 1 first.
 * @default false
 */
standardise?: boolean, 
/**
 * UMAP: neighbours of each row, at least 2; the row itself is counted, as umap-learn does (`n_neighbors`).
 * @default 15
 */
neighbours?: number, 
/**
 * UMAP: smallest distance between points, 0 to 1 (`min_dist`).
 * @default 0.1
 */
minDist?: number, 
/**
 * UMAP: epochs, 1 to 100,000. Default: 500 up to 10,000 rows, 200 above (`n_epochs`).
 */
epochs?: number | null, 
/**
 * t-SNE: perplexity, above 1: the effective number of neighbours. Lowered to (n − 1) / 3 for few rows.
 * @default 30.0
 */
perplexity?: number, 
/**
 * t-SNE: iterations, 1 to 100,000 (`max_iter`).
 * @default 1000
 */
iterations?: number, 
/**
 * Seed of every random choice.
 * @default 42
 */
seed?: number, 
/**
 * One label per row, or `null`: for the silhouette and for `only`.
 */
labels?: Column | null, 
/**
 * Map only the rows with one of these labels.
 */
only?: Array<string> | null, 
/**
 * Measure how well the map keeps neighbours and groups: on all rows up to 5,000, above that on a random sample.
 * @default true
 */
quality?: boolean, 
/**
 * An earlier map of the same rows, `[n, 2]`: the new one is moved, rotated, mirrored and scaled to fit it best.
 */
align?: TableRef | null, };

/**
 * The points of the rows, and how well they keep the neighbours.
 */
export type MapResponse = { 
/**
 * Layout algorithm.
 */
method: MapMethod, 
/**
 * Rows on the map.
 */
rows: number, 
/**
 * Names of the rows, if their table has them.
 */
ids: Array<string> | null, 
/**
 * Rows of the table that are mapped, counted from 0; `null` if all are.
 */
kept: Array<number> | null, 
/**
 * Points, in arbitrary units, `[n, 2]`.
 */
points: Float32Array, 
/**
 * Share of the variance along each principal component, 0 to 1; `null` for other methods.
 */
explained: Array<number> | null, 
/**
 * Parameters as they were used.
 */
parameters: MapParameters, 
/**
 * Neighbours that the map keeps; `null` if not measured.
 */
quality: MapQuality | null, 
/**
 * How far apart the labelled groups lie; `null` if not measured, or with fewer than two groups.
 */
silhouette: MapSilhouette | null, 
/**
 * Difference from the map of `align`, 0 (same shape) to 1; `null` without `align`.
 */
disparity: number | null, };

/**
 * Mean silhouette of labelled groups, −1 to 1: 1 if groups lie apart, 0 if they touch.
 */
export type MapSilhouette = { 
/**
 * In the map, by Euclidean distance.
 */
map: number, 
/**
 * In the space, by the distance of the request.
 */
space: number, 
/**
 * Rows with a label.
 */
rows: number, 
/**
 * Different labels.
 */
groups: number, 
/**
 * Rows that were measured, each among all rows: all up to 5,000 rows, above that a random sample of 200 to 2,000.
 */
measured: number, };

/**
 * How rows were made.
 */
export type MethodsRecord = { 
/**
 * `crossgrain`
 */
tool: string, 
/**
 * Version of the engine.
 */
version: string, 
/**
 * The model, as it was loaded.
 */
model: ModelReport, 
/**
 * Precision of the linear layers.
 */
precision: Precision, 
/**
 * Layers that were kept.
 */
layers: Array<number>, 
/**
 * How rows were pooled: one of the choices of `pool`, never `auto`; or `positions` (the mean over chosen positions),
 * `positions-in-order` (their rows one after the other).
 */
pooling: string, 
/**
 * The same in words.
 */
poolingNote: string, 
/**
 * Name of the table of chosen positions.
 */
positions?: string, 
/**
 * Tokens per window; `null` where no length is too long.
 */
window: number | null, 
/**
 * Residues shared by neighbouring windows.
 */
overlap: number, 
/**
 * What computed.
 */
device: DeviceRecord, 
/**
 * What was embedded.
 */
sequences: SequencesRecord, 
/**
 * Dimensions of the embedding: the numbers in each row.
 */
width: number, 
/**
 * Seconds that the run took. Not in files: the same rows give the same bytes.
 */
seconds?: number, 
/**
 * The file that a record beside it describes.
 */
file?: FileRecord, };

/**
 * The distance between two rows.
 */
export type Metric = "euclidean" | "cosine";

/**
 * A key that some tables lack.
 */
export type MissingKey = { 
/**
 * The key.
 */
id: string, 
/**
 * Tables without it.
 */
tables: Array<string>, };

/**
 * An MLP as published.
 */
export type MlpPreset = "productClass" | "layerAblation" | "adenylation" | "halogenation";

/**
 * A loaded model.
 */
export type ModelReport = { 
/**
 * What the page calls it.
 */
name: string, 
/**
 * Where its files come from, in words.
 */
source: string, 
/**
 * Id of its family, such as `esm2`.
 */
family: string, 
/**
 * What it reads.
 */
granularity: Granularity, 
/**
 * What `pool: "auto"` stands for.
 */
pool: Pool, 
/**
 * Transformer layers or convolution blocks.
 */
layers: number, 
/**
 * Number of the last hidden state.
 */
last: number, 
/**
 * Dimensions of the hidden states, and so of an embedding.
 */
width: number, 
/**
 * Attention heads.
 */
heads: number, 
/**
 * Trainable parameters: the numbers in all weights.
 */
parameters: number, 
/**
 * Precision of the linear layers.
 */
precision: Precision, 
/**
 * Whether it came from a quantized file, such as a saved model.
 */
quantized: boolean, 
/**
 * SHA-256 of the weight files, with a space between several, in the order of their names. For a quantized file:
 * the hash of the original weights.
 */
weightsSha256: string, 
/**
 * Bytes of the weight files.
 */
weightsBytes: number, 
/**
 * Longest sequence of one pass in residues; longer ones are cut into windows. `null` where positions are unlimited.
 */
maxResidues: number | null, 
/**
 * Tokens per window, without special ones; `null` where no length is too long.
 */
window: number | null, 
/**
 * What was applied to the weights (an adapter), and what of the files is not used (a head, training state).
 */
warnings: Array<Notice>, };

/**
 * One mutant.
 */
export type MutantRecord = { 
/**
 * Its name, such as `TEM1_A123V`; of a codon `TEM1_A123V_GTT`.
 */
id: string, 
/**
 * Name of the original.
 */
original: string, 
/**
 * Residue or codon, counted from 1.
 */
position: number, 
/**
 * The codon before; `null` for proteins.
 */
from: string | null, 
/**
 * The codon after; `null` for proteins.
 */
to: string | null, 
/**
 * The residue before; a stop is `*`.
 */
residueFrom: string, 
/**
 * The residue after; a stop is `*`.
 */
residueTo: string, 
/**
 * What the change does to the protein.
 */
consequence: Consequence, 
/**
 * Bases that differ, 1 to 3; 0 for proteins.
 */
baseChanges: number, 
/**
 * The whole mutant.
 */
sequence: string, };

/**
 * Asks for every sequence that differs in one residue or one codon.
 */
export type MutantsRequest = { 
/**
 * Proteins, or coding sequences in frame or with headers that give the frame (NCBI). On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Only the mutants of this record, counted from 0.
 */
record?: number | null, 
/**
 * Number of the genetic code in the NCBI's list: 1 standard, 11 bacteria. A table that all headers name counts first.
 * @default 1
 */
table?: number, 
/**
 * Codons: most bases that a mutant may change, 1 to 3.
 * @default 3
 */
baseChanges?: number, 
/**
 * Codons: only mutants that change one residue into another, without stops.
 * @default false
 */
missenseOnly?: boolean, };

/**
 * The mutants, in order of sequence, position and replacement.
 */
export type MutantsResponse = { 
/**
 * One per change.
 */
mutants: Array<MutantRecord>, 
/**
 * What is odd: a translation table that the headers name, for example.
 */
warnings: Array<Notice>, 
/**
 * Sequences that could not be used, each with its reason.
 */
refused: Array<Notice>, 
/**
 * Refused sequences beyond those listed.
 */
refusedOmitted: number, };

/**
 * Asks whether two embeddings of the same rows have the same neighbours, more often than randomly paired rows.
 */
export type MutualKnnRequest = { 
/**
 * One embedding of the rows, `[n, d]`.
 */
a: TableRef, 
/**
 * Another embedding of the same rows in the same order, `[n, e]`.
 */
b: TableRef, 
/**
 * Neighbours of each row, from 1 to n − 1.
 * @default 10
 */
k?: number, 
/**
 * Distance between rows.
 * @default "euclidean"
 */
metric?: Metric, 
/**
 * Groups of rows that are not independent, such as families: blocks that are paired as a whole. By default the
 * sequences of rows that are named `id/position`, else the rows.
 */
groups?: Column | null, 
/**
 * Random pairings of the rows for the null distribution.
 * @default 999
 */
shuffles?: number, 
/**
 * Seed of the pairings.
 * @default 42
 */
seed?: number, 
/**
 * Device. `auto` uses a hardware GPU for large inputs. The neighbours are the same on every device.
 * @default "auto"
 */
device?: DeviceChoice, };

/**
 * The alignment of two embeddings, beside chance and randomly paired rows.
 */
export type MutualKnnResponse = { 
/**
 * Rows that were compared: those of either table.
 */
n: number, 
/**
 * Neighbours of each row.
 */
k: number, 
/**
 * Mean share of the k neighbours that both embeddings have, 0 to 1.
 */
alignment: number, 
/**
 * The share that neighbours drawn at random have in common: `k / (n − 1)`.
 */
chance: number, 
/**
 * Alignment of randomly paired rows.
 */
null: PermutationNull, 
/**
 * What was paired.
 */
blocks: BlockSummary, 
/**
 * p of the permutation test: `(1 + pairings that reach the alignment) / (1 + pairings)`, never 0.
 */
p: number, 
/**
 * Seed of the pairings.
 */
seed: number, 
/**
 * Device that computed the matrix products.
 */
computed: Computed, };

/**
 * A layer and what the file calls it.
 */
export type NamedLayer = { 
/**
 * Name of the tensor.
 */
name: string, 
/**
 * Its rows, `[n, d]`.
 */
table: TableRef, };

/**
 * A sequence as it was read.
 */
export type NamedSequence = { 
/**
 * Its name.
 */
id: string, 
/**
 * Rest of its header line.
 */
description: string, 
/**
 * Residues, nucleotides, or domains with `;` between them.
 */
sequence: string, };

/**
 * What the k nearest neighbours of all mutants have in common with them.
 */
export type Neighbourhood = { 
/**
 * Neighbours of each mutant.
 */
k: number, 
/**
 * Share of neighbours with the same new amino acid, 0 to 1.
 */
accuracy: number, 
/**
 * The same share for neighbours picked at random.
 */
chance: number, 
/**
 * Median distance along the sequence between a mutant and its neighbours, in residues.
 */
medianDistance: number, 
/**
 * The same median over all pairs of mutants: what neighbours picked at random would give, in residues.
 */
chanceDistance: number, 
/**
 * Mutants whose k-th neighbour is no nearer than the next: which of the two counts is decided by their order.
 */
ties: number, 
/**
 * Neighbours by distance along the sequence: 0, 1, 2 … residues.
 */
distances: Array<number>, };

/**
 * Asks whether the nearest neighbours of a mutant have its new amino acid, and how far along the sequence they lie.
 */
export type NeighbourhoodRequest = { 
/**
 * One row per single mutant, `[n, d]`.
 */
table: TableRef, 
/**
 * Mutated position of each row, counted from 1.
 */
positions: NumberColumn, 
/**
 * New amino acid of each row, one letter.
 */
aminoAcids: Column, 
/**
 * Numbers of neighbours; one answer for each.
 * @default [10]
 */
ks?: Array<number>, 
/**
 * Distance between rows.
 * @default "euclidean"
 */
metric?: Metric, };

/**
 * One answer per number of neighbours.
 */
export type NeighbourhoodResponse = { 
/**
 * The 20 amino acids, in the order of the heat maps.
 */
aminoAcids: string, 
/**
 * In the order of `ks`.
 */
answers: Array<Neighbourhood>, 
/**
 * Share of the neighbours of mutants to one amino acid (row) that have another (column): 20 rows for each k,
 * `[20 · ks, 20]`.
 */
heat: Float64Array, };

/**
 * Asks for the nearest rows of each row, or of rows outside the table.
 */
export type NeighboursRequest = { 
/**
 * Rows to search, `[n, d]`.
 */
table: TableRef, 
/**
 * Rows to find neighbours for, `[m, d]`. Without it, each row's nearest other rows are found.
 */
queries?: TableRef | null, 
/**
 * Neighbours of each row, from 1 to the number of other rows.
 * @default 10
 */
k?: number, 
/**
 * Distance between rows.
 * @default "euclidean"
 */
metric?: Metric, 
/**
 * Device. `auto` uses a hardware GPU for large inputs. The neighbours are the same on every device.
 * @default "auto"
 */
device?: DeviceChoice, };

/**
 * The neighbours of each row, nearest first.
 */
export type NeighboursResponse = { 
/**
 * Rows with neighbours: m, or n without queries.
 */
rows: number, 
/**
 * Neighbours of each row.
 */
k: number, 
/**
 * Rows whose k-th neighbour is no nearer than the next: which of the two is listed is decided by their order.
 */
ties: number, 
/**
 * Rows of the table, counted from 0, `[rows, k]`.
 */
indices: Uint32Array, 
/**
 * Distances to them, in the units of the rows (cosine: 0 to 2), `[rows, k]`.
 */
distances: Float32Array, 
/**
 * Device that computed the matrix products.
 */
computed: Computed, };

/**
 * A problem in a form that can be shown, stored and tested.
 */
export type Notice = { 
/**
 * Stable identifier such as `fasta.empty_record`: a zone, a full stop and a problem.
 */
code: string, 
/**
 * What happened: a lower-case sentence without a full stop.
 */
message: string, 
/**
 * Where it happened.
 */
where: Where, 
/**
 * What the user can do about it; may be empty.
 */
hint: string, };

/**
 * One number per row, or the name of a column of a label table.
 */
export type NumberColumn = Array<number> | string;

/**
 * Which device to open.
 */
export type OpenRequest = { 
/**
 * The device that is wanted.
 * @default "auto"
 */
device?: DeviceChoice, 
/**
 * Why the CPU was chosen, if the caller knows more than the session. It completes "CPU, because …".
 */
because?: string | null, 
/**
 * The adapter and kernels of an earlier report; that adapter is then not tuned again.
 */
kernels?: Kernels | null, };

/**
 * Asks how many of the k nearest neighbours of each row are the same in two tables.
 */
export type OverlapRequest = { 
/**
 * One embedding of the rows, `[n, d]`.
 */
a: TableRef, 
/**
 * Another embedding of the same rows in the same order, `[n, e]`.
 */
b: TableRef, 
/**
 * Neighbours of each row, from 1 to n − 1.
 * @default 10
 */
k?: number, 
/**
 * Distance between rows.
 * @default "euclidean"
 */
metric?: Metric, 
/**
 * Device. `auto` uses a hardware GPU for large inputs. The neighbours are the same on every device.
 * @default "auto"
 */
device?: DeviceChoice, };

/**
 * How many neighbours two embeddings share.
 */
export type OverlapResponse = { 
/**
 * Neighbours of each row.
 */
k: number, 
/**
 * Mean share of the k neighbours that both have, 0 to 1.
 */
shared: number, 
/**
 * Mean Jaccard index of the two sets of neighbours, 0 to 1.
 */
jaccard: number, 
/**
 * Shared neighbours of random sets: `k / (n − 1)`.
 */
chance: number, 
/**
 * Share of each row, 0 to 1, `[n, 1]`.
 */
rows: Float32Array, 
/**
 * Device that computed the matrix products.
 */
computed: Computed, };

/**
 * The middle of a null distribution.
 */
export type PermutationNull = { 
/**
 * Mean of the statistic over the permutations; `None` without permutations.
 */
mean: number | null, 
/**
 * The 2.5 % quantile, by nearest rank; `None` without permutations.
 */
low: number | null, 
/**
 * The 97.5 % quantile, by nearest rank; `None` without permutations.
 */
high: number | null, 
/**
 * Number of permutations that were drawn.
 */
shuffles: number, };

/**
 * Which rows of a sequence make its result.
 */
export type Pool = "auto" | "mean" | "mean-tokens" | "max" | "cls" | "none" | "tokens";

/**
 * Positions of each sequence.
 */
export type PositionList = { [key in string]: Array<number> } | string;

/**
 * How the rows of chosen positions become one row.
 */
export type PositionPooling = "mean" | "concatenated";

/**
 * Asks for the rows of chosen residues, words or domains, as one row per sequence.
 */
export type PositionsRequest = { 
/**
 * One row per residue, word or domain, `[Σ l, d]`.
 */
table: TableRef, 
/**
 * Names of the sequences; without them, those that the table itself has.
 */
ids?: Array<string> | null, 
/**
 * First row of each sequence and the end, n + 1 numbers; without them, those that the table itself has.
 */
offsets?: Array<number> | null, 
/**
 * The positions, counted from 1.
 */
positions: PositionList, 
/**
 * How the rows of a sequence become one: their mean, or one after the other.
 * @default "mean"
 */
how?: PositionPooling, };

/**
 * One row per sequence that has all of its positions.
 */
export type PositionsResponse = { 
/**
 * Names of the sequences that were kept.
 */
ids: Array<string>, 
/**
 * Their numbers, counted from 0.
 */
kept: Array<number>, 
/**
 * Sequences that were kept.
 */
rows: number, 
/**
 * Numbers of a row: d, or positions · d.
 */
cols: number, 
/**
 * Sequences that were left out, each with its reason.
 */
leftOut: Array<Notice>, 
/**
 * Lines of the table that could not be read.
 */
refused: Array<Notice>, 
/**
 * The rows, `[rows, cols]`.
 */
numbers: Float32Array, };

/**
 * How the weights of a model's linear layers are kept.
 */
export type Precision = "f32" | "f16" | "int8" | "int4";

/**
 * Asks for the label or the number of each query, as its nearest neighbours in a table suggest. Rows of the table
 * without a label or number are left out.
 */
export type PredictRequest = { 
/**
 * Rows whose labels or numbers are known, `[n, d]`.
 */
table: TableRef, 
/**
 * Rows to predict, `[m, d]`. Without it, each row is predicted from the other rows.
 */
queries?: TableRef | null, 
/**
 * One label per row of the table. Give either labels or numbers.
 */
labels?: Column | null, 
/**
 * One number per row of the table.
 */
values?: NumberColumn | null, 
/**
 * Neighbours of each row, from 1 to the number of rows.
 * @default 10
 */
k?: number, 
/**
 * Distance between rows.
 * @default "euclidean"
 */
metric?: Metric, 
/**
 * Weight of a neighbour: the same for all, or 1 / distance.
 * @default "equal"
 */
weighting?: Weighting, 
/**
 * Groups of rows that are not independent, such as families: blocks whose numbers are permuted as a whole. By default
 * the sequences of rows that are named `id/position`, else the rows.
 */
groups?: Column | null, 
/**
 * Permutations of the numbers for the null distribution of the fit; none are made for labels or queries.
 * @default 999
 */
shuffles?: number, 
/**
 * Seed of the permutations.
 * @default 42
 */
seed?: number, 
/**
 * Device. `auto` uses a hardware GPU for large inputs. The neighbours are the same on every device.
 * @default "auto"
 */
device?: DeviceChoice, };

/**
 * One prediction per query.
 */
export type PredictResponse = { 
/**
 * The label with the largest weight; `null` when numbers were asked for.
 */
labels: Array<string> | null, 
/**
 * Share of the weight of all neighbours that this label has, 0 to 1.
 */
shares: Array<number> | null, 
/**
 * The weighted mean of the neighbours' numbers; `null` when labels were asked for.
 */
values: Array<number> | null, 
/**
 * How well the rows of the table predict one another; `null` with queries or labels.
 */
fit: Fit | null, 
/**
 * Rows of the table without a label or number, which were left out.
 */
unlabelled: number, 
/**
 * Device that computed the matrix products.
 */
computed: Computed, };

/**
 * The metrics of one class or label against all others.
 */
export type ProbeClass = { 
/**
 * The class or label.
 */
label: string, 
/**
 * Tested rows that hold it.
 */
support: number, 
/**
 * Its metrics.
 */
scores: Array<ProbeClassScore>, };

/**
 * One metric of one class or label.
 */
export type ProbeClassScore = { 
/**
 * The metric.
 */
metric: ClassMetric, 
/**
 * Mean over the seeds; `null` if undefined.
 */
value: number | null, 
/**
 * 95 % interval from half-samples; `null` if undefined, or intervals are as published.
 */
interval: Interval | null, };

/**
 * A feature set compared with the first.
 */
export type ProbeComparison = { 
/**
 * Headline metric of this set minus that of the first.
 */
difference: Interval, 
/**
 * Two-sided p of no difference.
 */
p: number, 
/**
 * The same, corrected for all comparisons of the answer (Holm).
 */
pHolm: number, };

/**
 * How sure scores and differences are said to be.
 */
export type ProbeIntervalKind = "halfSamples" | "asPublished";

/**
 * A metric, under the name that scikit-learn gives it.
 */
export type ProbeMetric = "macro_auroc" | "weighted_auroc" | "micro_auroc" | "accuracy" | "macro_f1" | "weighted_f1" | "micro_f1" | "macro_precision" | "weighted_precision" | "micro_precision" | "macro_recall" | "weighted_recall" | "micro_recall" | "mcc" | "macro_auprc" | "brier" | "spearman" | "r2" | "rmse";

/**
 * A small model and its parameters; what is left out has its default.
 */
export type ProbeModel = { "kind": "linear", 
/**
 * Inverse strength of the penalty of the logistic regression, above 0; 1 by default.
 */
c?: number, 
/**
 * Strength of the penalty of the ridge regression, 0 or more; 1 by default.
 */
alpha?: number, 
/**
 * Choose the penalty of each fold by a cross-validation inside its training rows: `c` of 0.001 to 1000 or `alpha` of
 * 10000 to 0.001, in powers of ten. The inner folds are the other folds, so at least three are needed; `c` and
 * `alpha` do not count then.
 */
choose?: boolean, } | { "kind": "mlp", 
/**
 * Paper whose architecture and training schedule are used; `productClass` by default.
 */
preset?: MlpPreset, 
/**
 * Widths of the hidden layers.
 */
hidden?: Array<number>, 
/**
 * Strength of the L2 penalty, 0 or more.
 */
alpha?: number, 
/**
 * Most epochs.
 */
epochs?: number, 
/**
 * Epochs without improvement before early stopping.
 */
patience?: number, } | { "kind": "forest", 
/**
 * Trees; 100 by default.
 */
trees?: number, };

/**
 * A metric under permuted labels: what the model scores by chance.
 */
export type ProbePermutations = { 
/**
 * Mean over the permutations.
 */
mean: number | null, 
/**
 * 2.5 % quantile.
 */
low: number | null, 
/**
 * 97.5 % quantile.
 */
high: number | null, 
/**
 * Permutations with a value.
 */
shuffles: number, 
/**
 * One-sided p: `(1 + permutations as good as the run of the same seed) / (1 + permutations)`, never 0.
 */
p: number, };

/**
 * Asks for the cross-validated scores of a small model that predicts labels from features. Rows without a label are
 * left out.
 */
export type ProbeRequest = { 
/**
 * Feature sets of the same rows; each is compared with the first. On the command line, A+B is A beside B.
 */
features: Array<FeatureSet>, 
/**
 * One label per row, or `null`. For residues: one string per sequence, one letter per residue.
 */
labels: Column, 
/**
 * What the labels are. Default: numbers if all are numbers, 11 or more differ and they are no codes, labels if one
 * holds the separator, else classes.
 */
task?: Task | null, 
/**
 * Character between the labels of a row with several.
 * @default ";"
 */
separator?: string, 
/**
 * Model.
 * @default {"kind":"linear"}
 */
model?: ProbeModel, 
/**
 * Which rows are tested together.
 * @default {"count":5,"groups":null,"kind":"stratified"}
 */
folds?: FoldOptions, 
/**
 * Columns of numbers appended to every feature set, such as GC content.
 * @default []
 */
withNumbers?: Array<NumberColumn>, 
/**
 * Columns of classes appended to every feature set, one-hot, such as the species.
 * @default []
 */
withClasses?: Array<Column>, 
/**
 * Labels are strings with one letter per residue, and feature sets hold rows of residues or tokens.
 * @default false
 */
perResidue?: boolean, 
/**
 * Residues that one row stands for, at least 1, such as 2 for 6-mers of DNA: one number, or one per feature set.
 * Only per residue.
 * @default [1]
 */
residuesPerToken?: Array<number>, 
/**
 * Letters that stand for "no label", such as residues that are not resolved. Only per residue.
 * @default "?-.X"
 */
unlabelled?: string, 
/**
 * Take each layer of the first table as a feature set of its own.
 * @default false
 */
eachLayer?: boolean, 
/**
 * Seeds of folds and models: one cross-validation each.
 * @default [42]
 */
seeds?: Array<number>, 
/**
 * Groups of rows that are not independent (of sequences for residues): they are permuted and halved together. By
 * default the groups or clusters of the folds, else copies of a row, else the rows; sequences for residues.
 */
units?: Column | null, 
/**
 * Groups, such as species or families (of sequences for residues), inside which the predictions are scored as well: beside
 * each score stands the mean of the scores among the tested rows of each group, weighted by these rows.
 */
within?: Column | null, 
/**
 * Cross-validations of the first feature set with permuted labels, for its p; the seeds take turns. Default: 99, and
 * 19 per residue, where each takes much longer.
 */
shuffles?: number | null, 
/**
 * How sure scores and differences are said to be.
 * @default "halfSamples"
 */
intervals?: ProbeIntervalKind, 
/**
 * Pairs of halves of the data on which each feature set is probed again, at least 5; 0 leaves intervals out. Default: 15,
 * and 8 per residue.
 */
halves?: number | null, 
/**
 * Draws of each bootstrap. Only for intervals as published.
 * @default 2000
 */
draws?: number, };

/**
 * Scores of every feature set, and the predictions of the first.
 */
export type ProbeResponse = { 
/**
 * What was learnt.
 */
task: Task, 
/**
 * Classes or labels in alphabetical order: the columns of `predictions`; empty for numbers.
 */
classes: Array<string>, 
/**
 * Labelled rows, or residues.
 */
rows: number, 
/**
 * Rows, or residues, without a label.
 */
unlabelled: number, 
/**
 * How residues belong to sequences and rows; `null` for labels of rows.
 */
residues: ResidueCounts | null, 
/**
 * Model with its parameters as they were used.
 */
model: ProbeModel, 
/**
 * Folds of a cross-validation.
 */
folds: FoldSummary, 
/**
 * Seeds of folds and models; the first also seeds permutations, halves and draws.
 */
seeds: Array<number>, 
/**
 * What is independent of one another: the unit of permutations and halves.
 */
units: UnitSummary, 
/**
 * The groups inside which scores are computed as well; `null` if none are asked for.
 */
within: ProbeWithinGroups | null, 
/**
 * Cross-validations with permuted labels.
 */
shuffles: number, 
/**
 * How sure scores and differences are said to be.
 */
intervals: ProbeIntervalKind, 
/**
 * What the intervals are intervals of, in words.
 */
intervalOf: string, 
/**
 * Pairs of halves; 0 for intervals as published.
 */
halves: number, 
/**
 * Draws of each bootstrap; 0 unless intervals are as published.
 */
draws: number, 
/**
 * Feature sets that were compared with the first: `p_holm` is corrected for as many.
 */
comparisons: number, 
/**
 * Scores, in the order of the feature sets.
 */
tables: Array<ProbeTable>, 
/**
 * Rows by true class (row) and predicted class (column), of the first set, mean over the seeds; `null` unless classes.
 */
confusion: Array<Array<number>> | null, 
/**
 * What makes the scores uncertain, and what is odd about the labels.
 */
warnings: Array<Notice>, 
/**
 * Names of the rows of `predictions`: those of the table, or their numbers from 1; `id/position` for residues.
 */
ids: Array<string>, 
/**
 * Out-of-fold predictions of the first set, mean over the seeds: a probability per class or label, or a number;
 * 0 for rows that are never tested, `[rows, classes or 1]`.
 */
predictions: Float32Array, 
/**
 * Out-of-fold predictions of the first set under each seed, seed after seed, `[seeds · rows, classes or 1]`.
 */
seedPredictions: Float32Array, 
/**
 * The fold in which each row is tested under each seed, counted from 1; 0 for rows that are never tested,
 * `[rows, seeds]`.
 */
foldOfRows: Uint32Array, };

/**
 * One metric.
 */
export type ProbeScore = { 
/**
 * The metric.
 */
metric: ProbeMetric, 
/**
 * Out-of-fold predictions of all folds scored together, mean over the seeds; `null` if undefined.
 */
value: number | null, 
/**
 * 95 % interval; `intervalOf` says of what. `null` if undefined in too many halves or draws.
 */
interval: Interval | null, 
/**
 * The metric inside groups, beside that of all rows; `null` unless groups are asked for.
 */
within: ProbeWithin | null, 
/**
 * The metric under permuted labels, and the p of the score; `null` except for the first set.
 */
permuted: ProbePermutations | null, 
/**
 * The score of each seed; `null` if undefined.
 */
ofSeeds: Array<number | null>, 
/**
 * Student's t interval of the mean over the seeds, 95 %: the spread of folds and models alone, not of samples. `null`
 * for one seed.
 */
overSeeds: Interval | null, 
/**
 * 2.5 % and 97.5 % quantiles over the seeds; `null` for one seed.
 */
percentilesOverSeeds: Interval | null, 
/**
 * Mean over the folds of all seeds, each scored alone; `null` when one row is left out at a time.
 */
meanOfFolds: number | null, 
/**
 * Predicting the same for every row: the share of each class (or the mean) of the training rows, mean over the seeds.
 */
constant: number | null, };

/**
 * The scores of one feature set.
 */
export type ProbeTable = { 
/**
 * Name of the feature set.
 */
name: string, 
/**
 * Columns of its features, appended ones included.
 */
columns: number, 
/**
 * All metrics of the task; the first is the headline.
 */
scores: Array<ProbeScore>, 
/**
 * Headline metric of this set minus that of the first set, on the same folds and halves: positive if this set is
 * better (worse for errors); `null` for the first set, or if undefined.
 */
minusFirst: ProbeComparison | null, 
/**
 * Metrics of each class or label; empty for numbers.
 */
classes: Array<ProbeClass>, 
/**
 * Probabilities beside how often they were right, all seeds and classes together; empty for numbers.
 */
reliability: Array<ReliabilityBin>, 
/**
 * The strength of the penalty (C or alpha) that each fold of each seed chose, seed after seed; `null` where it was given.
 * `[seeds · folds]`
 */
penalties: Array<number> | null, };

/**
 * A metric inside groups.
 */
export type ProbeWithin = { 
/**
 * Mean over the groups, weighted by their tested rows, of the metric among the rows of each; mean over the seeds; `null`
 * if no group has one.
 */
value: number | null, 
/**
 * Groups with a value under the first seed: at most those that are judged.
 */
groups: number, 
/**
 * 95 % interval by half-samples, of the expected score inside groups; `null` for intervals as published, or if
 * undefined in too many halves.
 */
interval: Interval | null, };

/**
 * What scores inside groups are means of.
 */
export type ProbeWithinGroups = { 
/**
 * The same in words.
 */
of: string, 
/**
 * Groups that are judged.
 */
judged: number, 
/**
 * Tested rows, or residues, of these groups.
 */
rows: number, 
/**
 * Groups that are left out because they have fewer tested rows than `leastRows`.
 */
tooFew: number, 
/**
 * Groups that are left out because all their rows have the same class, labels or number.
 */
oneClass: number, 
/**
 * Tested rows, or residues, of no group.
 */
withoutGroup: number, 
/**
 * Tested rows from which a group is judged.
 */
leastRows: number, };

/**
 * How far a long call has come; at most ten of these a second.
 */
export type ProgressEvent = { 
/**
 * What is being done.
 */
stage: Stage, 
/**
 * Units that are done.
 */
done: number, 
/**
 * Units in all.
 */
total: number, 
/**
 * What is counted.
 */
unit: string, 
/**
 * Residues (words, domains) per second, while embedding.
 */
residuesPerSecond?: number, 
/**
 * Seconds that the stage still takes at this speed, while embedding.
 */
secondsLeft?: number, };

/**
 * Asks how often the nearest neighbours of a row have its label. Rows without a label are left out.
 */
export type PurityRequest = { 
/**
 * Rows, `[n, d]`.
 */
table: TableRef, 
/**
 * One label per row, or `null`.
 */
labels: Column, 
/**
 * Neighbours of each row, from 1 to the number of other labelled rows.
 * @default 10
 */
k?: number, 
/**
 * Distance between rows.
 * @default "euclidean"
 */
metric?: Metric, 
/**
 * Groups of rows that are not independent, such as families: blocks whose labels are permuted as a whole. By default
 * the sequences of rows that are named `id/position`, else the rows.
 */
groups?: Column | null, 
/**
 * Permutations of the labels for the null distribution.
 * @default 999
 */
shuffles?: number, 
/**
 * Seed of the permutations.
 * @default 42
 */
seed?: number, 
/**
 * Device. `auto` uses a hardware GPU for large inputs. The neighbours are the same on every device.
 * @default "auto"
 */
device?: DeviceChoice, };

/**
 * How pure neighbourhoods are, compared with chance and with shuffled labels.
 */
export type PurityResponse = { 
/**
 * Neighbours of each row.
 */
k: number, 
/**
 * Rows with a label.
 */
rows: number, 
/**
 * Rows whose k-th neighbour is no nearer than the next: which of the two counts is decided by their order.
 */
ties: number, 
/**
 * Mean share of neighbours with the same label, 0 to 1.
 */
mean: number, 
/**
 * The same share for neighbours picked at random, from the sizes of the classes.
 */
chance: number, 
/**
 * p of the permutation test: `(1 + shuffles at least as pure) / (1 + shuffles)`, so 1 without shuffles.
 */
p: number, 
/**
 * Purity of shuffled labels.
 */
shuffled: PermutationNull, 
/**
 * What was permuted.
 */
blocks: BlockSummary, 
/**
 * Purity of each class, in alphabetical order.
 */
classes: Array<ClassPurity>, 
/**
 * Seed of the permutations.
 */
seed: number, 
/**
 * Device that computed the matrix products.
 */
computed: Computed, };

/**
 * Asks for rows of independent normal numbers with variance 1 / columns.
 */
export type RandomFeaturesRequest = { 
/**
 * Rows, at least 1.
 */
rows: number, 
/**
 * Features of each row, at least 1.
 */
columns: number, 
/**
 * Seed of the draws.
 * @default 42
 */
seed?: number, };

/**
 * The rows.
 */
export type RandomFeaturesResponse = { 
/**
 * Random features of each row.
 */
columns: number, 
/**
 * The numbers, `[rows, columns]`.
 */
numbers: Float32Array, };

/**
 * Asks for the mean, over each list of domains, of a vector that is drawn at random for each domain.
 */
export type RandomVectorsRequest = { 
/**
 * Lists of domains. On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Numbers per domain; 256 as in BiGCARP's own embedding.
 * @default 256
 */
width?: number, 
/**
 * Seed of the draws.
 * @default 42
 */
seed?: number, };

/**
 * How a file or a list of sequences is read.
 */
export type ReadRequest = { 
/**
 * Name of the file, for messages.
 */
name?: string | null, 
/**
 * What the letters are. `auto` lets the reader decide for each file.
 * @default "auto"
 */
kind?: KindChoice, 
/**
 * Translate coding sequences by this NCBI table (1 standard, 11 bacteria) for a protein model. A table that the file
 * names for a gene counts before it.
 */
translate?: number | null, };

/**
 * Asks for sequences by name.
 */
export type RecordsRequest = { 
/**
 * On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Names of the wanted sequences, in the order of the answer. Default: all sequences.
 */
ids?: Array<string> | null, };

/**
 * The sequences that were found.
 */
export type RecordsResponse = { 
/**
 * One per name that is known.
 */
records: Array<NamedSequence>, 
/**
 * Wanted names that no sequence has.
 */
unknown: Array<string>, };

/**
 * Probabilities of about the same size, and how often they were right.
 */
export type ReliabilityBin = { 
/**
 * Lower end of the probabilities.
 */
low: number, 
/**
 * Upper end.
 */
high: number, 
/**
 * Probabilities in it, over all tested rows and classes or labels.
 */
count: number, 
/**
 * Their mean; `null` for none.
 */
predicted: number | null, 
/**
 * Share of them whose class or label was true; `null` for none.
 */
observed: number | null, };

/**
 * How the residues of an answer belong to sequences and rows.
 */
export type ResidueCounts = { 
/**
 * Sequences with labelled residues.
 */
sequences: number, 
/**
 * Residues of one row, for each feature set.
 */
residuesPerToken: Array<number>, 
/**
 * Labelled residues that a table has no row for.
 */
withoutToken: number, };

/**
 * A format by its ending.
 */
export type RowFormat = "npy" | "csv" | "safetensors";

/**
 * Asks for another coding sequence of each protein, with the same start codon.
 */
export type SampleCodonsRequest = { 
/**
 * Coding sequences in frame, or with headers that give the frame (NCBI). On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Number of the genetic code in the NCBI's list: 1 standard, 11 bacteria. A table that all headers name counts first.
 * @default 1
 */
table?: number, 
/**
 * How codons are chosen: shuffle the codons of each amino acid among its positions, draw uniformly from the
 * synonyms, or leave them as they are.
 * @default "permuted"
 */
how?: Sampling, 
/**
 * Draw stop codons too; without it they stay as they are. A start codon in the first place always stays.
 * @default false
 */
stops?: boolean, 
/**
 * Seed of the draws; each sequence has draws of its own.
 * @default 42
 */
seed?: number, };

/**
 * The new sequences; each is checked to give the same protein.
 */
export type SampleCodonsResponse = { 
/**
 * The sequences, in the order given.
 */
records: Array<SequenceRecord>, 
/**
 * Codons that differ from the originals, over all sequences.
 */
changed: number, 
/**
 * What is odd: a translation table that the headers name, or stops inside sequences.
 */
warnings: Array<Notice>, 
/**
 * Sequences that could not be used, each with its reason.
 */
refused: Array<Notice>, 
/**
 * Refused sequences beyond those listed.
 */
refusedOmitted: number, 
/**
 * Seed of the draws.
 */
seed: number, };

/**
 * How codons are chosen.
 */
export type Sampling = "true" | "permuted" | "uniform";

/**
 * How a model is written.
 */
export type SaveRequest = { 
/**
 * Name of the model in the file.
 */
name: string, 
/**
 * Precision of the linear layers; everything else stays as it is.
 */
weights: Precision, 
/**
 * SHA-256 of the original weights, as `loadModel` reported it.
 */
weightsSha256: string, };

/**
 * Asks which sequences are so alike that they must not be split between training and test. The identity of two
 * sequences is estimated from the words of letters that they share; clusters are what links at or above it connect
 * (single linkage).
 */
export type SequenceClustersRequest = { 
/**
 * Proteins, DNA or lists of domains. On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Estimated identity from which two sequences are linked, above 0 and at most 1. Default: 0.5, and 0.8 for DNA. The estimate
 * is good above 0.4, and 0.7 for DNA; relatives below it need an alignment.
 */
identity?: number | null, };

/**
 * The cluster of each sequence.
 */
export type SequenceClustersResponse = { 
/**
 * Names of the sequences.
 */
ids: Array<string>, 
/**
 * The cluster of each, counted from 1 in the order of their first sequences.
 */
clusters: Array<number>, 
/**
 * Clusters, at least 1.
 */
count: number, 
/**
 * Sequences of the largest cluster.
 */
largest: number, 
/**
 * Clusters of one sequence.
 */
singletons: number, 
/**
 * Estimated identity from which two sequences are linked, 0 to 1.
 */
identity: number, 
/**
 * Letters, or domains, of a word.
 */
word: number, 
/**
 * Sequences without a whole word: too short, or of unknown letters. Only copies of them are found.
 */
withoutWord: number, };

/**
 * What the letters of a file stand for.
 */
export type SequenceKind = "protein" | "dna" | "domains";

/**
 * A sequence and its name.
 */
export type SequenceRecord = { 
/**
 * Name of the sequence.
 */
id: string, 
/**
 * Residues, nucleotides, or domains with `;` between them.
 */
sequence: string, };

/**
 * Sequences in the request itself, a file by its name, or (left out) those that the session holds.
 */
export type SequenceSource = Array<SequenceRecord> | string | null;

/**
 * The sequences of a methods record.
 */
export type SequencesRecord = { 
/**
 * What they are, as the model reads them.
 */
kind: SequenceKind, 
/**
 * The NCBI genetic code by which coding sequences were translated; a code that the file names for a gene counts
 * before it. `null` if nothing was translated.
 */
translatedBy: number | null, 
/**
 * Whether they are the residues of single domains of a GenBank file.
 */
domainSlices: boolean, 
/**
 * Whether lower-case nucleotides were read as upper-case ones.
 */
upperCase: boolean, 
/**
 * Whether U was read as T in nucleotides.
 */
uracilAsThymine: boolean, 
/**
 * Records that were read, before duplicates are found.
 */
records: number, 
/**
 * Distinct sequences.
 */
distinct: number, 
/**
 * Residues, words or domains of all records.
 */
residues: number, 
/**
 * Records that were refused.
 */
refused: number, 
/**
 * Records that were cut into several windows.
 */
inSeveralWindows: number, 
/**
 * Windows of the longest record.
 */
mostWindows: number, };

/**
 * The accepted records of a file, with the warnings and refusals of the reader.
 */
export type SequencesReport = { 
/**
 * What the records are.
 */
kind: SequenceKind, 
/**
 * What the letters of the file are, before any translation.
 */
detected: SequenceKind, 
/**
 * Whether the file was compressed.
 */
gzip: boolean, 
/**
 * Records that were accepted.
 */
count: number, 
/**
 * Residues, nucleotides or domains of all records.
 */
residues: number, 
/**
 * Names of the records.
 */
ids: Array<string>, 
/**
 * Rest of their header lines.
 */
descriptions: Array<string>, 
/**
 * Residues, nucleotides or domains of each record, `[records, 1]`.
 */
lengths: Uint32Array, 
/**
 * `key=value` words of the headers.
 */
fields: Array<HeaderField>, 
/**
 * Warnings: records that were changed or look wrong.
 */
warnings: Array<Notice>, 
/**
 * Warnings beyond those listed.
 */
warningsOmitted: number, 
/**
 * Records that were left out, each with its reason.
 */
refusals: Array<Notice>, 
/**
 * Refusals beyond those listed.
 */
refusalsOmitted: number, };

/**
 * Asks for the same sequences with the letters of each in random order; of lists of domains, with the domains of each
 * in random order. Whatever these sequences score as well as the real ones is not read from their order.
 */
export type ShuffleSequencesRequest = { 
/**
 * Proteins, DNA or lists of domains. On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Seed of the order; each sequence has draws of its own.
 * @default 42
 */
seed?: number, };

/**
 * The shuffled sequences, under the names of the originals.
 */
export type ShuffleSequencesResponse = { 
/**
 * The sequences, in the order given.
 */
records: Array<SequenceRecord>, 
/**
 * What they are.
 */
kind: SequenceKind, 
/**
 * Seed of the order.
 */
seed: number, };

/**
 * Asks how far labelled groups lie apart, on a map and in the space that it was made from. Rows without a label are
 * left out.
 */
export type SilhouetteRequest = { 
/**
 * Rows, `[n, d]`.
 */
table: TableRef, 
/**
 * Points of the same rows, `[n, 2]`.
 */
map: TableRef, 
/**
 * One label per row, or `null`.
 */
labels: Column, 
/**
 * Distance between rows. Distances on the map are always Euclidean.
 * @default "euclidean"
 */
metric?: Metric, 
/**
 * Scale each column of the rows to mean 0 and standard deviation 1 first, as the map did.
 * @default false
 */
standardise?: boolean, 
/**
 * Seed by which rows are drawn if there are too many to measure all.
 * @default 42
 */
seed?: number, };

/**
 * How far the groups lie apart.
 */
export type SilhouetteResponse = { 
/**
 * `null` with fewer than two groups.
 */
silhouette: MapSilhouette | null, };

/**
 * Asks for the mean, over each list of domains, of vectors learnt from the domains around each domain (word2vec's
 * skip-gram with negative sampling).
 */
export type SkipGramRequest = { 
/**
 * Lists of domains. On the command line: a file. In JavaScript: by default, those of the session.
 */
sequences?: SequenceSource, 
/**
 * Lists to learn from instead: more lists make better vectors.
 */
learnFrom?: SequenceSource | null, 
/**
 * Numbers per domain (gensim).
 * @default 100
 */
vectorSize?: number, 
/**
 * Context window: domains on each side.
 * @default 5
 */
window?: number, 
/**
 * Negative samples per pair.
 * @default 5
 */
negativeSamples?: number, 
/**
 * Epochs: passes over the lists.
 * @default 5
 */
epochs?: number, 
/**
 * Learning rate at the start.
 * @default 0.025
 */
learningRate?: number, 
/**
 * Subsampling threshold: domains above this share of all domains are dropped at random; 0 drops none.
 * @default 0.001
 */
sample?: number, 
/**
 * Seed of initial vectors, windows and negative samples.
 * @default 42
 */
seed?: number, };

/**
 * Vectors of the lists and of the domains.
 */
export type SkipGramResponse = { 
/**
 * Names of the records.
 */
ids: Array<string>, 
/**
 * Numbers per record.
 */
columns: number, 
/**
 * Mean vector of the domains of each list, `[records, columns]`.
 */
numbers: Float32Array, 
/**
 * Names of the domains that have a vector.
 */
domains: Array<string>, 
/**
 * Their vectors, `[domains, columns]`.
 */
vectors: Float32Array, };

/**
 * A part of a computation that is counted by itself.
 */
export type Stage = "reading" | "loading" | "hashing" | "compiling" | "embedding" | "saving" | "neighbours" | "cka" | "resampling" | "training" | "learning" | "map" | "quality" | "codons" | "clusters";

/**
 * A table by its name, or some of its rows.
 *
 * On the command line a name is a file: `.npy`, `.csv`, `.tsv`, `.txt` or `.safetensors`; `FILE#NAME` is one layer.
 */
export type TableRef = string | { 
/**
 * The table's name.
 */
table: string, 
/**
 * Rows, counted from 0.
 */
rows: Array<number>, };

/**
 * One layer of a file of numbers: `.npy`, `.csv`, `.tsv`, `.txt` or `.safetensors`.
 */
export type TableReport = { 
/**
 * Names of the rows; `null` where the file has none.
 */
ids: Array<string> | null, 
/**
 * Names of all layers of the file.
 */
layers: Array<string>, 
/**
 * Rows of the table, of each of its layers.
 */
rows: number, 
/**
 * Numbers of a row of this layer.
 */
cols: number, 
/**
 * What was left out of the file.
 */
warnings: Array<Notice>, 
/**
 * What was decided about a table as text, in one line: separator, header, ids; `null` for other formats.
 */
decided: string | null, 
/**
 * How the rows were made, if the file says so; `null` otherwise.
 */
methods: MethodsRecord | null, 
/**
 * How rows of several runs were joined, as JSON; `null` for other rows.
 */
joined: string | null, 
/**
 * The rows of this layer, `[rows, cols]`.
 */
numbers: Float32Array, };

/**
 * What is learnt.
 */
export type Task = "classes" | "labels" | "numbers";

/**
 * A pair of layers without a debiased CKA: the rows of a layer are all alike, or too few.
 */
export type UndefinedCell = { 
/**
 * Layer of `x`, counted from 0.
 */
row: number, 
/**
 * Layer of `y`, counted from 0.
 */
col: number, 
/**
 * HSIC(K, K) · HSIC(L, L), which is not positive; the smaller factor if both are negative.
 */
product: number, };

/**
 * What is independent of one another.
 */
export type UnitKind = "rows" | "copies" | "groups" | "folds" | "sequences" | "clusters";

/**
 * What is independent of one another: the unit of permutations, of intervals and of comparisons.
 */
export type UnitSummary = { 
/**
 * What a unit is.
 */
kind: UnitKind, 
/**
 * Units, at least 1.
 */
count: number, 
/**
 * Rows that are copies of an earlier row.
 */
copies: number, };

/**
 * The weight of a neighbour (scikit-learn: `weights` of `KNeighborsRegressor` and `KNeighborsClassifier`).
 */
export type Weighting = "equal" | "distance";

/**
 * The place of a problem. Parts that are unknown or do not apply are absent.
 */
export type Where = { 
/**
 * File name as the user knows it.
 */
file?: string, 
/**
 * Line in that file, counted from 1.
 */
line?: number, 
/**
 * Id of the record, cut to 200 characters.
 */
record?: string, };

/** All questions by name, each with its request and its response. */
export interface Methods {
  /** Compare layers of the same rows by centred kernel alignment (CKA). */
  cka: { request: CkaRequest; response: CkaResponse };
  /** Test the CKA of two layers by permutation, with a bootstrap interval. */
  ckaTest: { request: CkaTestRequest; response: CkaTestResponse };
  /** Compare the layers of checkpoints with those of the first checkpoint. */
  ckaEvolution: { request: CkaEvolutionRequest; response: CkaEvolutionResponse };
  /** Find the exact nearest neighbours of each row. */
  neighbours: { request: NeighboursRequest; response: NeighboursResponse };
  /** Measure how often neighbours share a label, compared with shuffled labels. */
  purity: { request: PurityRequest; response: PurityResponse };
  /** Measure how many neighbours two embeddings of the same rows share. */
  overlap: { request: OverlapRequest; response: OverlapResponse };
  /** Measure the mutual k-nearest-neighbour alignment of two embeddings, with a permutation test. */
  mutualKnn: { request: MutualKnnRequest; response: MutualKnnResponse };
  /** Predict labels or numbers of rows from their nearest neighbours. */
  predict: { request: PredictRequest; response: PredictResponse };
  /** Run the published neighbourhood protocol for single mutants. */
  neighbourhood: { request: NeighbourhoodRequest; response: NeighbourhoodResponse };
  /** Measure how well a small model predicts labels from the rows, by cross-validation. */
  probe: { request: ProbeRequest; response: ProbeResponse };
  /** Draw rows as points in a plane by PCA, UMAP or t-SNE, and measure how well it keeps neighbours. */
  map: { request: MapRequest; response: MapResponse };
  /** Measure how far labelled groups lie apart, on a map and in its space. */
  silhouette: { request: SilhouetteRequest; response: SilhouetteResponse };
  /** Move, rotate, mirror and scale a map so that it fits another map best. */
  align: { request: AlignRequest; response: AlignResponse };
  /** Put tables of the same sequences, genes or domains side by side. */
  join: { request: JoinRequest; response: JoinResponse };
  /** Pool the rows of residues at chosen positions, such as a pocket's. */
  positions: { request: PositionsRequest; response: PositionsResponse };
  /** Write rows as .npy, .csv or .safetensors. */
  exportTable: { request: ExportTableRequest; response: ExportTableResponse };
  /** Find sequences by name, as they were read. */
  records: { request: RecordsRequest; response: RecordsResponse };
  /** Count the k-mers of each sequence, as shares; k = 1 is the composition. */
  kmers: { request: KmersRequest; response: FeatureRows };
  /** Count the 64 codons of each coding sequence, as shares. */
  codonFrequencies: { request: CodonFrequenciesRequest; response: FeatureRows };
  /** Write the letters of sequences as one-hot columns or rows of BLOSUM62. */
  encodeLetters: { request: EncodeLettersRequest; response: FeatureRows };
  /** Draw random rows, a baseline of noise. */
  randomFeatures: { request: RandomFeaturesRequest; response: RandomFeaturesResponse };
  /** Average a random vector of each domain over each list of domains. */
  randomVectors: { request: RandomVectorsRequest; response: FeatureRows };
  /** Average a skip-gram vector of each domain over each list of domains. */
  skipGram: { request: SkipGramRequest; response: SkipGramResponse };
  /** Group sequences that are so alike that no split should part them. */
  sequenceClusters: { request: SequenceClustersRequest; response: SequenceClustersResponse };
  /** Shuffle the letters of each sequence: the same composition without the order. */
  shuffleSequences: { request: ShuffleSequencesRequest; response: ShuffleSequencesResponse };
  /** Count the codons of sequences or groups: RSCU, GC and GC3. */
  codons: { request: CodonsRequest; response: CodonsResponse };
  /** Sample other coding sequences of the same proteins. */
  sampleCodons: { request: SampleCodonsRequest; response: SampleCodonsResponse };
  /** Make every single mutant of a protein or of a coding sequence. */
  mutants: { request: MutantsRequest; response: MutantsResponse };
  /** Find the likeliest coding sequence of each protein. */
  backTranslate: { request: BackTranslateRequest; response: BackTranslateResponse };
}

/** The name of a question. */
export type Method = keyof Methods;

/** What a request leaves out, by question and field; fields without a default here are simply absent. */
export const DEFAULTS = {
  "align": {},
  "backTranslate": {
    "table": 1
  },
  "cka": {
    "bandwidth": 1.0,
    "batch": 0,
    "device": "auto",
    "kernel": "linear",
    "publishedEpsilon": false
  },
  "ckaEvolution": {
    "bandwidth": 1.0,
    "batch": 0,
    "device": "auto",
    "kernel": "linear",
    "publishedEpsilon": false
  },
  "ckaTest": {
    "bandwidth": 1.0,
    "batch": 0,
    "draws": 1000,
    "kernel": "linear",
    "seed": 42,
    "shuffles": 999
  },
  "codonFrequencies": {
    "table": 1
  },
  "codons": {
    "table": 1
  },
  "encodeLetters": {
    "encoding": "oneHot",
    "perResidue": false
  },
  "exportTable": {
    "metadata": {}
  },
  "join": {
    "by": "id",
    "complete": false,
    "equalWeights": false,
    "mean": false
  },
  "kmers": {
    "k": 1
  },
  "map": {
    "iterations": 1000,
    "method": "umap",
    "metric": "euclidean",
    "minDist": 0.1,
    "neighbours": 15,
    "perplexity": 30.0,
    "quality": true,
    "seed": 42,
    "standardise": false
  },
  "mutants": {
    "baseChanges": 3,
    "missenseOnly": false,
    "table": 1
  },
  "mutualKnn": {
    "device": "auto",
    "k": 10,
    "metric": "euclidean",
    "seed": 42,
    "shuffles": 999
  },
  "neighbourhood": {
    "ks": [
      10
    ],
    "metric": "euclidean"
  },
  "neighbours": {
    "device": "auto",
    "k": 10,
    "metric": "euclidean"
  },
  "overlap": {
    "device": "auto",
    "k": 10,
    "metric": "euclidean"
  },
  "positions": {
    "how": "mean"
  },
  "predict": {
    "device": "auto",
    "k": 10,
    "metric": "euclidean",
    "seed": 42,
    "shuffles": 999,
    "weighting": "equal"
  },
  "probe": {
    "draws": 2000,
    "eachLayer": false,
    "folds": {
      "count": 5,
      "groups": null,
      "kind": "stratified"
    },
    "intervals": "halfSamples",
    "model": {
      "kind": "linear"
    },
    "perResidue": false,
    "residuesPerToken": [
      1
    ],
    "seeds": [
      42
    ],
    "separator": ";",
    "unlabelled": "?-.X",
    "withClasses": [],
    "withNumbers": []
  },
  "purity": {
    "device": "auto",
    "k": 10,
    "metric": "euclidean",
    "seed": 42,
    "shuffles": 999
  },
  "randomFeatures": {
    "seed": 42
  },
  "randomVectors": {
    "seed": 42,
    "width": 256
  },
  "records": {},
  "sampleCodons": {
    "how": "permuted",
    "seed": 42,
    "stops": false,
    "table": 1
  },
  "sequenceClusters": {},
  "shuffleSequences": {
    "seed": 42
  },
  "silhouette": {
    "metric": "euclidean",
    "seed": 42,
    "standardise": false
  },
  "skipGram": {
    "epochs": 5,
    "learningRate": 0.025,
    "negativeSamples": 5,
    "sample": 0.001,
    "seed": 42,
    "vectorSize": 100,
    "window": 5
  }
} as const;

/** Families of models, in the order in which lists show them. */
export const FAMILIES: readonly Family[] = [
  {"id":"esm2","name":"ESM-2","granularity":"protein","pool":"mean"},
  {"id":"esm1b","name":"ESM-1b","granularity":"protein","pool":"mean"},
  {"id":"carp","name":"CARP","granularity":"protein","pool":"mean"},
  {"id":"ntv2","name":"Nucleotide Transformer v2","granularity":"nucleotide","pool":"mean-tokens"},
  {"id":"ntv1","name":"Nucleotide Transformer v1","granularity":"nucleotide","pool":"mean-tokens"},
  {"id":"dnabert2","name":"DNABERT-2","granularity":"nucleotide","pool":"mean-tokens"},
  {"id":"bigcarp","name":"BiGCARP","granularity":"domain","pool":"mean"},
];

/** How granularities are called, in the order in which lists show them. */
export const GRANULARITIES: Record<Granularity, GranularityNames> = {
  protein: {"displayName":"Proteins","noun":"proteins","letters":"protein","unit":"residues","tokenUnit":"residues","kind":"protein"},
  nucleotide: {"displayName":"DNA","noun":"DNA","letters":"DNA or RNA","unit":"nucleotides","tokenUnit":"tokens","kind":"dna"},
  domain: {"displayName":"Domains of gene clusters","noun":"lists of protein domains","letters":"protein domains","unit":"domains","tokenUnit":"domains","kind":"domains"},
};
