//! Checkpoints as people save them: every case of `tests/corpus/checkpoints/index.toml` is made from a golden
//! checkpoint, opened, and gives its vectors, or is refused as recorded.

use crate::saved::{Saved, SavedModel, opened, safetensors, torch};
use crate::support::{path, sequences};
use crossgrain_core::error::Coded;
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::Dtype;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::device::OpenDevice;
use crossgrain_engine::embed::{Embedded, Item, Layers, Options};
use crossgrain_engine::error::EngineError;
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Index {
    checkpoint: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Folder of `tests/golden`.
    from: String,
    #[serde(default)]
    changes: Vec<String>,
    /// Changes of the checkpoint whose vectors are expected, where these are not the golden ones.
    #[serde(default)]
    against: Vec<String>,
    /// How the weights are written.
    #[serde(default)]
    container: String,
    adapter: Option<AdapterCase>,
    /// `same`, `none`, `any`, or the factor of the logits less bias.
    #[serde(default = "same")]
    logits: String,
    /// Largest difference of a vector.
    #[serde(default)]
    within: f32,
    #[serde(default)]
    notices: Vec<String>,
    /// Words of the first notice, or of the refusal.
    #[serde(default)]
    says: Vec<String>,
    error: Option<String>,
}

fn same() -> String {
    "same".to_owned()
}

/// An adapter, made with seeded numbers for every module whose name ends in one of `targets`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdapterCase {
    kind: String,
    targets: Vec<String>,
    #[serde(default)]
    rank: usize,
    /// Modules with another rank, by the end of their name.
    #[serde(default)]
    ranks: BTreeMap<String, usize>,
    /// The scale that each module must get, by the end of its name; `""` for all others.
    #[serde(default)]
    scales: BTreeMap<String, f64>,
    /// `adapter_config.json`.
    config: Value,
    /// What stands in front of the names of modules, `esm.` left out or not.
    #[serde(default = "wrapper")]
    wrapper: String,
    /// Tensors that are replaced.
    #[serde(default)]
    replaced: Vec<String>,
    /// `beside`, `alone`, `inside` (one file with the base), `no config`, `no weights`, `bin`.
    #[serde(default)]
    place: String,
}

fn wrapper() -> String {
    "base_model.model.".to_owned()
}

fn index() -> Vec<Case> {
    let text = std::fs::read_to_string(path("tests/corpus/checkpoints/index.toml")).expect("index");
    toml::from_str::<Index>(&text).expect("index").checkpoint
}

/// What the vectors must be: those of this model.
struct Made {
    files: BTreeMap<String, Vec<u8>>,
    expected: SavedModel,
}

#[test]
fn every_case_has_its_result() {
    let cases = index();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let mut golden: BTreeMap<String, Embedded> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in &cases {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(case, &mut golden)));
        if outcome.is_err() {
            wrong.push(case.name.as_str());
        }
    }
    assert!(wrong.is_empty(), "{} cases differ: {wrong:#?}", wrong.len());
}

fn check(case: &Case, golden: &mut BTreeMap<String, Embedded>) {
    let letters = sequences(&format!("tests/golden/{}/inputs.json", case.from));
    let made = make(case);
    let checkpoint = match (load(&made.files), &case.error) {
        (Err(error), Some(code)) => {
            assert_eq!(error.code(), code, "{}: {error}", case.name);
            for words in &case.says {
                assert!(error.to_string().contains(words), "{}: {error} does not say {words}", case.name);
            }
            assert!(!error.hint().is_empty());
            return;
        }
        (Err(error), None) => panic!("{}: {} {error}", case.name, error.code()),
        (Ok(_), Some(code)) => panic!("{}: opened, expected {code}", case.name),
        (Ok(checkpoint), None) => checkpoint,
    };
    let codes: Vec<&str> = checkpoint.notices().iter().map(|notice| notice.code.as_str()).collect();
    assert_eq!(codes, case.notices, "{}: {:?}", case.name, checkpoint.notices());
    let reported: String =
        checkpoint.notices().iter().map(|notice| format!("{}\n", notice.message)).collect();
    for words in &case.says {
        assert!(reported.contains(words), "{}: {reported} does not say {words}", case.name);
    }

    let expected = match &case.adapter {
        // The merged weights, written as a plain checkpoint.
        Some(_) => run(&load(&plain(&made.expected)).expect("merged"), &letters, true).expect("merged"),
        None if !case.against.is_empty() => {
            run(&load(&plain(&made.expected)).expect("expected"), &letters, true).expect("expected")
        }
        None => golden
            .entry(case.from.clone())
            .or_insert_with(|| {
                let base = load(&plain(&SavedModel::open(&path(&format!("tests/golden/{}", case.from)))));
                run(&base.expect("golden"), &letters, true).expect("golden")
            })
            .clone(),
    };
    let found = run(&checkpoint, &letters, false).expect("vectors");
    assert_eq!(found.states.len(), expected.states.len(), "{}", case.name);
    for (layer, (found, expected)) in found.states.iter().zip(&expected.states).enumerate() {
        let worst = crate::support::largest_difference(found, expected);
        assert!(worst <= case.within, "{}: state {layer} differs by {worst:.2e}", case.name);
    }
    if case.logits == "none" {
        let refused = run(&checkpoint, &letters, true).expect_err("logits");
        assert_eq!(refused.code(), "embed.no_logits", "{}", case.name);
        return;
    }
    if case.logits == "any" {
        assert!(!run(&checkpoint, &letters, true).expect("logits").logits.is_empty(), "{}", case.name);
        return;
    }
    let logits = run(&checkpoint, &letters, true).expect("logits").logits;
    let factor: f32 = case.logits.parse().unwrap_or(1.0);
    let bias = made.expected.tensors.iter().find(|(name, _)| {
        ["lm_head.bias", "cls.predictions.decoder.bias"].iter().any(|end| name.ends_with(end))
    });
    let bias = bias.map(|(_, bias)| bias.numbers.clone());
    for (found, expected) in logits.iter().zip(&expected.logits) {
        let wanted: Vec<f32> = match &bias {
            Some(bias) if factor != 1.0 => {
                expected.iter().zip(bias.iter().cycle()).map(|(x, b)| (x - b) * factor + b).collect()
            }
            _ => expected.clone(),
        };
        let worst = crate::support::largest_difference(found, &wanted);
        let most = if factor == 1.0 { case.within } else { 1e-4 };
        assert!(worst <= most, "{}: logits differ by {worst:.2e}", case.name);
    }
}

fn load(files: &BTreeMap<String, Vec<u8>>) -> Result<Checkpoint, EngineError> {
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let cpu = OpenDevice::cpu("for a test");
    Checkpoint::from_files(&names, &mut opened(files), &cpu, Precision::F32, &mut Silent)
}

fn run(checkpoint: &Checkpoint, letters: &[String], logits: bool) -> Result<Embedded, EngineError> {
    let items: Vec<Item> = letters.iter().map(|letters| Item { id: "case", letters }).collect();
    let options = Options { layers: Layers::All, pool: Pool::Tokens, logits, ..Options::default() };
    pollster::block_on(checkpoint.embed(&items, &options, &mut Silent))
}

/// The files of a model as they were published.
fn plain(model: &SavedModel) -> BTreeMap<String, Vec<u8>> {
    let mut files = model.files.clone();
    if model.files.contains_key("config.json") {
        files.insert("model.safetensors".to_owned(), safetensors(model.tensors.iter()));
    } else {
        files.insert("model.pt".to_owned(), torch(&model.tensors, &["model_state_dict"], &model.settings));
    }
    files
}

fn make(case: &Case) -> Made {
    let mut model = SavedModel::open(&path(&format!("tests/golden/{}", case.from)));
    let mut expected = model.clone();
    let mut more = BTreeMap::new();
    if let Some(adapter) = &case.adapter {
        adapt(adapter, &mut model, &mut expected, &mut more);
    }
    for change in &case.changes {
        apply(change, &mut model);
    }
    for change in &case.against {
        apply(change, &mut expected);
    }
    let mut files = model.files.clone();
    let words: Vec<&str> = case.container.split_whitespace().collect();
    let alone = case.adapter.as_ref().is_some_and(|adapter| adapter.place == "alone");
    match words.as_slice() {
        _ if alone => files.clear(),
        [] if model.files.contains_key("config.json") => {
            files.insert("model.safetensors".to_owned(), safetensors(model.tensors.iter()));
        }
        [] => drop(
            files
                .insert("model.pt".to_owned(), torch(&model.tensors, &["model_state_dict"], &model.settings)),
        ),
        ["shards"] => {
            let (mut map, half) = (serde_json::Map::new(), model.tensors.len() / 2);
            for part in 0..2 {
                let file = format!("model-0000{}-of-00002.safetensors", part + 1);
                let own = || model.tensors.iter().enumerate().filter(|(at, _)| (*at >= half) == (part == 1));
                own().for_each(|(_, (name, _))| drop(map.insert(name.clone(), Value::from(file.as_str()))));
                files.insert(file.clone(), safetensors(own().map(|(_, tensor)| tensor)));
            }
            let index = json!({ "metadata": { "total_size": 1 }, "weight_map": map });
            files.insert("model.safetensors.index.json".to_owned(), index.to_string().into_bytes());
        }
        [name, nested @ ..] => {
            let bytes = match name.ends_with(".safetensors") {
                true => safetensors(model.tensors.iter()),
                false => torch(&model.tensors, nested, &model.settings),
            };
            files.insert((*name).to_owned(), bytes);
        }
    }
    files.extend(more);
    Made { files, expected }
}

/// One change of a checkpoint, in words.
fn apply(change: &str, model: &mut SavedModel) {
    let words: Vec<&str> = change.split_whitespace().collect();
    let sizes =
        |words: &[&str]| words.iter().map(|size| size.parse().expect("a size")).collect::<Vec<usize>>();
    match words.as_slice() {
        // Names that begin with `old` begin with `new`.
        ["begin", old, new] => model.rename(|name| {
            Some(name.strip_prefix(old).map_or_else(|| name.to_owned(), |rest| format!("{new}{rest}")))
        }),
        ["strip", old] => model.rename(|name| Some(name.strip_prefix(old).unwrap_or(name).to_owned())),
        ["prefix", new] => model.rename(|name| Some(format!("{new}{name}"))),
        ["replace", old, new] => model.rename(|name| Some(name.replace(old, new))),
        ["without", part] => model.rename(|name| (!name.contains(part)).then(|| name.to_owned())),
        ["drop", start] => model.rename(|name| (!name.starts_with(start)).then(|| name.to_owned())),
        ["add", name, shape @ ..] => {
            drop(model.tensors.insert((*name).to_owned(), Saved::noise(&sizes(shape), name.len())));
        }
        ["count", name] => {
            let tensor = Saved { dtype: Dtype::I64, shape: Vec::new(), numbers: vec![12.0] };
            model.tensors.insert((*name).to_owned(), tensor);
        }
        ["times", name, of, factor] => {
            let factor: f32 = factor.parse().expect("a factor");
            let mut tensor = model.tensors[*of].clone();
            tensor.numbers.iter_mut().for_each(|x| *x *= factor);
            model.tensors.insert((*name).to_owned(), tensor);
        }
        // The type of the numbers, or numbers of that type as f32.
        [what @ ("dtype" | "round"), dtype] => {
            for (at, tensor) in model.tensors.values_mut().enumerate() {
                let own = match *dtype {
                    "mixed" => ["F32", "BF16", "F16"][at % 3],
                    one => one,
                };
                if tensor.dtype == Dtype::F32 {
                    tensor.dtype = Dtype::from_name(own).expect("a type");
                    if *what == "round" {
                        *tensor = tensor.rounded();
                    }
                }
            }
        }
        ["config", field, value] => model.configure(field, serde_json::from_str(value).expect("JSON")),
        ["setting", key, value] => model.settings[*key] = serde_json::from_str(value).expect("JSON"),
        ["no", "settings"] => model.settings = json!({}),
        ["file", name] => drop(model.files.insert((*name).to_owned(), b"not read".to_vec())),
        ["remove", name] => drop(model.files.remove(*name)),
        ["token", line, token] => {
            let text = String::from_utf8(model.files["vocab.txt"].clone()).expect("text");
            let mut lines: Vec<&str> = text.lines().collect();
            let line: usize = line.parse().expect("a line");
            if line > lines.len() {
                lines.push(token);
            } else {
                lines[line - 1] = token;
            }
            model.files.insert("vocab.txt".to_owned(), lines.join("\n").into_bytes());
        }
        ["shorter", "vocabulary"] => {
            let text = String::from_utf8(model.files["vocab.txt"].clone()).expect("text");
            let lines: Vec<&str> = text.lines().collect();
            let kept: Vec<&str> = lines.iter().copied().filter(|token| !token.contains("null")).collect();
            model.files.insert("vocab.txt".to_owned(), kept.join("\n").into_bytes());
        }
        other => panic!("no such change: {other:?}"),
    }
}

/// Makes the files of an adapter, and merges it into `expected` by the plain formulas.
fn adapt(
    case: &AdapterCase,
    model: &mut SavedModel,
    expected: &mut SavedModel,
    files: &mut BTreeMap<String, Vec<u8>>,
) {
    let mut adapter: BTreeMap<String, Saved> = BTreeMap::new();
    let modules: Vec<String> = model
        .tensors
        .keys()
        .filter_map(|name| name.strip_suffix(".weight"))
        .filter(|module| case.targets.iter().any(|target| module.ends_with(target.as_str())))
        .map(str::to_owned)
        .collect();
    assert!(!modules.is_empty());
    let called = |module: &str| match case.wrapper.as_str() {
        // Made of the backbone alone.
        "bare" => format!("base_model.model.{}", module.trim_start_matches("esm.")),
        wrapper => format!("{wrapper}{module}"),
    };
    for (seed, module) in modules.iter().enumerate() {
        let weight = expected.tensors.get_mut(&format!("{module}.weight")).expect("a weight");
        let n = weight.shape[0];
        let k: usize = weight.shape[1..].iter().product();
        let name = called(module);
        if case.kind.starts_with("ia3") {
            let inputs = case.kind == "ia3" && (module.ends_with("output.dense") || module.ends_with("wo"));
            let vector = Saved::noise(&if inputs { [1, k] } else { [n, 1] }, seed + 3);
            for (row, numbers) in weight.numbers.chunks_exact_mut(k).enumerate() {
                for (column, x) in numbers.iter_mut().enumerate() {
                    *x *= vector.numbers[if inputs { column } else { row }];
                }
            }
            if let Some(bias) = expected.tensors.get_mut(&format!("{module}.bias")).filter(|_| !inputs) {
                bias.numbers.iter_mut().zip(&vector.numbers).for_each(|(x, factor)| *x *= factor);
            }
            adapter.insert(format!("{name}.ia3_l"), vector);
            continue;
        }
        let by_end = |map: &BTreeMap<String, f64>| {
            map.iter()
                .find(|(end, _)| !end.is_empty() && module.ends_with(end.as_str()))
                .map(|(_, value)| *value)
        };
        let rank = case
            .ranks
            .iter()
            .find(|(end, _)| module.ends_with(end.as_str()))
            .map_or(case.rank, |(_, rank)| *rank);
        let scale = by_end(&case.scales).unwrap_or(case.scales[""]);
        let embedding = module.ends_with("word_embeddings");
        // delta [n, k] = scale · Σ left[row, r] right[r, column]
        let (a, b) = match embedding {
            true => (Saved::noise(&[rank, n], seed + 5), Saved::noise(&[k, rank], seed + 7)),
            false => {
                let mut shape = weight.shape.clone();
                shape[0] = rank;
                let b = if weight.shape.len() == 3 { vec![n, rank, 1] } else { vec![n, rank] };
                (Saved::noise(&shape, seed + 5), Saved::noise(&b, seed + 7))
            }
        };
        let before = weight.numbers.clone();
        for row in 0..n {
            for column in 0..k {
                let delta: f64 = (0..rank)
                    .map(|r| match embedding {
                        true => f64::from(b.numbers[column * rank + r]) * f64::from(a.numbers[r * n + row]),
                        false => f64::from(b.numbers[row * rank + r]) * f64::from(a.numbers[r * k + column]),
                    })
                    .sum();
                weight.numbers[row * k + column] =
                    (f64::from(before[row * k + column]) + scale * delta) as f32;
            }
        }
        if case.kind == "dora" {
            let lengths = Saved::noise(&[n], seed + 11);
            for (row, numbers) in weight.numbers.chunks_exact_mut(k).enumerate() {
                let length = numbers.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
                let factor = f64::from(lengths.numbers[row]) / length;
                numbers.iter_mut().for_each(|x| *x = (f64::from(*x) * factor) as f32);
            }
            adapter.insert(format!("{name}.lora_magnitude_vector"), lengths);
        }
        let (first, second) = if embedding {
            ("lora_embedding_A", "lora_embedding_B")
        } else {
            ("lora_A.weight", "lora_B.weight")
        };
        adapter.insert(format!("{name}.{first}"), a);
        adapter.insert(format!("{name}.{second}"), b);
    }
    for name in &case.replaced {
        let saved = match expected.tensors.get_mut(name) {
            Some(own) => {
                let saved = Saved::noise(&own.shape, name.len());
                *own = saved.clone();
                saved
            }
            None => Saved::noise(&[2, 4], 1),
        };
        adapter.insert(called(name), saved);
    }
    let config = case.config.to_string().into_bytes();
    let (written, file) = match case.place.as_str() {
        "bin" => (torch(&adapter, &[], &Value::Null), "adapter_model.bin"),
        _ => (safetensors(adapter.iter()), "adapter_model.safetensors"),
    };
    if case.place == "inside" {
        // The state of the whole PEFT model, before save_pretrained takes it apart.
        model.rename(|name| {
            let module = name.rsplit_once('.').map_or(name, |(module, _)| module);
            let inner = if modules.iter().any(|own| own == module) {
                name.replacen(module, &format!("{module}.base_layer"), 1)
            } else {
                name.to_owned()
            };
            Some(format!("base_model.model.{inner}"))
        });
        for (name, tensor) in adapter {
            model.tensors.insert(name.replace(".weight", ".default.weight"), tensor);
        }
    } else if case.place != "no weights" {
        files.insert(file.to_owned(), written);
    }
    if case.place != "no config" {
        files.insert("adapter_config.json".to_owned(), config);
    }
}
