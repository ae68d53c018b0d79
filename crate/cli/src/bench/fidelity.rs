//! What a precision of the weights costs: the numbers of one checkpoint against those of another,
//! the same model in f32.
//!
//! Rows of different proteins already have cosines of 0.8 to 0.99, so a cosine hides damage (a rank correlation of variant
//! scores fell to 0.965 while it stood at 0.997: qshao/esm2-quantization). First comes the centred error
//! `|x − y| / |y − m|`, with `y` from f32 and `m` the mean of all `y`: 1 is an error as large as what distinguishes a row
//! from the mean row. Then the ten nearest neighbours that stay the same, the cosines, and the Kullback-Leibler divergence
//! of the masked-language model's predictions in nats, `Σ p ln (p/q)` with `p` from f32, at every eighth residue, masked.

use crossgrain_api::Refusal;
use crossgrain_core::analysis::{Metric, Neighbours, knn, overlap};
use crossgrain_core::granularity::Granularity;
use crossgrain_core::matrix::View;
use crossgrain_core::progress::Silent;
use crossgrain_core::seq::Record;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::embed::{Embedded, Item, Options};
use crossgrain_engine::pooling::Pool;
use serde_json::{Value, json};

/// Neighbours that are compared.
const NEIGHBOURS: usize = 10;
/// Every eighth residue is masked.
const MASKED: usize = 8;

/// How far two sets of numbers are from each other.
pub struct Fidelity {
    records: usize,
    pooled_error: Option<Errors>,
    residue_error: Option<Errors>,
    neighbours: f64,
    pooled: Spread,
    residues: Spread,
    predictions: Option<Predictions>,
}

/// The least and the mean cosine.
#[derive(Clone, Copy)]
struct Spread {
    min: f64,
    mean: f64,
}

/// The median and the largest centred error.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Errors {
    median: f64,
    max: f64,
}

/// Agreement of the language models at masked residues.
struct Predictions {
    positions: usize,
    divergence: f64, // mean, nats
    largest: f64,
    same_first: f64, // share of positions with the same most likely token
}

/// Compares `other` with `reference` on the same records.
pub fn compare(reference: &Checkpoint, other: &Checkpoint, records: &[Record]) -> Result<Fidelity, Refusal> {
    let letters: Vec<&str> = records.iter().map(|record| record.letters.as_str()).collect();
    let [ours, theirs] = [other, reference].map(|checkpoint| states(checkpoint, &letters));
    let (ours, theirs) = (ours?, theirs?);
    let (d, empty) = (theirs.width, Vec::new());
    let [a, b] = [&ours, &theirs].map(|embedded| embedded.states.first().unwrap_or(&empty).as_slice());
    let [x, y] = [a, b].map(|rows| means(rows, &theirs.offsets, d));
    let k = NEIGHBOURS.min(records.len().saturating_sub(1));
    let neighbours = match k {
        0 => 1.0,
        k => {
            let of = |rows: &[f32]| -> Result<Neighbours, Refusal> {
                Ok(knn(View::new(rows, records.len(), d)?, k, Metric::Cosine, &mut Silent)?)
            };
            overlap(&of(&x)?, &of(&y)?)?.shared
        }
    };
    Ok(Fidelity {
        records: records.len(),
        pooled_error: centred_errors(&x, &y, d),
        residue_error: centred_errors(a, b, d),
        neighbours,
        pooled: cosines(&x, &y, d),
        residues: cosines(a, b, d),
        predictions: predictions(reference, other, &letters)?,
    })
}

fn states(checkpoint: &Checkpoint, letters: &[&str]) -> Result<Embedded, Refusal> {
    embed(checkpoint, letters, &Options { pool: Pool::Residues, ..Options::default() })
}

fn embed(checkpoint: &Checkpoint, letters: &[&str], options: &Options) -> Result<Embedded, Refusal> {
    let items: Vec<Item> = letters.iter().map(|letters| Item { id: "compared", letters }).collect();
    Ok(pollster::block_on(checkpoint.embed(&items, options, &mut Silent))?)
}

/// Means over the rows of each record, `[n, d]`.
fn means(rows: &[f32], offsets: &[usize], d: usize) -> Vec<f32> {
    let mut means = Vec::with_capacity(offsets.len().saturating_sub(1) * d);
    for pair in offsets.windows(2) {
        let own = &rows[pair[0] * d..pair[1] * d];
        let count = (pair[1] - pair[0]).max(1) as f32;
        means.extend((0..d).map(|c| own.iter().skip(c).step_by(d).sum::<f32>() / count));
    }
    means
}

/// Errors of rows `a` of width `d` over the distances of the corresponding rows `b` from their mean. `None` if no row lies
/// away from the mean, as with a single record.
fn centred_errors(a: &[f32], b: &[f32], d: usize) -> Option<Errors> {
    let (rows, mut mean) = ((b.len() / d.max(1)).max(1) as f64, vec![0.0; d]);
    for row in b.chunks_exact(d.max(1)) {
        row.iter().zip(&mut mean).for_each(|(x, sum)| *sum += f64::from(*x) / rows);
    }
    let length = |differences: &mut dyn Iterator<Item = f64>| differences.map(|x| x * x).sum::<f64>().sqrt();
    let error = |(a, b): (&[f32], &[f32])| {
        let away = length(&mut b.iter().zip(&mean).map(|(b, mean)| f64::from(*b) - mean));
        let off = length(&mut a.iter().zip(b).map(|(a, b)| f64::from(*a) - f64::from(*b)));
        // Rounding alone takes a row this far from a mean of equal rows.
        let least = 1e-6 * length(&mut mean.iter().copied());
        (away > least).then_some(off / away)
    };
    let mut errors: Vec<f64> =
        a.chunks_exact(d.max(1)).zip(b.chunks_exact(d.max(1))).filter_map(error).collect();
    errors.sort_by(f64::total_cmp);
    let (low, high) = (errors.get(errors.len().saturating_sub(1) / 2)?, errors.get(errors.len() / 2)?);
    Some(Errors { median: f64::midpoint(*low, *high), max: *errors.last()? })
}

/// Cosines of corresponding rows of width `d`.
fn cosines(a: &[f32], b: &[f32], d: usize) -> Spread {
    let (mut min, mut sum, mut count) = (1.0_f64, 0.0, 0_usize);
    for (a, b) in a.chunks_exact(d.max(1)).zip(b.chunks_exact(d.max(1))) {
        let dot = |a: &[f32], b: &[f32]| -> f64 {
            a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
        };
        let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(f64::MIN_POSITIVE);
        min = min.min(cosine);
        sum += cosine;
        count += 1;
    }
    Spread { min, mean: sum / count.max(1) as f64 }
}

/// `None` for models of other letters than residues, or without a language-model head.
fn predictions(
    reference: &Checkpoint,
    other: &Checkpoint,
    letters: &[&str],
) -> Result<Option<Predictions>, Refusal> {
    let config = reference.config();
    if !config.has_logits || config.family.granularity != Granularity::Protein {
        return Ok(None);
    }
    let masked: Vec<String> = letters.iter().map(|letters| mask(letters)).collect();
    let masked: Vec<&str> = masked.iter().map(String::as_str).collect();
    let options = Options { pool: Pool::Cls, logits: true, ..Options::default() };
    let (theirs, ours) = (embed(reference, &masked, &options)?, embed(other, &masked, &options)?);
    let v = config.vocabulary;
    let mut found = Predictions { positions: 0, divergence: 0.0, largest: 0.0, same_first: 0.0 };
    for (record, letters) in letters.iter().enumerate() {
        let front = usize::from(theirs.specials[record] > 0);
        for residue in masked_residues(letters) {
            let row = (front + residue) * v;
            let [p, q] = [&theirs, &ours].map(|embedded| &embedded.logits[record][row..row + v]);
            let divergence = divergence(p, q);
            found.positions += 1;
            found.divergence += divergence;
            found.largest = found.largest.max(divergence);
            found.same_first += f64::from(u8::from(first(p) == first(q)));
        }
    }
    let count = found.positions.max(1) as f64;
    found.divergence /= count;
    found.same_first /= count;
    Ok(Some(found))
}

/// Residues of a sequence that are masked, from 0.
fn masked_residues(letters: &str) -> impl Iterator<Item = usize> {
    (MASKED / 2..letters.len()).step_by(MASKED)
}

fn mask(letters: &str) -> String {
    let hidden = |i: usize| i % MASKED == MASKED / 2;
    let token = |(i, letter): (usize, char)| if hidden(i) { "<mask>".to_owned() } else { letter.to_string() };
    letters.chars().enumerate().map(token).collect()
}

/// `Σ p ln (p/q)` of two rows of logits.
fn divergence(p: &[f32], q: &[f32]) -> f64 {
    let logs = |row: &[f32]| -> Vec<f64> {
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = row.iter().map(|x| f64::from(x - most).exp()).sum();
        row.iter().map(|x| f64::from(x - most) - sum.ln()).collect()
    };
    logs(p).iter().zip(logs(q)).map(|(p, q)| p.exp() * (p - q)).sum::<f64>().max(0.0)
}

fn first(row: &[f32]) -> Option<usize> {
    (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b]))
}

impl Fidelity {
    /// As JSON.
    pub fn json(&self) -> Value {
        let spread = |Spread { min, mean }| json!({ "min": min, "mean": mean });
        let errors = |found: Option<Errors>| {
            found.map(|Errors { median, max }| json!({ "median": median, "max": max }))
        };
        let predictions = self.predictions.as_ref().map(|found| {
            json!({
                "positions": found.positions,
                "divergence": { "mean": found.divergence, "max": found.largest },
                "sameFirst": found.same_first,
            })
        });
        json!({
            "records": self.records,
            "centredError": errors(self.pooled_error),
            "residueCentredError": errors(self.residue_error),
            "sameNeighbours": self.neighbours,
            "pooledCosine": spread(self.pooled),
            "residueCosine": spread(self.residues),
            "predictions": predictions,
        })
    }

    /// For people.
    pub fn text(&self) -> String {
        let Self { records, pooled_error, residue_error, neighbours, pooled, residues, predictions } = self;
        let mut lines = vec![format!("compared with f32, {records} records:")];
        for (what, found) in [("a pooled row", pooled_error), ("a residue", residue_error)] {
            if let Some(Errors { median, max }) = found {
                lines.push(format!(
                    "  error over the distance of {what} from the mean: median {median:.4}, at most {max:.4}"
                ));
            }
        }
        lines.push(format!("  {NEIGHBOURS} nearest neighbours the same: {:.1} %", neighbours * 100.0));
        lines.push(format!("  pooled cosine at least {:.6}, mean {:.6}", pooled.min, pooled.mean));
        lines.push(format!("  cosine per residue at least {:.6}, mean {:.6}", residues.min, residues.mean));
        if let Some(Predictions { positions, divergence, largest, same_first }) = predictions {
            lines.push(format!(
                "  predictions at {positions} masked residues: divergence {divergence:.2e} nats, at most \
                 {largest:.2e}; the same first choice: {:.1} %",
                same_first * 100.0
            ));
        }
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divergences() {
        fn t(p: &[f32], q: &[f32], expected: f64) {
            assert!((divergence(p, q) - expected).abs() < 1e-6, "{p:?} {q:?}: {}", divergence(p, q));
        }
        t(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0], 0.0);
        t(&[1.0, 2.0, 3.0], &[11.0, 12.0, 13.0], 0.0);
        t(&[0.0, 0.0], &[0.0, 3.0_f32.ln()], 0.5 * (0.5_f64 / 0.25).ln() + 0.5 * (0.5_f64 / 0.75).ln());
    }

    #[test]
    fn masks_every_eighth() {
        assert_eq!(mask("ACDEFGHIKLMNPQRS"), "ACDE<mask>GHIKLMN<mask>QRS");
        assert_eq!(masked_residues("ACDEFGHIKLMNPQRS").collect::<Vec<_>>(), [4, 12]);
    }

    #[test]
    fn errors_are_measured_from_the_mean() {
        // The mean is (10, 0): rows lie 1, 1 and 2 away from it, and are off by 0.1, 0.5 and 0.5.
        let rows = [11.0, 0.0, 11.0, 0.0, 8.0, 0.0];
        let found = centred_errors(&[11.1, 0.0, 11.0, 0.5, 8.0, -0.5], &rows, 2).expect("errors");
        assert!((found.median - 0.25).abs() < 1e-6 && (found.max - 0.5).abs() < 1e-6, "{found:?}");
        assert_eq!(centred_errors(&rows, &rows, 2), Some(Errors { median: 0.0, max: 0.0 }));
        // One row, or equal ones, have no distance to compare with.
        assert_eq!(centred_errors(&[1.0, 2.0], &[1.0, 3.0], 2), None);
        assert_eq!(centred_errors(&[0.1; 6], &[0.3; 6], 2), None);
        assert_eq!(centred_errors(&[], &[], 2), None);
    }

    #[test]
    fn means_and_cosines() {
        assert_eq!(means(&[1.0, 2.0, 3.0, 6.0, 5.0, 5.0], &[0, 2, 3], 2), [2.0, 4.0, 5.0, 5.0]);
        let Spread { min, mean } = cosines(&[1.0, 0.0, 1.0, 1.0], &[0.0, 1.0, 2.0, 2.0], 2);
        assert!(min.abs() < 1e-12 && (mean - 0.5).abs() < 1e-12);
    }
}
