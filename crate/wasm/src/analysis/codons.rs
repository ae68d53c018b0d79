//! Codons: usage by sequence or group, other sequences of a protein, mutants, back-translation.

use crate::error::{Refusal, plain};
use crate::progress::Reporter;
use crossgrain_core::codon::{
    Cds, Code, Codon, Sampling, Usage, UsageTable, back_translate, mutants, rscu, sample,
};
use crossgrain_core::error::{Coded, Notice};
use crossgrain_core::seq::{Parsed, SequenceKind};
use js_sys::Function;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;

/// Refused sequences that are listed; the rest is counted.
const REFUSALS: usize = 50;
/// Amino acids, for mutants of a protein.
const AMINO_ACIDS: &str = "ACDEFGHIKLMNPQRSTVWY";

/// A sequence: id and letters.
pub type Pair<'a> = (&'a str, &'a str);

/// Sequences beside the options of a question.
#[derive(Deserialize)]
pub struct Given<T> {
    records: Vec<Entry>,
    #[serde(flatten)]
    pub options: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    sequence: String,
}

impl<T> Given<T> {
    /// The sequences.
    pub fn pairs(&self) -> Vec<Pair<'_>> {
        self.records.iter().map(|entry| (entry.id.as_str(), entry.sequence.as_str())).collect()
    }
}

/// The sequences of a session.
pub fn pairs(parsed: &Parsed) -> Vec<Pair<'_>> {
    parsed.records.iter().map(|record| (record.id.as_str(), record.letters.as_str())).collect()
}

/// Of `codons`.
#[derive(Deserialize)]
pub struct UsageOptions {
    /// Number of the NCBI's translation table.
    #[serde(default = "standard")]
    table: u8,
    /// One per sequence; without it, every sequence by itself.
    #[serde(default)]
    groups: Option<Vec<Option<String>>>,
}

/// Of `sampleCodons`.
#[derive(Deserialize)]
pub struct SampleOptions {
    #[serde(default = "standard")]
    table: u8,
    how: How,
    #[serde(default = "answer")]
    seed: u64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum How {
    True,
    Permuted,
    Uniform,
}

/// Of `mutateCodons`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MutateOptions {
    sequence: String,
    #[serde(default = "standard")]
    table: u8,
    /// Most letters that may differ.
    #[serde(default = "three")]
    base_changes: usize,
}

/// Of `Session.mutants`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RecordOptions {
    #[serde(default = "standard")]
    table: u8,
    #[serde(default = "one")]
    base_changes: usize,
}

/// Of `backTranslate`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackOptions {
    protein: String,
    /// Codons and how often each is used.
    usage: Vec<(String, f64)>,
    #[serde(default = "standard")]
    table: u8,
}

fn standard() -> u8 {
    1
}
fn answer() -> u64 {
    42
}
fn three() -> usize {
    3
}
fn one() -> usize {
    1
}

/// `{ codons, aminoAcids, groups: [{ name, sequences, codons, gc, gc3, counts, rscu }], refused }`.
///
/// # Errors
/// `codon.table`, `codon.none` if no sequence can be read.
pub fn usage(
    sequences: &[Pair],
    asked: &UsageOptions,
    progress: Option<&Function>,
) -> Result<JsValue, Refusal> {
    let code = Code::ncbi(asked.table)?;
    let mut reporter = Reporter::new(progress, "codons", "records");
    let mut counted: BTreeMap<String, (usize, Usage)> = BTreeMap::new();
    let mut order = Vec::new();
    let mut refused = Refused::default();
    for (row, (id, letters)) in sequences.iter().enumerate() {
        reporter.report(row as f64, sequences.len() as f64);
        let cds = match Cds::parse(letters) {
            Ok(cds) => cds,
            Err(error) => {
                refused.add(id, &error);
                continue;
            }
        };
        let name = match &asked.groups {
            None => (*id).to_owned(),
            Some(groups) => groups.get(row).cloned().flatten().unwrap_or_else(|| "no label".to_owned()),
        };
        let own = Usage::of([&cds]);
        let entry = counted.entry(name.clone()).or_insert_with(|| {
            order.push(name);
            (0, Usage { counts: [0; 64] })
        });
        entry.0 += 1;
        for (sum, count) in entry.1.counts.iter_mut().zip(own.counts) {
            *sum += count;
        }
    }
    if counted.is_empty() {
        let first =
            refused.notices.first().map_or("there is none".to_owned(), |notice| notice.message.clone());
        let what = format!("no sequence is a coding sequence: {first}");
        return Err(Refusal::new("codon.none", what, "give whole coding sequences of DNA, in frame"));
    }
    let group = |name: &String| -> Option<Value> {
        let (sequences, usage) = counted.get(name)?;
        Some(json!({
            "name": name,
            "sequences": sequences,
            "codons": usage.counts.iter().sum::<u64>() as f64,
            "gc": usage.gc(),
            "gc3": usage.gc3(),
            "counts": usage.counts.map(|count| count as f64).to_vec(),
            "rscu": rscu(usage, &code),
        }))
    };
    Ok(plain(&json!({
        "table": asked.table,
        "codons": Codon::all().map(word).collect::<Vec<_>>(),
        "aminoAcids": Codon::all().map(|codon| code.residue(codon)).collect::<String>(),
        "groups": order.iter().filter_map(group).collect::<Vec<_>>(),
        "refused": refused.notices,
        "refusedOmitted": refused.omitted,
    })))
}

/// `{ records: [{ id, sequence }], changed, refused }`; the proteins are checked to be the same.
///
/// # Errors
/// `codon.table`, `codon.protein_changed`.
pub fn sampled(sequences: &[Pair], asked: &SampleOptions) -> Result<JsValue, Refusal> {
    let code = Code::ncbi(asked.table)?;
    let how = match asked.how {
        How::True => Sampling::True,
        How::Permuted => Sampling::Permuted,
        How::Uniform => Sampling::Uniform,
    };
    let (mut records, mut refused, mut changed) = (Vec::new(), Refused::default(), 0_usize);
    for (row, (id, letters)) in sequences.iter().enumerate() {
        let cds = match Cds::parse(letters) {
            Ok(cds) => cds,
            Err(error) => {
                refused.add(id, &error);
                continue;
            }
        };
        let other = sample(&cds, &code, how, asked.seed.wrapping_add(row as u64));
        if other.translate(&code) != cds.translate(&code) {
            let what = format!("the protein of {id} would change");
            return Err(Refusal::new(
                "codon.protein_changed",
                what,
                "this is a fault of the program: please report it",
            ));
        }
        changed += other.codons().iter().zip(cds.codons()).filter(|(a, b)| a != b).count();
        records.push(json!({ "id": id, "sequence": other.letters() }));
    }
    Ok(plain(&json!({
        "records": records,
        "changed": changed,
        "refused": refused.notices,
        "refusedOmitted": refused.omitted,
        "seed": asked.seed,
    })))
}

/// Every change: `[{ position, from, to, residueFrom, residueTo, consequence, baseChanges, sequence }]`.
///
/// # Errors
/// `codon.*` codes.
pub fn mutated(asked: &MutateOptions) -> Result<JsValue, Refusal> {
    let (code, cds) = (Code::ncbi(asked.table)?, Cds::parse(&asked.sequence)?);
    let changes: Vec<Value> = mutants(&cds, &code)
        .filter(|mutant| mutant.base_changes <= asked.base_changes)
        .map(|mutant| {
            json!({
                "position": mutant.position,
                "from": word(mutant.from),
                "to": word(mutant.to),
                "residueFrom": mutant.residues.0,
                "residueTo": mutant.residues.1,
                "consequence": mutant.consequence,
                "baseChanges": mutant.base_changes,
                "sequence": mutant.apply(&cds).letters(),
            })
        })
        .collect();
    Ok(plain(&changes))
}

/// `{ sequence, gc, gc3 }`.
///
/// # Errors
/// `codon.*` codes.
pub fn back(asked: &BackOptions) -> Result<JsValue, Refusal> {
    let code = Code::ncbi(asked.table)?;
    let usage = UsageTable::new(asked.usage.iter().map(|(codon, usage)| (codon.as_str(), *usage)))?;
    let cds = back_translate(&asked.protein, &code, &usage)?;
    let own = Usage::of([&cds]);
    Ok(plain(&json!({ "sequence": cds.letters(), "gc": own.gc(), "gc3": own.gc3() })))
}

/// All single mutants of a sequence as `[{ id, sequence }]`, ids such as `TEM1_A123V` or, for
/// codons, `TEM1_A123V_GTT`. Changes to or from a stop are left out.
///
/// # Errors
/// `codon.*` codes.
pub fn records_of_mutants(
    id: &str,
    letters: &str,
    kind: SequenceKind,
    asked: &RecordOptions,
) -> Result<JsValue, Refusal> {
    let mut records = Vec::new();
    if kind == SequenceKind::Dna {
        let (code, cds) = (Code::ncbi(asked.table)?, Cds::parse(letters)?);
        for mutant in mutants(&cds, &code).filter(|mutant| mutant.base_changes <= asked.base_changes) {
            let (from, to) = mutant.residues;
            if from == '*' || to == '*' || from == to {
                continue;
            }
            let name = format!("{id}_{from}{}{to}_{}", mutant.position, word(mutant.to));
            records.push(json!({ "id": name, "sequence": mutant.apply(&cds).letters() }));
        }
    } else {
        for (at, from) in letters.char_indices() {
            for to in AMINO_ACIDS.chars().filter(|&to| to != from) {
                let (before, after) = (letters.get(..at), letters.get(at + from.len_utf8()..));
                let sequence = format!("{}{to}{}", before.unwrap_or_default(), after.unwrap_or_default());
                records.push(json!({ "id": format!("{id}_{from}{}{to}", at + 1), "sequence": sequence }));
            }
        }
    }
    Ok(plain(&records))
}

/// Sequences that are not read, by id.
#[derive(Default)]
struct Refused {
    notices: Vec<Notice>,
    omitted: usize,
}

impl Refused {
    fn add(&mut self, id: &str, error: &impl Coded) {
        if self.notices.len() >= REFUSALS {
            self.omitted += 1;
            return;
        }
        let mut notice = error.notice();
        notice.at.record = Some(id.to_owned());
        self.notices.push(notice);
    }
}

fn word(codon: Codon) -> String {
    codon.letters().iter().collect()
}
