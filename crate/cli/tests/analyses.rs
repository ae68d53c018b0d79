//! The analyses as a user runs them: tables in, JSON and files out.

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A folder of one test's own, removed when it ends.
struct Folder(PathBuf);

impl Folder {
    /// With 40 rows of two clouds, and their labels.
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("crossgrain-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("temporary folder");
        let (mut rows, mut labels) = (String::from("id,d0,d1,d2\n"), String::from("id\tkind\tsize\tplace\n"));
        for i in 0..40 {
            let (cloud, noise) = (i % 2, |by: usize| ((i * by) % 17) as f32 / 17.0);
            let numbers = [noise(7) + 3.0 * cloud as f32, noise(5), noise(11)];
            rows.push_str(&format!("r{i},{},{},{}\n", numbers[0], numbers[1], numbers[2]));
            let size = numbers[1] * 10.0 + numbers[0];
            labels.push_str(&format!("r{i}\t{}\t{size}\t{}\n", ["near", "far"][cloud], i / 4));
        }
        std::fs::write(path.join("rows.csv"), rows).expect("rows");
        std::fs::write(path.join("labels.tsv"), labels).expect("labels");
        Self(path)
    }

    /// Runs `crossgrain` here.
    fn run(&self, words: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crossgrain"));
        command.current_dir(&self.0).args(words.split_whitespace()).output().expect("the command")
    }

    fn json(&self, words: &str) -> Value {
        let output = self.run(&format!("{words} --json"));
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_table_beside_itself_is_the_same() {
    let folder = Folder::new("cka");
    let found = folder.json("cka rows.csv rows.csv --out cka.safetensors");
    assert_eq!((&found["rows"], &found["cols"], &found["n"]), (&1.into(), &1.into(), &40.into()));
    assert!(folder.0.join("cka.safetensors").exists());
    let test = folder.json("cka-test rows.csv rows.csv --shuffles 99 --draws 50 --seed 1");
    assert!((test["value"].as_f64().expect("a number") - 1.0).abs() < 1e-6, "{test}");
    assert_eq!(test["p"], 0.01);
}

#[test]
fn neighbours_share_their_label() {
    let folder = Folder::new("knn");
    let purity = folder.json("purity rows.csv -k 3 --labels labels.tsv --column kind");
    assert_eq!(purity["mean"], 1.0);
    let predicted = folder.json("predict rows.csv -k 3 --labels labels.tsv --numbers size");
    assert!(predicted["fit"]["spearman"].as_f64().expect("a number") > 0.5, "{predicted}");
    folder.json("knn rows.csv -k 3 --out near.csv");
    let written = std::fs::read_to_string(folder.0.join("near.csv")).expect("neighbours");
    assert_eq!(written.lines().count(), 1 + 40 * 3);
    assert!(written.starts_with("row,rank,neighbour,distance\nr0,1,r"), "{written}");
}

#[test]
fn a_gpu_gives_the_same_answers() {
    let folder = Folder::new("device");
    for question in ["purity rows.csv -k 5 --labels labels.tsv --column kind --shuffles 50", "cka rows.csv"] {
        let cpu = folder.json(&format!("{question} --device cpu"));
        assert_eq!(cpu["computed"]["device"], "cpu");
        assert_eq!(folder.json(question)["computed"]["device"], "cpu", "so little is not worth a GPU");
        let output = folder.run(&format!("{question} --device gpu --json"));
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("device.unavailable") {
            println!("no GPU is tested here: {said}");
            return;
        }
        let gpu: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
        assert_eq!(gpu["computed"]["device"], "webgpu");
        assert_eq!(gpu["classes"], cpu["classes"]);
    }
}

#[test]
fn people_read_text() {
    let folder = Folder::new("text");
    let output = folder.run("purity rows.csv -k 3 --labels labels.tsv --column kind");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("mean: 1.0000\n") && text.contains("label  purity  rows"), "{text}");
}

#[test]
fn a_map_keeps_the_clouds_apart() {
    let folder = Folder::new("map");
    for method in ["pca", "umap", "tsne"] {
        let words = format!(
            "map rows.csv --method {method} --epochs 50 --iterations 50 --labels labels.tsv --column kind --out map.csv"
        );
        let found = folder.json(&words);
        assert!(found["quality"]["trustworthiness"].as_f64().expect("a number") > 0.6, "{found}");
        let map = std::fs::read_to_string(folder.0.join("map.csv")).expect("a map");
        assert_eq!(map.lines().count(), 41);
    }
    let part =
        folder.json("map rows.csv --method pca --labels labels.tsv --column kind --only far --out part.npy");
    assert_eq!(part["rows"], 20);
}

#[test]
fn a_probe_stands_beside_its_baselines() {
    let folder = Folder::new("probe");
    let words = "probe rows.csv rows.csv+rows.csv --labels labels.tsv --column kind --seed 1,2 --draws 200";
    let found = folder.json(words);
    let score = &found["tables"][0]["scores"][0];
    assert_eq!((&score["metric"], &score["value"]), (&Value::from("macro_auroc"), &Value::from(1.0)));
    assert!(score["permuted"]["mean"].as_f64().expect("a number") < 0.95, "{score}");
    assert_eq!(found["tables"][1]["columns"], 6);
    let grouped =
        "probe rows.csv --labels labels.tsv --column size --folds grouped --groups place --draws 50";
    assert_eq!(folder.json(grouped)["task"], "numbers");
}

/// Rows of residues in which the label lies in the first two numbers, and rows of pairs of residues
/// that hold the numbers of both.
fn residues(folder: &Folder) -> String {
    let (mut one, mut two) = (String::from("id,d0,d1\n"), String::from("id,d0,d1,d2,d3\n"));
    let mut labels = String::from("id\tfold\tgroup\n");
    for sequence in 0..12 {
        let letters: Vec<usize> = (0..11 + sequence % 4).map(|i| (i * i + sequence) % 7 % 3).collect();
        let row =
            |i: usize| letters.get(i).map_or([0.0, 0.0], |&at| [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]][at]);
        for i in 0..letters.len() {
            one.push_str(&format!("s{sequence}/{},{},{}\n", i + 1, row(i)[0], row(i)[1]));
        }
        for i in 0..letters.len().div_ceil(2) {
            let [[a, b], [c, d]] = [row(2 * i), row(2 * i + 1)];
            two.push_str(&format!("s{sequence}/{},{a},{b},{c},{d}\n", i + 1));
        }
        let text: String = letters.iter().map(|&at| ['H', 'E', 'C'][at]).collect();
        labels.push_str(&format!("s{sequence}\t{}\tg{}\n", text.replacen('H', "?", 1), sequence / 2));
    }
    std::fs::write(folder.0.join("one.csv"), one).expect("rows");
    std::fs::write(folder.0.join("two.csv"), two).expect("rows");
    std::fs::write(folder.0.join("fold.tsv"), &labels).expect("labels");
    labels
}

#[test]
fn every_residue_has_a_letter() {
    let folder = Folder::new("residues");
    let labels = residues(&folder);
    let words = "probe one.csv two.csv --residues-per-token 1,2 --labels fold.tsv --column fold --per-residue \
                 --folds grouped --groups group --draws 50 --out said.csv";
    let found = folder.json(words);
    let letters = |kept: &[char]| {
        labels
            .lines()
            .skip(1)
            .filter_map(|line| line.split('\t').nth(1))
            .collect::<String>()
            .matches(kept)
            .count()
    };
    assert_eq!(found["classes"], serde_json::json!(["C", "E", "H"]));
    assert_eq!(found["rows"], letters(&['H', 'E', 'C']));
    assert_eq!((&found["unlabelled"], &found["residues"]["withoutToken"]), (&12.into(), &0.into()));
    for table in 0..2 {
        let accuracy = found["tables"][table]["scores"]
            .as_array()
            .and_then(|scores| scores.iter().find(|score| score["metric"] == "accuracy"))
            .expect("an accuracy");
        assert_eq!(accuracy["value"], 1.0, "table {table}: {found}");
        let majority = accuracy["constant"].as_f64().expect("a number");
        assert!(majority < 0.7, "{majority}");
    }
    let said = std::fs::read_to_string(folder.0.join("said.csv")).expect("predictions");
    assert_eq!(said.lines().count(), 1 + letters(&['H', 'E', 'C']));
    // Read as one residue per row, pairs are half as many as the letters.
    let wrong = folder.run("probe two.csv --labels fold.tsv --column fold --per-residue --draws 50");
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    let all = "12 of 12 strings of labels have another length than their sequence: s0 (6 residues, 11 letters), s1 (6";
    assert!(said.contains("error [probe.residue_lengths] record s0: ") && said.contains(all), "{said}");
}

#[test]
fn a_forest_of_skip_gram_vectors_beside_random_ones() {
    let folder = Folder::new("forest");
    let worlds = [["PF00001", "PF00002", "PF00003"], ["PF00004", "PF00005", "PF00006"]];
    let (mut lists, mut labels) = (String::new(), String::from("id\tclass\n"));
    for i in 0..40 {
        let domains: Vec<&str> = (0..6).map(|j| worlds[i % 2][(i * 5 + j * 7 + i / 3) % 3]).collect();
        lists.push_str(&format!("c{i}\t{}\n", domains.join(";")));
        labels.push_str(&format!("c{i}\t{}\n", ["one", "other"][i % 2]));
    }
    std::fs::write(folder.0.join("domains.tsv"), lists).expect("domains");
    std::fs::write(folder.0.join("classes.tsv"), labels).expect("classes");
    let found = folder.json("skip-gram domains.tsv --vector-size 8 --out skip.csv");
    assert_eq!((&found["columns"], found["domains"].as_array().map(Vec::len)), (&8.into(), Some(6)));
    folder.json("skip-gram domains.tsv --learn-from domains.tsv --vector-size 8 --out again.csv");
    let read = |name| std::fs::read_to_string(folder.0.join(name)).expect("rows");
    assert_eq!(read("skip.csv"), read("again.csv"));
    folder.json("random-vectors domains.tsv --width 4 --out random.csv");
    let words =
        "probe skip.csv random.csv --labels classes.tsv --column class --model forest --trees 20 --draws 50";
    let found = folder.json(words);
    assert_eq!(found["tables"][0]["scores"][0]["value"], 1.0, "{found}");
    std::fs::write(folder.0.join("cds.fasta"), ">a\nATGATGAAA\n>b\nAAAAAAATG\n").expect("sequences");
    assert_eq!(folder.json("codon-frequencies cds.fasta --out codons.npy")["columns"], 64);
    assert_eq!(folder.json("kmers cds.fasta -k 2 --out words.csv")["columns"], 16);
}

#[test]
fn codons_keep_their_protein() {
    let folder = Folder::new("codon");
    std::fs::write(folder.0.join("cds.fasta"), ">a\nATGAAAAAGCTGTTATAA\n").expect("sequences");
    let usage = folder.json("codons cds.fasta");
    assert_eq!(usage["all"]["codons"], 6);
    let sampled = folder.run("sample-codons cds.fasta --how uniform --seed 3");
    assert_eq!(String::from_utf8_lossy(&sampled.stdout).lines().nth(1).map(str::len), Some(18));
    let mutants = folder.run("mutants cds.fasta --base-changes 1 --out mutants.tsv");
    assert_eq!(String::from_utf8_lossy(&mutants.stdout).lines().count(), 2 * 6 * 9);
    let table = std::fs::read_to_string(folder.0.join("mutants.tsv")).expect("a table");
    assert_eq!(table.lines().count(), 1 + 6 * 9);
    assert!(table.contains("a_M1L_TTG\ta\t1\tATG\tTTG\tM\tL\tstartRetained\t1\n"), "{table}");
}

#[test]
fn codons_are_read_in_the_frame_of_their_headers() {
    let folder = Folder::new("codon-frame");
    let headers = ">a [frame=2] [partial=5',3'] [gcode=4]\nCATGTGAAAAC\n>b [pseudo=true]\nATGTAA\n";
    std::fs::write(folder.0.join("cds.fna"), headers).expect("sequences");
    let usage = folder.json("codons cds.fna");
    assert_eq!((&usage["all"]["codons"], &usage["table"]), (&3.into(), &4.into()), "{usage}");
    assert_eq!(usage["warnings"][0]["code"], "cds.table_of_file");
    assert_eq!(usage["refused"][0]["code"], "cds.pseudogene");
    assert_eq!(folder.json("codons cds.fna --table 4")["warnings"], serde_json::json!([]));
    let mutants = folder.json("mutants cds.fna --record 0");
    assert_eq!(mutants["mutants"].as_array().map(Vec::len), Some(3 * 63));
    let usage = folder.json("codons cds.fna --table 15");
    assert_eq!(usage["table"], 4);
}

#[test]
fn refusals_have_a_code() {
    fn t(words: &str, code: &str) {
        let folder = Folder::new(&format!("refusal-{}", code.replace('.', "-")));
        std::fs::write(folder.0.join("strange.tsv"), "id\tkind\nx1\tnear\nx2\tfar\n").expect("labels");
        let short: String = (0..39).map(|i| format!("r{i},{i}\n")).collect();
        std::fs::write(folder.0.join("short.csv"), format!("id,d0\n{short}")).expect("rows");
        let turned: String = (0..40).rev().map(|i| format!("r{i},{i}\n")).collect();
        std::fs::write(folder.0.join("turned.csv"), format!("id,d0\n{turned}")).expect("rows");
        let holed: String = (0..40).map(|i| format!("r{i},{}\n", if i == 7 { "nan" } else { "1" })).collect();
        std::fs::write(folder.0.join("holed.csv"), format!("id,d0\n{holed}")).expect("rows");
        let output = folder.run(words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(code), "{words}: {said}");
    }
    t("knn rows.csv -k 40", "knn.neighbours");
    t("knn nothing.csv", "input.unreadable");
    t("knn labels.xlsx", "table.unknown_format");
    t("knn labels.tsv", "table.csv");
    t("probe rows.csv --labels labels.tsv --column colour", "labels.no_column");
    t("probe rows.csv --labels labels.tsv --column kind --per-residue", "table.no_rows");
    t("probe rows.csv --labels labels.tsv --column kind --per-residue --each-layer", "probe.per_residue");
    t("cka-test rows.csv short.csv", "table.other_ids");
    // Ids that do not match.
    t("probe rows.csv --labels strange.tsv --column kind", "labels.no_match");
    t("purity rows.csv --labels strange.tsv --column kind", "labels.no_match");
    t("map rows.csv --labels strange.tsv --column kind --out map.csv", "labels.no_match");
    t("probe rows.csv turned.csv --labels labels.tsv --column kind", "table.other_ids");
    t("probe rows.csv short.csv --labels labels.tsv --column kind", "table.other_ids");
    t("probe rows.csv+turned.csv --labels labels.tsv --column kind", "table.other_ids");
    t("overlap rows.csv turned.csv", "table.other_ids");
    t("cka rows.csv turned.csv", "table.other_ids");
    t("map rows.csv --method pca --align turned.csv --out map.csv", "table.other_ids");
    // Cells that are not numbers are reported with their line. Then impossible folds.
    t("knn holed.csv", "table.csv");
    t("probe holed.csv --labels labels.tsv --column kind", "table.csv");
    t("probe rows.csv --labels labels.tsv --column kind --count 41", "folds.count");
    t("probe rows.csv --labels labels.tsv --column kind --folds grouped", "folds.no_groups");
    t("map rows.csv --out map.txt", "output.unknown_format");
}
