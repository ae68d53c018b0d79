//! Questions about finished rows, for a worker of their own.
//!
//! [`Analyses`] holds tables of numbers by name and answers one question at a time. It needs no
//! model or sequences, so it lives in another worker than the session: embedding goes on
//! beside it, and to cancel a long answer that worker is thrown away (a fresh one starts in
//! milliseconds; the page keeps the tables). What is asked and answered is plain data; rows,
//! points and neighbours are typed arrays. Every random choice has a seed.
//!
//! | file | what it answers |
//! |---|---|
//! | `tables` | – (the tables, and some of their rows) |
//! | `products` | – (the device for large sums) |
//! | `cka` | do layers or models see the same structure? |
//! | `neighbours` | what is nearest, and does it share a label? |
//! | `probe` | how much of a label can be read from the rows? |
//! | `map` | where does each row lie on a map, and how good is the map? |
//! | `join` | which rows belong together, and what do they say side by side? which positions count? |
//! | `codons` | how are codons used, and what other sequences are there? |

mod cka;
mod codons;
mod join;
mod map;
mod neighbours;
mod probe;
mod products;
mod tables;

use crate::error::{Refusal, plain};
use crate::options::{Open, read, read_within};
use crate::progress::Reporter;
use crate::session::Session;
use crossgrain_core::analysis::baseline::{SkipGramOptions, kmers, random_vectors, skip_gram};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::seq::Kind;
use crossgrain_engine::pairwise::Multiplier;
use js_sys::{Float32Array, Function};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::ops::ControlFlow;
use tables::Tables;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

type Answer<T> = Result<T, JsValue>;

/// Longest question, as JSON: a million rows with a label each.
const QUESTION_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Tables and what can be asked of them. A question that takes its time may hand control back while a
/// GPU computes; until it is answered, tables are neither added nor dropped.
#[wasm_bindgen]
pub struct Analyses {
    tables: Tables,
    multiplier: Multiplier,
}

/// Reads a question.
fn question<T: DeserializeOwned>(options: &JsValue) -> Result<T, Refusal> {
    read_within(options, QUESTION_BYTES_MAX)
}

/// Progress of one stage for functions of the core; they are never stopped from here.
fn heard(reporter: &mut Reporter) -> impl FnMut(usize, usize) -> ControlFlow<()> + '_ {
    |done, total| {
        reporter.report(done as f64, total as f64);
        ControlFlow::Continue(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "JavaScript hands callbacks over by value")]
#[wasm_bindgen]
impl Analyses {
    /// No tables yet: `{ kernels }`, as `Session.open` takes them.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Answer<Self> {
        let open: Open = read(options)?;
        Ok(Self { tables: Tables::default(), multiplier: Multiplier::new(open.cached_tuning()) })
    }

    /// Takes a table `[rows, columns]` in; one of the same name is replaced.
    #[wasm_bindgen(js_name = addTable)]
    pub fn add_table(&mut self, name: String, numbers: Vec<f32>, rows: usize, columns: usize) -> Answer<()> {
        Ok(self.tables.add(name, numbers, rows, columns)?)
    }

    /// Forgets a table.
    #[wasm_bindgen(js_name = dropTable)]
    pub fn drop_table(&mut self, name: &str) {
        self.tables.drop(name);
    }

    /// Centred kernel alignment of layers with layers.
    pub async fn cka(&self, options: JsValue, progress: Option<Function>) -> Answer<JsValue> {
        Ok(cka::layers(&self.tables, &self.multiplier, &question(&options)?, progress.as_ref()).await?)
    }

    /// The same of one pair, with a permutation test and a bootstrap interval.
    #[wasm_bindgen(js_name = ckaTest)]
    pub fn cka_test(&self, options: &JsValue, progress: Option<Function>) -> Answer<JsValue> {
        Ok(cka::test(&self.tables, &question(options)?, progress.as_ref())?)
    }

    /// The nearest rows of each row, or of rows outside the table.
    pub async fn neighbours(&self, options: JsValue, progress: Option<Function>) -> Answer<JsValue> {
        Ok(neighbours::nearest(&self.tables, &self.multiplier, &question(&options)?, progress.as_ref())
            .await?)
    }

    /// Do neighbours share their label?
    pub async fn purity(&self, options: JsValue, progress: Option<Function>) -> Answer<JsValue> {
        Ok(neighbours::labels(&self.tables, &self.multiplier, &question(&options)?, progress.as_ref())
            .await?)
    }

    /// Do two tables have the same neighbours?
    pub async fn overlap(&self, options: JsValue, progress: Option<Function>) -> Answer<JsValue> {
        Ok(neighbours::shared(&self.tables, &self.multiplier, &question(&options)?, progress.as_ref())
            .await?)
    }

    /// Labels or numbers of new rows, from their neighbours.
    pub async fn predict(&self, options: JsValue, progress: Option<Function>) -> Answer<JsValue> {
        Ok(neighbours::predict(&self.tables, &self.multiplier, &question(&options)?, progress.as_ref())
            .await?)
    }

    /// The published protocol for single mutants.
    pub fn neighbourhood(&self, options: &JsValue, progress: Option<Function>) -> Answer<JsValue> {
        Ok(neighbours::mutants(&self.tables, &question(options)?, progress.as_ref())?)
    }

    /// Cross-validated probes, on the same folds for every feature table.
    pub fn probe(&self, options: &JsValue, progress: Option<Function>) -> Answer<JsValue> {
        Ok(probe::run(&self.tables, &question(options)?, progress.as_ref())?)
    }

    /// A map: principal components, UMAP or t-SNE.
    pub fn map(&self, options: &JsValue, progress: Option<Function>) -> Answer<JsValue> {
        Ok(map::draw(&self.tables, &question(options)?, progress.as_ref())?)
    }

    /// One map laid over another.
    pub fn align(&self, options: &JsValue, _progress: Option<Function>) -> Answer<JsValue> {
        Ok(map::align(&self.tables, &question(options)?)?)
    }

    /// Tables side by side, matched by the names of their rows.
    pub fn join(&self, options: &JsValue, _progress: Option<Function>) -> Answer<JsValue> {
        Ok(join::side_by_side(&self.tables, &question(options)?)?)
    }

    /// One row per sequence from its rows at chosen positions.
    pub fn gather(&self, options: &JsValue, _progress: Option<Function>) -> Answer<JsValue> {
        Ok(join::at_positions(&self.tables, question(options)?)?)
    }

    /// Rows as a file: `"npy"`, `"csv"` or `"safetensors"`.
    #[wasm_bindgen(js_name = exportTable)]
    pub fn export_table(&self, options: &JsValue, _progress: Option<Function>) -> Answer<JsValue> {
        Ok(join::file(&self.tables, &question(options)?)?)
    }

    /// Codon usage of given sequences.
    pub fn codons(&self, options: &JsValue, progress: Option<Function>) -> Answer<JsValue> {
        let asked: codons::Given<codons::UsageOptions> = question(options)?;
        Ok(codons::usage(&asked.pairs(), &asked.options, progress.as_ref())?)
    }

    /// Other coding sequences of the same proteins.
    #[wasm_bindgen(js_name = sampleCodons)]
    pub fn sample_codons(&self, options: &JsValue, _progress: Option<Function>) -> Answer<JsValue> {
        let asked: codons::Given<codons::SampleOptions> = question(options)?;
        Ok(codons::sampled(&asked.pairs(), &asked.options)?)
    }

    /// Every single-codon change of a coding sequence.
    #[wasm_bindgen(js_name = mutateCodons)]
    pub fn mutate_codons(&self, options: &JsValue, _progress: Option<Function>) -> Answer<JsValue> {
        Ok(codons::mutated(&question(options)?)?)
    }

    /// The likeliest coding sequence of a protein.
    #[wasm_bindgen(js_name = backTranslate)]
    pub fn back_translate(&self, options: &JsValue, _progress: Option<Function>) -> Answer<JsValue> {
        Ok(codons::back(&question(options)?)?)
    }
}

/// Numbers of a random vector of a domain: as many as BiGCARP's own embedding of a domain has.
const RANDOM_WIDTH: usize = 256;

fn features(table: &Matrix) -> JsValue {
    let answer = plain(&json!({ "columns": table.cols() }));
    crate::error::set(&answer, "numbers", &Float32Array::from(table.data()));
    answer
}

/// What only the holder of the sequences can answer.
#[expect(clippy::needless_pass_by_value, reason = "JavaScript hands callbacks over by value")]
#[wasm_bindgen]
impl Session {
    /// How often each word of `k` letters occurs in each sequence: `{ numbers [n, columns], columns }`.
    pub fn kmers(&self, k: usize) -> Answer<JsValue> {
        let parsed = self.need_sequences()?;
        let alphabet = match parsed.kind {
            Kind::Dna => "ACGT",
            Kind::Protein => "ACDEFGHIKLMNPQRSTVWY",
            Kind::Domains => {
                let what = "the rows are lists of domains, which have no words of letters".to_owned();
                return Err(
                    Refusal::new("analysis.no_letters", what, "ask for vectors of the domains").into()
                );
            }
        };
        let letters: Vec<&str> = parsed.records.iter().map(|record| record.letters.as_str()).collect();
        Ok(features(&kmers(&letters, alphabet, k).map_err(Refusal::from)?))
    }

    /// A vector for each domain, averaged over each list of domains: drawn at random, or `learnt` from
    /// the company that domains keep in these lists alone. `{ numbers [n, columns], columns }`.
    #[wasm_bindgen(js_name = domainVectors)]
    pub fn domain_vectors(&self, learnt: bool, seed: u32) -> Answer<JsValue> {
        let parsed = self.need_sequences()?;
        if parsed.kind != Kind::Domains {
            let what = "the rows are no lists of domains".to_owned();
            return Err(Refusal::new("analysis.no_domains", what, "ask for words of letters").into());
        }
        let lists: Vec<Vec<&str>> = parsed.records.iter().map(|record| record.domains().collect()).collect();
        let seed = u64::from(seed);
        let table = if learnt {
            let vectors = skip_gram(&lists, &SkipGramOptions::default(), seed, &mut |_, _| true);
            vectors.map(|vectors| vectors.mean(&lists))
        } else {
            random_vectors(&lists, RANDOM_WIDTH, seed)
        };
        Ok(features(&table.map_err(Refusal::from)?))
    }

    /// Codon usage of the sequences.
    pub fn codons(&self, options: &JsValue, progress: Option<Function>) -> Answer<JsValue> {
        let parsed = self.need_sequences()?;
        Ok(codons::usage(&codons::pairs(&parsed), &question(options)?, progress.as_ref())?)
    }

    /// Other coding sequences of the same proteins.
    #[wasm_bindgen(js_name = sampleCodons)]
    pub fn sample_codons(&self, options: &JsValue) -> Answer<JsValue> {
        let parsed = self.need_sequences()?;
        Ok(codons::sampled(&codons::pairs(&parsed), &question(options)?)?)
    }

    /// All single mutants of one sequence, residues or codons, as records.
    pub fn mutants(&self, record: usize, options: &JsValue) -> Answer<JsValue> {
        let parsed = self.need_sequences()?;
        let record = parsed.records.get(record).ok_or_else(|| {
            Refusal::new("analysis.no_record", format!("there is no record {record}"), "choose a sequence")
        })?;
        Ok(codons::records_of_mutants(&record.id, &record.letters, parsed.kind, &question(options)?)?)
    }
}
