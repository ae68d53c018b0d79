//! Samples of coding sequences: the protein is kept under every genetic code, and replicates are independent.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::codon::{Cds, Code, Codon, Sampling, sample, sample_sequences};
use crossgrain_core::grain::coding;
use crossgrain_core::progress::Silent;
use crossgrain_core::seq::Record;

/// The tables of the NCBI.
fn tables() -> Vec<u8> {
    (1..=33).filter(|&table| Code::ncbi(table).is_ok()).collect()
}

/// A generator of this test's own (SplitMix64), so that nothing is checked with itself.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// The protein as `embed --translate` makes it.
fn protein(letters: &str, table: u8) -> String {
    let id = "gene".to_owned();
    let record = Record { id, description: String::new(), letters: letters.to_owned(), line: 1 };
    coding(&[record], table, None)
        .unwrap()
        .proteins
        .first()
        .map(|row| row.letters.clone())
        .unwrap_or_default()
}

#[test]
fn every_start_of_every_code_keeps_its_protein() {
    let mut genes = 0;
    assert_eq!(tables().len(), 27);
    for table in tables() {
        let code = Code::ncbi(table).unwrap();
        let inside: Vec<String> =
            Codon::all().filter(|&codon| code.residue(codon) != '*').map(Codon::word).collect();
        let stops = code.synonyms('*');
        let mut numbers = Numbers(u64::from(table));
        for start in Codon::all().filter(|&codon| code.is_start(codon)) {
            // A whole gene with each stop, and a gene that is cut after each codon.
            let ends = stops.iter().map(|stop| stop.word()).chain(inside.iter().cloned());
            for end in ends {
                let body: String = (0..20).map(|_| inside[numbers.below(inside.len())].as_str()).collect();
                let letters = start.word() + &body + &end;
                let expected = (Cds::parse(&letters).unwrap().translate(&code), protein(&letters, table));
                for (sampling, seed) in
                    [(Sampling::Permuted, 42), (Sampling::Uniform, 42), (Sampling::Uniform, 43)]
                {
                    for draw_stops in [false, true] {
                        let found = sample_sequences(
                            &[("gene", &letters)],
                            &code,
                            sampling,
                            draw_stops,
                            seed,
                            &mut Silent,
                        );
                        let found = found
                            .unwrap_or_else(|error| panic!("{letters} by table {table}: {error}"))
                            .records;
                        let sampled = found[0].1.letters();
                        let own = (found[0].1.translate(&code), protein(&sampled, table));
                        assert_eq!(
                            own, expected,
                            "{letters} to {sampled}, table {table}, {sampling:?}, stops {draw_stops}"
                        );
                        assert!(sampled.starts_with(&start.word()), "{letters} to {sampled}, table {table}");
                        if !draw_stops && stops.iter().any(|stop| stop.word() == end) {
                            assert!(sampled.ends_with(&end), "{letters} to {sampled}, table {table}");
                        }
                    }
                }
                genes += 1;
            }
        }
    }
    assert!(genes > 3000, "{genes}");
}

/// Codons of copies of one gene, `[copies][places]`, as their numbers among 64.
fn copies(letters: &str, count: usize, sampling: Sampling, seed: u64) -> Vec<Vec<usize>> {
    let (cds, code) = (Cds::parse(letters).unwrap(), Code::ncbi(11).unwrap());
    let codons = |record| {
        sample(&cds, &code, sampling, false, seed, record)
            .codons()
            .iter()
            .map(|codon| codon.index())
            .collect()
    };
    (0..count).map(codons).collect()
}

/// Cramér's V of two lists of codons.
fn cramers_v(a: &[usize], b: &[usize]) -> f64 {
    let (mut counts, mut rows, mut cols) = (vec![0.0; 64 * 64], [0.0; 64], [0.0; 64]);
    for (&a, &b) in a.iter().zip(b) {
        counts[a * 64 + b] += 1.0;
        rows[a] += 1.0;
        cols[b] += 1.0;
    }
    let n = a.len() as f64;
    let kinds = |totals: &[f64]| totals.iter().filter(|&&total| total > 0.0).count() as f64;
    let least = kinds(&rows).min(kinds(&cols)) - 1.0;
    if least <= 0.0 {
        return f64::NAN;
    }
    let mut square = 0.0;
    for (row, in_row) in rows.iter().enumerate().filter(|(_, total)| **total > 0.0) {
        for (col, in_col) in cols.iter().enumerate().filter(|(_, total)| **total > 0.0) {
            let expected = in_row * in_col / n;
            square += (counts[row * 64 + col] - expected).powi(2) / expected;
        }
    }
    (square / (n * least)).sqrt()
}

/// The mean of Cramér's V over the places where a codon has synonyms.
fn mean_v(a: &[Vec<usize>], b: &[Vec<usize>]) -> f64 {
    let of_place = |rows: &[Vec<usize>], place: usize| rows.iter().map(|row| row[place]).collect::<Vec<_>>();
    let values = (0..a[0].len()).map(|place| cramers_v(&of_place(a, place), &of_place(b, place)));
    let known: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    known.iter().sum::<f64>() / known.len() as f64
}

/// The mean V of two samples, its mean when copies are paired at random, and the p of that permutation test.
fn dependence(a: &[Vec<usize>], b: &[Vec<usize>]) -> (f64, f64, f64) {
    const SHUFFLES: usize = 199;
    let (found, mut numbers, mut order) = (mean_v(a, b), Numbers(1), b.to_vec());
    let (mut as_large, mut sum) = (0, 0.0);
    for _ in 0..SHUFFLES {
        for i in (1..order.len()).rev() {
            order.swap(i, numbers.below(i + 1));
        }
        let by_chance = mean_v(a, &order);
        as_large += usize::from(by_chance >= found);
        sum += by_chance;
    }
    (found, sum / SHUFFLES as f64, (1 + as_large) as f64 / (1 + SHUFFLES) as f64)
}

#[test]
fn replicates_of_copies_of_one_gene_are_independent() {
    // Families of two, three, four and six synonyms, each several times.
    let gene = "GTGAAAGTTCTGATCGGCAGCTTCAAAGTGCTTATTGGTTCATTCAAGGTACTCATCGGATCCTAA";
    const COPIES: usize = 300;
    for sampling in [Sampling::Permuted, Sampling::Uniform] {
        let [first, second] = [42, 43].map(|seed| copies(gene, COPIES, sampling, seed));
        // Copy i of one seed beside copy i of the next, beside its neighbour there, and neighbours of one seed.
        for (what, a, b) in [
            ("seeds 42 and 43", &first[..], &second[..]),
            ("a neighbour of seed 43", &first[1..], &second[..COPIES - 1]),
            ("the other neighbour", &first[..COPIES - 1], &second[1..]),
            ("neighbours of seed 42", &first[..COPIES - 1], &first[1..]),
        ] {
            let (found, by_chance, p) = dependence(a, b);
            assert!(
                p > 0.005 && (found / by_chance - 1.0).abs() < 0.15,
                "{sampling:?}, {what}: V {found:.4}, by chance {by_chance:.4}, p {p:.3}"
            );
        }
        // The test sees rows that are alike: all of them, or one in five.
        assert!((dependence(&first, &first).2 - 0.005).abs() < 1e-9);
        let mut partly = second.clone();
        (0..COPIES).step_by(5).for_each(|i| partly[i].clone_from(&first[i]));
        assert!(dependence(&first, &partly).2 < 0.01, "{sampling:?}");
    }
}
