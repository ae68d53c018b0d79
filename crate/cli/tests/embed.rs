//! The command as a user runs it: arguments in, files and messages out.

use crossgrain_core::weights::{Safetensors, SliceBytes, TensorSource};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/esm2-tiny");

/// A folder of this test's own, removed when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("crossgrain-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("temporary folder");
        Self(path)
    }
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs `crossgrain embed` on the CPU with this FASTA text on standard input.
fn embed(model: &str, fasta: &str, out: &Path, more: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_crossgrain"))
        .args(["embed", "--model", model, "--input", "-", "--device", "cpu", "--out"])
        .arg(out)
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command");
    // The command may refuse its arguments without reading anything.
    let _ = child.stdin.take().expect("stdin").write_all(fasta.as_bytes());
    child.wait_with_output().expect("output")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn safetensors_hold_everything_that_was_asked_for() {
    let folder = Folder::new("tokens");
    let out = folder.file("rows.safetensors");
    let fasta = ">a\nMQIFVK\n>b with words\nMK<mask>V\n";
    let more = ["--layers", "0,3", "--pool", "tokens", "--logits", "--contacts"];
    let output = embed(MODEL, fasta, &out, &more);
    assert!(output.status.success(), "{}", stderr(&output));
    let bytes = std::fs::read(&out).expect("the file");
    let file = Safetensors::open(SliceBytes(&bytes), "rows").expect("safetensors");
    let shape = |name: &str| file.info(name).map(|info| info.shape.clone());
    assert_eq!(shape("0/layer_0"), Some(vec![8, 64]));
    assert_eq!(shape("1/layer_3"), Some(vec![6, 64]));
    assert_eq!(shape("0/logits"), Some(vec![8, 33]));
    assert_eq!(shape("1/contacts"), Some(vec![4, 4]));
    assert_eq!(file.names().len(), 8);
    assert_eq!(file.metadata()["ids"], r#"["a","b"]"#);
}

#[test]
fn the_ending_chooses_the_format() {
    let folder = Folder::new("formats");
    let fasta = ">a\nMQIFVK\n>b\nMKV\n";
    let npy = folder.file("rows.npy");
    assert!(embed(MODEL, fasta, &npy, &[]).status.success());
    assert!(std::fs::read(&npy).expect("npy").starts_with(b"\x93NUMPY"));
    let csv = folder.file("rows.csv");
    assert!(embed(MODEL, fasta, &csv, &["--pool", "none"]).status.success());
    let text = std::fs::read_to_string(&csv).expect("csv");
    let first: Vec<&str> = text.lines().map(|line| line.split(',').next().unwrap_or("")).collect();
    assert_eq!(first, ["id", "a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "b/1", "b/2", "b/3"]);
    let pooled = folder.file("rows.safetensors");
    assert!(embed(MODEL, fasta, &pooled, &["--layers", "all"]).status.success());
    let bytes = std::fs::read(&pooled).expect("safetensors");
    let file = Safetensors::open(SliceBytes(&bytes), "rows").expect("safetensors");
    assert_eq!(file.names(), ["layer_0", "layer_1", "layer_2", "layer_3"]);
}

#[test]
fn several_workers_write_the_same_file() {
    let folder = Folder::new("workers");
    let lengths = [40, 300, 7, 1100, 40, 90, 600, 350];
    let letters = "MSIQHFRVALIPFFAAFCLPVFAHPETLVKVKDAEDQLGARVGYIELDLNSG";
    let record = |(i, l): (usize, &usize)| {
        format!(">r{i}\n{}\n", letters.chars().cycle().skip(i % 4).take(*l).collect::<String>())
    };
    let fasta: String = lengths.iter().enumerate().map(record).collect();
    let of = |workers: &str, pool: &str| {
        let out = folder.file(&format!("{workers}-{pool}.safetensors"));
        let output = embed(MODEL, &fasta, &out, &["--workers", workers, "--pool", pool, "--layers", "all"]);
        assert!(output.status.success(), "{}", stderr(&output));
        std::fs::read(out).expect("the file")
    };
    for pool in ["mean", "tokens"] {
        assert!(of("1", pool) == of("3", pool), "{pool}");
    }
}

#[test]
fn a_refused_record_is_reported_and_skipped() {
    let folder = Folder::new("refused");
    let out = folder.file("rows.csv");
    let output = embed(MODEL, ">good\nMKV\n>bad\nMK{V\n>also\nMQI\n", &out, &[]);
    assert!(output.status.success());
    let messages = stderr(&output);
    assert!(messages.contains("refused [fasta.") && messages.contains("record bad"), "{messages}");
    assert_eq!(std::fs::read_to_string(&out).expect("csv").lines().count(), 3);
}

#[test]
fn refusals_have_a_code_and_a_status() {
    fn t(model: &str, fasta: &str, out: &str, more: &[&str], code: &str) {
        let folder = Folder::new(&format!("refusal-{}", code.replace('.', "-")));
        let output = embed(model, fasta, &folder.file(out), more);
        assert!(!output.status.success(), "{code}");
        assert!(stderr(&output).contains(code), "{code}: {}", stderr(&output));
        assert!(!folder.file(out).exists(), "{code} left a file");
    }
    let good = ">a\nMKV\n";
    t(MODEL, good, "rows.txt", &[], "output.unknown_format");
    t(MODEL, good, "rows.npy", &["--layers", "all"], "output.one_layer");
    t(MODEL, good, "rows.npy", &["--layers", "4"], "embed.no_such_layer");
    t(MODEL, good, "rows.npy", &["--overlap", "1022"], "embed.overlap");
    t(MODEL, good, "rows.safetensors", &["--workers", "2", "--logits"], "embed.rows_only");
    t(MODEL, "", "rows.npy", &[], "sequences.empty_file");
    t(MODEL, ">a\nACGTACGTACGTACGTACGTACGTACGTACGT\n", "rows.npy", &[], "embed.dna_for_a_protein_model");
    let nucleotides = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/nt-3mer-demo");
    t(nucleotides, ">a\nMKTAYIAKQRQISFVKSHFSRQ\n", "rows.npy", &[], "embed.proteins_for_a_dna_model");
    t(
        nucleotides,
        ">a\nACGTACGTRYACGTACGT\n",
        "rows.npy",
        &["--strict", "--kind", "dna"],
        "token.unknown_letters",
    );
    let clusters = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/bigcarp-demo");
    t(clusters, good, "rows.npy", &[], "embed.letters_for_a_domain_model");
    t(MODEL, "c1\tPF00668;PF00550\n", "rows.npy", &[], "embed.domains_for_a_letter_model");
    t("/nowhere", good, "rows.npy", &[], "model.missing_file");
}

/// The model's family and the file's format are found out: a list of domains, and a GenBank file that
/// gives domains, proteins or genes as the model wants.
#[test]
fn every_family_takes_its_own_part_of_a_file() {
    const GENBANK: &str = "\
LOCUS       C1  60 bp DNA
FEATURES             Location/Qualifiers
     CDS             1..9
                     /locus_tag=\"g1\"
                     /translation=\"MK\"
     PFAM_domain     1..6
                     /db_xref=\"PF00668.5\"
     PFAM_domain     13..15
                     /db_xref=\"PF00550\"
ORIGIN
        1 atgaaataaa aacccgggtt acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt
//
";
    fn t(model: &str, text: &str, more: &[&str], ids: &[&str]) {
        let folder = Folder::new(&format!("family-{}", model.replace('/', "-")));
        let out = folder.file("rows.csv");
        let model = format!("{}/../../{model}", env!("CARGO_MANIFEST_DIR"));
        let output = embed(&model, text, &out, more);
        assert!(output.status.success(), "{model}: {}", stderr(&output));
        let text = std::fs::read_to_string(&out).expect("csv");
        let found: Vec<&str> =
            text.lines().skip(1).map(|line| line.split(',').next().unwrap_or("")).collect();
        assert_eq!(found, ids, "{model}");
    }
    t("models/bigcarp-demo", "c1\tnrp;PF00668;PF00550\nc2\tPF00109\n", &[], &["c1", "c2"]);
    t("models/bigcarp-demo", GENBANK, &["--pool", "none"], &["C1/1", "C1/2"]);
    t("models/esm2-demo", GENBANK, &["--pool", "none"], &["g1/1", "g1/2"]);
    t("models/nt-3mer-demo", GENBANK, &["--pool", "none"], &["g1/1", "g1/2", "g1/3"]);
    t("models/nt-3mer-demo", ">a\nATGAAATAAGGGCCC\n", &["--kind", "dna"], &["a"]);
    t("tests/golden/dnabert2-tiny", ">a\nATGAAATAAGGGCCC\n", &["--kind", "dna"], &["a"]);
    t("tests/golden/esm2-tiny-fairesm", ">a\nMKTAYIAKQR\n", &[], &["a"]);
    t("models/bigcarp-demo/bigcarp_demo.pt", "c1\tPF00668;PF00550\n", &[], &["c1"]);
}

#[test]
fn a_quantized_file_embeds_like_its_original() {
    let folder = Folder::new("quantized");
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/esm2-demo");
    for weights in ["int8", "int4", "f16"] {
        let model = folder.file(&format!("{weights}.safetensors"));
        let output = Command::new(env!("CARGO_BIN_EXE_crossgrain"))
            .args(["quantize", "--model", demo, "--weights", weights, "--out"])
            .arg(&model)
            .output()
            .expect("the command");
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(!model.with_extension("safetensors.part").exists());
        let (a, b) = (folder.file("a.npy"), folder.file("b.npy"));
        let output = embed(&model.display().to_string(), ">x\nMQIFVKTLTGK\n", &a, &[]);
        assert!(output.status.success(), "{}", stderr(&output));
        let output = embed(demo, ">x\nMQIFVKTLTGK\n", &b, &["--weights", weights]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(std::fs::read(a).expect("rows"), std::fs::read(b).expect("rows"), "{weights}");
        let output =
            embed(&model.display().to_string(), ">x\nMQ\n", &folder.file("c.npy"), &["--weights", "f32"]);
        assert!(stderr(&output).contains("[model.precision]"), "{}", stderr(&output));
    }
    let output = Command::new(env!("CARGO_BIN_EXE_crossgrain"))
        .args(["quantize", "--model"])
        .arg(folder.file("int8.safetensors"))
        .args(["--weights", "int8", "--out"])
        .arg(folder.file("again.safetensors"))
        .output()
        .expect("the command");
    assert!(stderr(&output).contains("[model.quantized]"), "{}", stderr(&output));
    assert!(!folder.file("again.safetensors").exists());
}
