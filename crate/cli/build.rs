//! The registry: every `models/<id>/model.toml` as one JSON list inside the program.

use serde_json::Value;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let models = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../models");
    println!("cargo::rerun-if-changed={}", models.display());
    let mut files = Vec::new();
    for folder in std::fs::read_dir(&models)? {
        let file = folder?.path().join("model.toml");
        if file.exists() {
            println!("cargo::rerun-if-changed={}", file.display());
            files.push(file);
        }
    }
    files.sort();
    let read = |file: &PathBuf| -> Result<Value, Box<dyn Error>> {
        toml::from_str(&std::fs::read_to_string(file)?)
            .map_err(|error| format!("{}: {error}", file.display()).into())
    };
    let registry = files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("registry.json");
    std::fs::write(out, Value::from(registry).to_string())?;
    Ok(())
}
