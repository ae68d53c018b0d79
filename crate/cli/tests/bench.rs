//! `crossgrain bench` as a user runs it.

use std::process::{Command, Output};

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/esm2-tiny");

fn bench(more: &[&str]) -> Output {
    let base = ["bench", "--model", MODEL, "--device", "cpu"];
    Command::new(env!("CARGO_BIN_EXE_crossgrain")).args(base).args(more).output().expect("the command")
}

#[test]
fn measures_every_case_and_says_so_in_json() {
    let output = bench(&["--lengths", "5,20", "--batches", "1,3", "--rounds", "2", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["device"]["kind"], "cpu");
    let cases = report["cases"].as_array().expect("cases");
    let sizes: Vec<_> =
        cases.iter().map(|case| (&case["length"], &case["batch"], &case["residues"])).collect();
    let expected = [(5, 1, 5.0), (20, 1, 20.0), (5, 3, 15.0), (20, 3, 60.0)];
    assert_eq!(sizes.len(), expected.len());
    for ((length, batch, residues), wanted) in sizes.into_iter().zip(expected) {
        assert_eq!((length.as_u64(), batch.as_u64()), (Some(wanted.0), Some(wanted.1)));
        assert_eq!(residues.as_f64(), Some(wanted.2));
    }
    for case in cases {
        assert_eq!(case["seconds"].as_array().map(Vec::len), Some(2));
        assert!(case["residuesPerSecond"].as_f64() > Some(0.0), "{case}");
        assert!(case["operationsPerSecond"].as_f64() > Some(0.0), "{case}");
    }
}

#[test]
fn compares_with_f32() {
    let proteins = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/e2e/data/sample_280_protein.fasta");
    let small = ["--lengths", "5", "--batches", "1", "--rounds", "1", "--json", "--fidelity", proteins];
    fn t(args: &[&str], weights: &str, least: f64, most: f64, error: f64) {
        let output = bench(&[args, &["--records", "14", "--weights", weights]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let found = &report["fidelity"];
        assert_eq!((&report["weights"], &found["records"]), (&weights.into(), &14.into()));
        let cosine = found["residueCosine"]["min"].as_f64().expect("cosine");
        let divergence = found["predictions"]["divergence"]["mean"].as_f64().expect("divergence");
        assert!(cosine >= least && divergence <= most, "{weights}: {found}");
        // Beside the cosine of 0.99 stands what it hides: an error of some percent of what distinguishes proteins.
        for (error, largest) in [("centredError", error), ("residueCentredError", error)] {
            let found = &found[error];
            let (median, max) =
                (found["median"].as_f64().expect("median"), found["max"].as_f64().expect("max"));
            assert!(
                median <= max && max <= largest && (largest == 0.0 || median > 0.0),
                "{weights}: {error} {found}"
            );
        }
    }
    t(&small, "f32", 1.0 - 1e-12, 0.0, 0.0);
    t(&small, "f16", 0.9999, 1e-4, 0.02);
    t(&small, "int8", 0.99, 0.01, 0.3);
}

#[test]
fn a_table_for_people_and_refusals() {
    let table = bench(&["--lengths", "5", "--batches", "1", "--rounds", "1"]);
    let text = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.status.success() && text.contains("residues/s"), "{text}");
    fn t(more: &[&str], code: &str) {
        let output = bench(more);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && errors.contains(code), "{more:?}: {errors}");
    }
    t(&["--lengths", "0"], "bench.bad_size");
    t(&["--batches", "10001"], "bench.bad_size");
    t(&["--rounds", "0"], "bench.no_rounds");
}
