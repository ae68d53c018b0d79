//! What the command writes, the command reads, by the same names.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden");

/// A folder of this test's own, removed when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("crossgrain-round-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("temporary folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("a file");
    }

    /// Runs `crossgrain` here.
    fn run(&self, words: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crossgrain"));
        command.current_dir(&self.0).args(words.split_whitespace()).output().expect("the command")
    }

    /// Runs a command that must succeed; answers what it prints and what it reports.
    fn good(&self, words: &str) -> (String, String) {
        let output = self.run(words);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{words}: {}", text(&output.stderr));
        (text(&output.stdout), text(&output.stderr))
    }

    /// Rows of a table, as `knn` counts them.
    fn rows(&self, table: &str) -> usize {
        let (text, _) = self.good(&format!("knn {table} -k 1"));
        let rows = text.lines().find_map(|line| line.strip_prefix("rows: "));
        rows.expect("a count").parse().expect("a number")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn every_file_of_embed_is_a_table() {
    let folder = Folder::new("embed");
    folder.write("p.fasta", ">=a\nMKVLA\n>b/1 x\nMKV\n>c\nMKVLAWQ\n");
    let embed = format!("embed --model {GOLDEN}/esm2-tiny --input p.fasta --device cpu");
    for (more, file, rows) in [
        ("", "m.csv", 3),
        ("", "m.npy", 3),
        ("--layers all", "m.safetensors#layer_3", 3),
        ("--logits --contacts", "l.safetensors", 3),
        ("--pool none", "r.csv", 15),
        ("--pool none", "r.npy", 15),
        ("--pool none", "r.safetensors", 15),
        ("--pool none --logits", "rl.safetensors", 15),
        ("--pool tokens --layers 1,2", "t.safetensors#layer_2", 21),
    ] {
        let out = file.split('#').next().unwrap_or(file);
        folder.good(&format!("{embed} {more} --out {out}"));
        assert_eq!(folder.rows(file), rows, "{more} {file}");
    }
    // Logits and contact maps beside the means are reported, and read by their names.
    let (_, reported) = folder.good("knn l.safetensors -k 1");
    assert!(reported.contains("[table.left_out]") && reported.contains("6 tensors"), "{reported}");
    assert_eq!(folder.rows("l.safetensors#1/logits"), 5);
    // The name that a spreadsheet would run comes back from all formats.
    for file in ["m.csv", "m.safetensors#layer_3"] {
        folder.good(&format!("knn {file} -k 1 --out n.csv"));
        let found = std::fs::read_to_string(folder.0.join("n.csv")).expect("neighbours");
        assert!(found.contains("\n=a,1,"), "{file}: {found}");
    }
}

#[test]
fn answers_are_tables() {
    let folder = Folder::new("answers");
    // Five lists of five domains: numbers alone do not say whose rows are whose.
    folder.write("d.tsv", "c1\tPF00001;PF00002;PF00003\nc2\tPF00002;PF00003\nc3\tPF00003;PF00001;PF00004\nc4\tPF00001;PF00004\nc5\tPF00005;PF00001\n");
    for end in ["safetensors", "csv", "npy"] {
        folder.good(&format!("skip-gram d.tsv --vector-size 8 --out s.{end}"));
        assert_eq!(folder.rows(&format!("s.{end}")), 5);
        folder.good(&format!("random-features --rows 7 --columns 4 --out f.{end}"));
        assert_eq!(folder.rows(&format!("f.{end}")), 7);
        folder.good(&format!("map f.{end} --method pca --out map.{end}"));
        assert_eq!(folder.rows(&format!("map.{end}")), 7);
    }
    folder.good("knn s.safetensors#vectors -k 1 --out n.csv");
    let found = std::fs::read_to_string(folder.0.join("n.csv")).expect("neighbours");
    assert!(found.contains("\nPF00005,1,"), "{found}");
    // A folder gets every array in its own type, whole numbers too.
    std::fs::create_dir(folder.0.join("all")).expect("a folder");
    folder.good("knn f.csv -k 2 --out all");
    assert_eq!((folder.rows("all/indices.npy"), folder.rows("all/distances.npy")), (7, 7));
}

#[test]
fn an_adapter_beside_a_model_or_in_a_folder_there() {
    let folder = Folder::new("adapter");
    let copy = |from: &str, to: &Path| {
        std::fs::copy(format!("{GOLDEN}/esm2-tiny/{from}"), to).expect("a copy");
    };
    let model = folder.0.join("model");
    std::fs::create_dir_all(model.join("lora")).expect("a folder");
    for file in ["config.json", "model.safetensors", "vocab.txt"] {
        copy(file, &model.join(file));
    }
    folder.write(
        "model/lora/adapter_config.json",
        r#"{"peft_type":"IA3","base_model_name_or_path":"some/base"}"#,
    );
    // Twice the rows of one layer's values.
    let numbers: Vec<u8> = std::iter::repeat_n(2_f32.to_le_bytes(), 64).flatten().collect();
    let name = "base_model.model.esm.encoder.layer.0.attention.self.value.ia3_l";
    let header = format!(r#"{{"{name}":{{"dtype":"F32","shape":[64,1],"data_offsets":[0,256]}}}}"#);
    let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &numbers].concat();
    std::fs::write(model.join("lora/adapter_model.safetensors"), bytes).expect("an adapter");
    folder.write("p.fasta", ">a\nMKVLA\n");
    let (_, reported) = folder.good("embed --model model --input p.fasta --device cpu --out a.csv");
    assert!(reported.contains("[model.adapter_applied]") && reported.contains("2 tensors"), "{reported}");
    folder.good(&format!("embed --model {GOLDEN}/esm2-tiny --input p.fasta --device cpu --out b.csv"));
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).expect("a table");
    assert_ne!(read("a.csv"), read("b.csv"));
    // Beside the model's files it is the same.
    for file in ["adapter_config.json", "adapter_model.safetensors"] {
        std::fs::copy(model.join("lora").join(file), model.join(file)).expect("a copy");
    }
    folder.good("embed --model model --input p.fasta --device cpu --out c.csv");
    assert_eq!(read("a.csv"), read("c.csv"));
    // Quantized with it, the file needs no adapter; with one it is refused.
    folder.good("quantize --model model --weights f16 --out q.safetensors");
    folder.good("embed --model q.safetensors --input p.fasta --device cpu --out q.csv");
    let first = |text: String| -> Vec<f32> {
        let row = text.lines().nth(1).expect("a row").to_owned();
        row.split(',').skip(1).map(|cell| cell.parse().expect("a number")).collect()
    };
    let (quantized, merged) = (first(read("q.csv")), first(read("c.csv")));
    let worst = quantized.iter().zip(&merged).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst < 0.05, "{worst}");
    std::fs::rename(folder.0.join("q.safetensors"), model.join("model.safetensors")).expect("a move");
    let refused = folder.run("embed --model model --input p.fasta --device cpu --out d.csv");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("weights.adapter_quantized"));
    // Two adapters: which?
    std::fs::remove_file(model.join("adapter_config.json")).expect("a file");
    std::fs::create_dir_all(model.join("other")).expect("a folder");
    folder.write("model/other/adapter_config.json", "{}");
    let refused = folder.run("embed --model model --input p.fasta --device cpu --out d.csv");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("model.several_adapters"));
}
