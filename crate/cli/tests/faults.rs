//! What goes wrong around the command: full disks, closed streams, outputs that cannot or must not be written, names that
//! are not text, models that are not what their names say. An answer that is lost is a failure, and no good file is lost.

#![cfg(unix)]

use crossgrain_core::weights::{Safetensors, SliceBytes};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/esm2-tiny");

/// A folder of one test's own with a table, labels and sequences, removed when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("crossgrain-faults-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("temporary folder");
        let (mut rows, mut labels) = (String::from("id,d0,d1\n"), String::from("id\tkind\n"));
        for i in 0..40 {
            rows.push_str(&format!("r{i},{},{}\n", (i * 7) % 17, (i * 5) % 13));
            labels.push_str(&format!("r{i}\t{}\n", i % 2));
        }
        std::fs::write(path.join("rows.csv"), rows).expect("rows");
        std::fs::write(path.join("labels.tsv"), labels).expect("labels");
        std::fs::write(path.join("in.fasta"), ">a\nMQIFVK\n>b\nMKV\n").expect("sequences");
        Self(path)
    }

    /// Runs a line of the shell here; `crossgrain` is this build's.
    fn shell(&self, line: &str) -> Output {
        let line = line.replace("crossgrain ", &format!("{} ", env!("CARGO_BIN_EXE_crossgrain")));
        Command::new("sh").current_dir(&self.0).args(["-c", &line]).output().expect("a shell")
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(name)).ok()
    }

    fn names(&self) -> Vec<OsString> {
        let mut names: Vec<OsString> = std::fs::read_dir(&self.0)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn embed(out: &str) -> String {
    format!("crossgrain embed --model {MODEL} --input in.fasta --device cpu --out {out}")
}

#[test]
fn an_answer_that_cannot_be_printed_is_a_failure() {
    let folder = Folder::new("full-stdout");
    for command in [
        "knn -k 3 rows.csv",
        "knn -k 3 rows.csv --json",
        "cka rows.csv rows.csv",
        "models",
        "models --json",
        "map --method pca rows.csv",
        "codons in.fasta --json",
        r#"ask '{"neighbours":{"table":"rows.csv","k":3}}'"#,
    ] {
        let output = folder.shell(&format!("crossgrain {command} > /dev/full"));
        assert_eq!(output.status.code(), Some(1), "{command}: {}", stderr(&output));
        // A command may have refused its input, but then it says so too.
        assert!(stderr(&output).contains("error ["), "{command}: {}", stderr(&output));
    }
    for command in ["--help", "--version", "map --help"] {
        assert_ne!(
            folder.shell(&format!("crossgrain {command} > /dev/full")).status.code(),
            Some(0),
            "{command}"
        );
    }
    let lost = folder.shell("crossgrain knn -k 3 rows.csv > /dev/full");
    assert!(stderr(&lost).contains("error [output.unwritable] standard output:"), "{}", stderr(&lost));
}

#[test]
fn a_closed_pipe_is_no_mistake() {
    let folder = Folder::new("pipe");
    let mut child = Command::new(env!("CARGO_BIN_EXE_crossgrain"))
        .current_dir(&folder.0)
        .args(["knn", "-k", "3", "rows.csv", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("output");
    let messages = stderr(&output);
    assert!(
        output.status.success() && !messages.contains("error") && !messages.contains("panicked"),
        "{messages}"
    );
}

#[test]
fn messages_that_nobody_can_read_stop_nothing() {
    let folder = Folder::new("full-stderr");
    for stream in ["2>/dev/full", "2>&-"] {
        let output = folder.shell(&format!("{} {stream}", embed("x.npy")));
        assert_eq!(output.status.code(), Some(0), "{stream}");
        assert!(folder.read("x.npy").is_some_and(|bytes| bytes.starts_with(b"\x93NUMPY")), "{stream}");
        let refused = folder.shell(&format!("crossgrain knn -k 3 nothing.csv {stream}"));
        assert_eq!(refused.status.code(), Some(1), "{stream}");
        assert_eq!(
            folder.shell(&format!("crossgrain knn --wrong {stream}")).status.code(),
            Some(2),
            "{stream}"
        );
    }
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_anything_is_computed() {
    let folder = Folder::new("early");
    std::fs::create_dir(folder.0.join("folder.npy")).expect("a folder");
    symlink("loop.npy", folder.0.join("loop.npy")).expect("a link");
    std::fs::write(folder.0.join("file"), "").expect("a file");
    for out in ["/nonexist/x.npy", "/proc/x.npy", "folder.npy", "loop.npy", "file/x.npy"] {
        let output = folder.shell(&embed(out));
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{out}: {said}");
        assert!(said.contains("error [output.unwritable]") && said.contains(out), "{out}: {said}");
        assert!(!said.contains("device:") && !said.contains("records,"), "{out}: {said}");
    }
    let several = folder.shell(&format!("{} --layers all", embed("x.csv")));
    assert!(
        stderr(&several).contains("output.one_layer") && !stderr(&several).contains("device:"),
        "{}",
        stderr(&several)
    );
    for command in ["map --method pca rows.csv --out /nonexist/x.csv", "knn -k 3 rows.csv --out loop.npy"] {
        let output = folder.shell(&format!("crossgrain {command}"));
        assert!(
            stderr(&output).contains("output.unwritable") && output.stdout.is_empty(),
            "{}",
            stderr(&output)
        );
    }
    let quantized = folder
        .shell(&format!("crossgrain quantize --model {MODEL} --weights int8 --out /nonexist/q.safetensors"));
    assert!(stderr(&quantized).contains("output.unwritable"), "{}", stderr(&quantized));
}

#[test]
fn a_disk_that_fills_up_leaves_the_old_file_and_nothing_else() {
    let folder = Folder::new("full-disk");
    let rows: String = (0..400).map(|i| format!(">r{i}\nMKV\n")).collect();
    std::fs::write(folder.0.join("in.fasta"), rows).expect("sequences");
    std::fs::write(
        folder.0.join("rows.csv"),
        (0..900).fold("id,d0,d1\n".into(), |text: String, i| text + &format!("r{i},{i},{}\n", i % 7)),
    )
    .expect("rows");
    let before = folder.names();
    // As on a full disk, a write beyond 8 KiB fails.
    let limited = |line: &str| folder.shell(&format!("trap '' XFSZ; ulimit -f 16; exec {line}"));
    for (out, line) in [
        ("x.npy", embed("x.npy")),
        ("x.csv", embed("x.csv")),
        ("x.safetensors", embed("x.safetensors")),
        ("n.csv", "crossgrain knn -k 15 rows.csv --out n.csv".to_owned()),
        ("q.safetensors", format!("crossgrain quantize --model {MODEL} --weights int8 --out q.safetensors")),
    ] {
        std::fs::write(folder.0.join(out), "a good file").expect("the file before");
        let output = limited(&line);
        assert_eq!(output.status.code(), Some(1), "{line}: {}", stderr(&output));
        assert!(stderr(&output).contains("error ["), "{line}: {}", stderr(&output));
        assert_eq!(folder.read(out).as_deref(), Some(&b"a good file"[..]), "{line}");
        std::fs::remove_file(folder.0.join(out)).expect("removed");
        limited(&line);
        assert_eq!(folder.names(), before, "{line} left something");
    }
}

#[test]
fn an_output_that_is_an_input_is_refused() {
    let folder = Folder::new("input");
    let at = |name: &str| folder.0.join(name);
    std::fs::copy(at("in.fasta"), at("in.npy")).expect("copy");
    std::fs::hard_link(at("in.npy"), at("linked.npy")).expect("a second name");
    symlink("in.npy", at("pointer.npy")).expect("a link");
    std::fs::copy(at("labels.tsv"), at("labels.csv")).expect("copy");
    let given = format!("crossgrain embed --model {MODEL} --input in.npy --device cpu --out");
    let lines = [
        format!("{given} in.npy"),
        format!("{given} ./in.npy"),
        format!("{given} linked.npy"),
        format!("{given} pointer.npy"),
        "crossgrain map --method pca rows.csv --out rows.csv".to_owned(),
        "crossgrain knn -k 3 rows.csv --labels labels.csv --out labels.csv".to_owned(),
        r#"crossgrain ask '{"neighbours":{"table":"rows.csv","k":3}}' --out rows.csv"#.to_owned(),
        format!(
            "cp -r {MODEL} own; crossgrain quantize --model own --weights int8 --out own/model.safetensors"
        ),
        "crossgrain embed --model own --input in.fasta --device cpu --out own/model.safetensors".to_owned(),
    ];
    for line in lines {
        let files = ["in.npy", "rows.csv", "labels.csv"].map(|name| folder.read(name));
        let output = folder.shell(&line);
        assert_eq!(output.status.code(), Some(1), "{line}: {}", stderr(&output));
        assert!(stderr(&output).contains("error [output.is_input]"), "{line}: {}", stderr(&output));
        assert_eq!(["in.npy", "rows.csv", "labels.csv"].map(|name| folder.read(name)), files, "{line}");
    }
}

#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("link");
    std::fs::write(folder.0.join("real.npy"), "old").expect("a file");
    std::fs::set_permissions(folder.0.join("real.npy"), std::fs::Permissions::from_mode(0o640))
        .expect("mode");
    symlink("real.npy", folder.0.join("x.npy")).expect("a link");
    symlink("later.npy", folder.0.join("y.npy")).expect("a link to nothing yet");
    for out in ["x.npy", "y.npy"] {
        let output = folder.shell(&embed(out));
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(folder.0.join(out).symlink_metadata().expect("a link").is_symlink());
    }
    assert_eq!(folder.read("real.npy"), folder.read("later.npy"));
    assert_eq!(folder.0.join("real.npy").metadata().expect("a file").permissions().mode() & 0o777, 0o640);
    let piped = folder.shell(&format!("mkfifo p.csv; cat p.csv > got & {}; wait", embed("p.csv")));
    assert!(piped.status.success(), "{}", stderr(&piped));
    assert!(folder.read("got").expect("what came through").starts_with(b"id,d0"));
}

#[test]
fn names_that_are_not_text() {
    let folder = Folder::new("bytes");
    let name = |name: &[u8]| OsStr::from_bytes(name).to_owned();
    let at = |bytes: &[u8]| folder.0.join(name(bytes));
    std::fs::rename(folder.0.join("rows.csv"), at(b"r\xe9sultats.csv")).expect("renamed");
    std::fs::rename(folder.0.join("labels.tsv"), at(b"\xff.tsv")).expect("renamed");
    std::fs::rename(folder.0.join("in.fasta"), at(b"\xe4.fasta")).expect("renamed");
    std::fs::create_dir(at(b"mod\xe8le")).expect("a folder");
    for file in std::fs::read_dir(MODEL).expect("the model") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), at(b"mod\xe8le").join(file.file_name())).expect("copied");
    }
    let run = |words: &[&[u8]]| {
        let words = words.iter().map(|word| OsString::from_vec(word.to_vec()));
        Command::new(env!("CARGO_BIN_EXE_crossgrain"))
            .current_dir(&folder.0)
            .args(words)
            .output()
            .expect("the command")
    };
    let embedded: &[&[u8]] = &[
        b"embed",
        b"--model",
        b"mod\xe8le",
        b"--input",
        b"\xe4.fasta",
        b"--device",
        b"cpu",
        b"--out",
        b"v\xe9.npy",
    ];
    let mapped: &[&[u8]] = &[b"map", b"--method", b"pca", b"r\xe9sultats.csv", b"--out", b"m\xe9.csv"];
    let pure: &[&[u8]] = &[b"purity", b"r\xe9sultats.csv", b"--labels", b"\xff.tsv", b"--column", b"kind"];
    let near: &[&[u8]] = &[b"knn", b"-k", b"3", b"r\xe9sultats.csv"];
    for words in [embedded, mapped, near, pure] {
        let output = run(words);
        assert!(output.status.success(), "{words:?}: {}", stderr(&output));
    }
    assert!(at(b"v\xe9.npy").exists() && at(b"m\xe9.csv").exists());
    let missing = run(&[b"knn", b"-k", b"3", b"nothing\xe9.csv"]);
    assert!(stderr(&missing).contains("input.unreadable"), "{}", stderr(&missing));
}

/// The tiny model under the name of a published one.
fn impostor(folder: &Folder, id: &str) -> PathBuf {
    let path = folder.0.join(id);
    std::fs::create_dir_all(&path).expect("a folder");
    for file in std::fs::read_dir(MODEL).expect("the model") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), path.join(file.file_name())).expect("copied");
    }
    path
}

#[test]
fn a_model_under_a_published_name_is_compared_with_it() {
    let folder = Folder::new("published");
    for id in
        ["esm2_t33_650M_UR50D", "esm2_t6_8M_UR50D", "models--facebook--esm2_t33_650M_UR50D/snapshots/0a1b"]
    {
        let path = impostor(&folder, id);
        let line =
            format!("crossgrain embed --model {} --input in.fasta --device cpu --out x.npy", path.display());
        let output = folder.shell(&line);
        let said = stderr(&output);
        assert!(output.status.success() && said.contains("warning [model.not_published]"), "{id}: {said}");
        assert!(
            said.contains("layers instead of") && said.contains("(not the published file)"),
            "{id}: {said}"
        );
    }
    let plain = folder.shell(&embed("x.npy"));
    assert!(!stderr(&plain).contains("model.not_published"), "{}", stderr(&plain));
    let line = |path: &Path, more: &str| {
        format!("crossgrain quantize --model {} --weights int8 --out q.safetensors {more}", path.display())
    };
    for (path, more) in [
        (impostor(&folder, "esm2_t33_650M_UR50D"), ""),
        (PathBuf::from(MODEL), "--name facebook/esm2_t33_650M_UR50D"),
    ] {
        let output = folder.shell(&line(&path, more));
        assert!(
            output.status.success() && stderr(&output).contains("model.not_published"),
            "{}",
            stderr(&output)
        );
        let bytes = folder.read("q.safetensors").expect("the file");
        let file = Safetensors::open(SliceBytes(&bytes), "q").expect("safetensors");
        let name = &file.metadata()["crossgrain.name"];
        assert!(name.ends_with("esm2_t33_650M_UR50D (not the published file)"), "{name}");
    }
}

#[test]
fn missing_hashes_are_named() {
    let folder = Folder::new("hashes");
    let listed = String::from_utf8(folder.shell("crossgrain models").stdout).expect("text");
    let line = listed
        .lines()
        .find(|line| line.starts_with("No SHA-256 of the weights is recorded for"))
        .expect("a line");
    assert!(line.contains("esm2_t33_650M_UR50D") && !line.contains("esm2_t6_8M_UR50D"), "{line}");
}

#[test]
fn the_quality_of_a_large_map_is_sampled_and_says_so() {
    let folder = Folder::new("sampled");
    let mut seed: u32 = 1;
    let mut number = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed >> 8
    };
    let mut rows = String::from("id,a,b,c\n");
    for i in 0..6000 {
        rows.push_str(&format!("r{i},{},{},{}\n", number(), number(), number() / 50));
    }
    std::fs::write(folder.0.join("many.csv"), rows).expect("rows");
    let output = folder.shell("crossgrain map --method pca many.csv --json");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&found["quality"]["rows"], &found["quality"]["sampled"]),
        (&2000.into(), &true.into()),
        "{found}"
    );
    assert!(found["quality"]["trustworthiness"].as_f64().expect("a number") > 0.99);
    let few = folder.shell("crossgrain map --method pca rows.csv --json");
    let found: serde_json::Value = serde_json::from_slice(&few.stdout).expect("JSON");
    assert_eq!(
        (&found["quality"]["rows"], &found["quality"]["sampled"]),
        (&40.into(), &false.into()),
        "{found}"
    );
}
