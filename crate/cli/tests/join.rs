//! One file through models of several granularities, and their rows side by side.

use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Five genes: one with a frameshift, one with an ambiguous letter, one that is a stop codon alone.
const GENES: &str = "\
>g1 species=a
ATGAAAACCGCGTATATTGCGAAACAGCGCCAGATTAGCTTTGTGAAATAA
>g2 species=b
GTGAGCATTCAGCATTTTCGCGTGGCGCTGATTCCGTTTTTTGCGGCGTAG
>g3 species=a
ATGCCGTAAGTGTTTGCGCATCCGGAAACC
>g4 species=b
ATGNNNGATGCGGAAGATCAGCTG
>g5 species=b
TAA
";

/// A folder of one test's own, removed when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("crossgrain-join-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("temporary folder");
        std::fs::write(path.join("genes.fa"), GENES).expect("genes");
        Self(path)
    }

    /// Runs `crossgrain` here; `@` stands for the project's folder.
    fn run(&self, words: &str) -> Output {
        let words = words.split_whitespace().map(|word| word.replace('@', ROOT));
        let mut command = Command::new(env!("CARGO_BIN_EXE_crossgrain"));
        command.current_dir(&self.0).args(words).output().expect("the command")
    }

    /// What a command that must succeed says on stdout and stderr.
    fn said(&self, words: &str) -> (String, String) {
        let output = self.run(words);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{words}: {}", text(&output.stderr));
        (text(&output.stdout), text(&output.stderr))
    }

    fn json(&self, words: &str) -> Value {
        serde_json::from_str(&self.said(&format!("{words} --json")).0).expect("JSON")
    }

    /// Names and numbers of a table.
    fn rows(&self, file: &str) -> Vec<(String, Vec<f32>)> {
        let text = std::fs::read_to_string(self.0.join(file)).expect("a table");
        let row = |line: &str| {
            let mut cells = line.split(',').map(str::to_owned);
            let id = cells.next().expect("an id");
            (id, cells.map(|cell| cell.parse().expect("a number")).collect())
        };
        text.lines().skip(1).map(row).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const EMBED: &str = "embed --device cpu --input genes.fa";

#[test]
fn a_gene_and_its_protein_in_one_row() {
    let folder = Folder::new("genes");
    folder.said(&format!("{EMBED} --model @/tests/golden/ntv2-tiny-6mer --kind dna --out nt.csv"));
    let (_, stderr) =
        folder.said(&format!("{EMBED} --model @/tests/golden/esm2-tiny --translate 11 --out esm.csv"));
    for (code, record) in
        [("cds.internal_stop", "g3"), ("cds.ambiguous_codon", "g4"), ("cds.no_protein", "g5")]
    {
        let line = stderr.lines().find(|line| line.contains(code));
        assert!(line.is_some_and(|line| line.contains(&format!("record {record}"))), "{code}: {stderr}");
    }
    let found = folder.json("join esm.csv nt.csv --out both.csv");
    let (esm, nt, both) = (folder.rows("esm.csv"), folder.rows("nt.csv"), folder.rows("both.csv"));
    let ids = |rows: &[(String, Vec<f32>)]| rows.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&both), ["g1", "g2", "g3", "g4"]);
    let nt: HashMap<String, Vec<f32>> = nt.into_iter().collect();
    for ((id, joined), (_, own)) in both.iter().zip(&esm) {
        assert_eq!(joined, &[own.as_slice(), &nt[id]].concat(), "{id}");
    }
    assert_eq!((&found["matched"], &found["rows"]), (&4.into(), &4.into()));
    assert_eq!(found["cols"], esm[0].1.len() + nt["g1"].len());
    assert_eq!(found["missing"], serde_json::json!([{ "id": "g5", "tables": ["esm.csv"] }]));
    assert!(!folder.run("join esm.csv nt.csv --out whole.csv --complete").status.success());
    // The genes of a protein model and of a DNA model are the same whatever the format.
    folder.said("join esm.csv nt.csv --out both.safetensors");
    let map = folder.json("map both.safetensors --method pca --out map.csv");
    assert_eq!(map["rows"], 4);
}

#[test]
fn domains_meet_at_their_places() {
    let folder = Folder::new("domains");
    let file = "@/tests/corpus/genbank/deepbgc_labelled_contigs.gbk.gz";
    let esm = "--model @/tests/golden/esm2-tiny --kind domain-slices --out esm.csv";
    folder.said(&format!("embed --device cpu --input {file} {esm}"));
    let carp = "--model @/tests/golden/bigcarp-tiny-random/bigcarp_random.pt --pool none --out carp";
    folder.said(&format!("embed --device cpu --input {file} {carp}.csv"));
    folder.said(&format!("embed --device cpu --input {file} {carp}.safetensors"));
    // Without the slices of two domains: the others must stay where they are.
    let text = std::fs::read_to_string(folder.0.join("esm.csv")).expect("esm.csv");
    let skipped: Vec<&str> =
        text.lines().enumerate().filter(|(i, _)| *i != 3 && *i != 9).map(|(_, l)| l).collect();
    std::fs::write(folder.0.join("some.csv"), skipped.join("\n")).expect("some.csv");
    let found = folder.json("join some.csv carp.csv --by position --out both.csv");
    assert_eq!((&found["rows"], &found["missing"].as_array().map(Vec::len)), (&206.into(), &Some(2)));
    let own: HashMap<String, Vec<f32>> = folder.rows("some.csv").into_iter().collect();
    let carp: HashMap<String, Vec<f32>> = folder.rows("carp.csv").into_iter().collect();
    assert_eq!(carp.len(), 208);
    for (id, joined) in folder.rows("both.csv") {
        assert_eq!(joined, [own[&id].as_slice(), &carp[&id]].concat(), "{id}");
    }
    // Rows per domain are the same from tensors, one per cluster, and from a table.
    folder.json("join some.csv carp.safetensors --by position --out tensors.csv");
    assert_eq!(folder.rows("tensors.csv"), folder.rows("both.csv"));
    let mean = folder.json("join some.csv carp.csv --by position --mean --out mean.csv");
    assert_eq!((&mean["rows"], &mean["matched"]), (&2.into(), &206.into()));
    let (id, means) = folder.rows("mean.csv").swap_remove(0);
    let of: Vec<Vec<f32>> = folder
        .rows("both.csv")
        .into_iter()
        .filter(|(name, _)| name.rsplit_once('/').is_some_and(|(own, _)| own == id))
        .map(|(_, row)| row)
        .collect();
    let first = of.iter().map(|row| f64::from(row[0])).sum::<f64>() / of.len() as f64;
    assert!((f64::from(means[0]) - first).abs() < 1e-6);
}

#[test]
fn chosen_positions_become_one_row() {
    let folder = Folder::new("positions");
    std::fs::write(folder.0.join("pocket.tsv"), "g1\t3,1,5\ng2\t2 2 4\ng3\t999,1,2\n").expect("positions");
    let base = format!("{EMBED} --model @/tests/golden/esm2-tiny --translate 11");
    folder.said(&format!("{base} --pool none --out residues.csv"));
    let residues: HashMap<String, Vec<f32>> = folder.rows("residues.csv").into_iter().collect();
    let (_, stderr) = folder.said(&format!("{base} --positions pocket.tsv --out mean.csv"));
    for (code, record) in [("positions.outside", "g3"), ("positions.missing", "g4")] {
        let line = stderr.lines().find(|line| line.contains(code));
        assert!(line.is_some_and(|line| line.contains(&format!("record {record}"))), "{code}: {stderr}");
    }
    let mean = folder.rows("mean.csv");
    assert_eq!(mean.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["g1", "g2"]);
    for (column, found) in mean[0].1.iter().enumerate() {
        let sum: f64 = ["g1/3", "g1/1", "g1/5"].iter().map(|name| f64::from(residues[*name][column])).sum();
        assert!((f64::from(*found) - sum / 3.0).abs() < 1e-6, "column {column}");
    }
    folder.said(&format!("{base} --positions pocket.tsv --position-pooling concatenated --out side.csv"));
    let expected = ["g2/2", "g2/2", "g2/4"].map(|name| residues[name].clone()).concat();
    assert_eq!(folder.rows("side.csv")[1], ("g2".to_owned(), expected));
}

#[test]
fn refusals_have_a_code() {
    fn t(words: &str, code: &str) {
        let folder = Folder::new(&format!("refusal-{}", code.replace('.', "-")));
        for (name, text) in [
            ("a.csv", "id,d0\nx,1\ny,2\n"),
            ("b.csv", "id,d0\nv,1\nw,2\n"),
            ("twice.csv", "id,d0\nx,1\nx,2\n"),
            ("pocket.tsv", "p9\t1\n"),
            ("none.tsv", "nothing here\n"),
        ] {
            std::fs::write(folder.0.join(name), text).expect("a table");
        }
        let output = folder.run(words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(code), "{words}: {said}");
    }
    t("join a.csv b.csv --out o.csv", "join.nothing");
    t("join a.csv twice.csv --out o.csv", "join.duplicate_key");
    t("join a.csv b.csv --by position --out o.csv", "join.no_position");
    t("join a.csv a.csv --mean --out o.csv", "join.mean");
    t("join a.csv a.csv --out o.txt", "output.unknown_format");
    let model = "--device cpu --model @/tests/golden/esm2-tiny --out o.csv";
    t(&format!("embed --input genes.fa --translate 7 {model}"), "codon.table");
    t(&format!("embed --input genes.fa --kind domain-slices {model}"), "domains.no_slices");
    t(&format!("embed --input genes.fa --translate 1 --positions pocket.tsv {model}"), "input.no_records");
    t(&format!("embed --input genes.fa --translate 1 --positions none.tsv {model}"), "positions.not_a_table");
}
