//! Quantized files of our own: what is written comes back, and hostile ones are refused with their codes.

use crossgrain_core::error::Coded;
use crossgrain_core::weights::{
    Dtype, Manifest, NewTensor, QuantizedFile, QuantizedWriter, Safetensors, SliceBytes, TensorSource,
    WeightsError, coded,
};
use sha2::{Digest, Sha256};

/// A file with one weight `w [2, 33]` as int4 or int8, a bias and a text.
fn made(precision: &str) -> Vec<u8> {
    let group = if precision == "int4" { 32 } else { 0 };
    let groups = if precision == "int4" { 2 } else { 1 };
    let manifest = Manifest {
        precision: precision.to_owned(),
        group,
        name: "a \"name\",\"crossgrain.seal\":\"".to_owned(),
        family: "esm2".to_owned(),
        source_sha256: "ab".repeat(32),
        shapes: [("w".to_owned(), vec![2, 33])].into(),
    };
    let mut tensors = vec![NewTensor::new("w.bias", Dtype::F32, &[2]), NewTensor::file("config.json", 2)];
    tensors.extend(coded::tensors("w", precision, 2, 33, group).unwrap());
    let mut writer = QuantizedWriter::new(manifest, tensors).unwrap();
    let mut file = vec![0; usize::try_from(writer.length()).unwrap()];
    let mut sink = |at: u64, bytes: &[u8]| -> Result<(), WeightsError> {
        let at = usize::try_from(at).unwrap();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        Ok(())
    };
    let codes: Vec<i8> = (0..66).map(|i| i % 15 - 7).collect();
    writer.write("w", &coded::codes(precision, &codes, 33), &mut sink).unwrap();
    let scales: Vec<f32> = (0..2 * groups).map(|i| 0.5 + i as f32).collect();
    let scales: Vec<u8> = match precision {
        "int4" => scales.iter().flat_map(|s| half::f16::from_f32(*s).to_le_bytes()).collect(),
        _ => scales.iter().flat_map(|s| s.to_le_bytes()).collect(),
    };
    writer.write("w.scale", &scales, &mut sink).unwrap();
    writer.write("w.bias", &[1_f32.to_le_bytes(), 2_f32.to_le_bytes()].concat(), &mut sink).unwrap();
    writer.write("file/config.json", b"{}", &mut sink).unwrap();
    writer.finish(&mut sink).unwrap();
    file
}

/// Opens a file and reads everything in it: the code of the first refusal, or `accepted`.
fn result_code(file: &[u8]) -> &'static str {
    let read = || -> Result<(), WeightsError> {
        let source = QuantizedFile::open(Safetensors::open(SliceBytes(file), "model.safetensors")?)?;
        source.inner("config.json")?;
        let mut numbers = Vec::new();
        source.names().iter().try_for_each(|name| {
            source.read_codes(name)?;
            source.read_f32(name, &mut numbers)
        })
    };
    read().map_or_else(
        |error| {
            assert_eq!(error.at().file.as_deref(), Some("model.safetensors"), "{error}");
            assert!(!error.hint().is_empty());
            error.code()
        },
        |()| "accepted",
    )
}

fn parts(file: &[u8]) -> (serde_json::Value, Vec<u8>) {
    let length = usize::try_from(u64::from_le_bytes(file[..8].try_into().unwrap())).unwrap();
    (serde_json::from_slice(&file[8..8 + length]).unwrap(), file[8 + length..].to_vec())
}

/// The file again with another header, sealed as the program seals, so that only what was changed is wrong.
fn sealed(header: &mut serde_json::Value, data: &[u8]) -> Vec<u8> {
    let tensors = header.as_object().unwrap().clone();
    if header["__metadata__"]["crossgrain.sha256"].is_string() {
        let sums: serde_json::Map<String, serde_json::Value> = tensors
            .iter()
            .filter(|(name, _)| *name != "__metadata__")
            .map(|(name, tensor)| {
                let [from, to] =
                    [0, 1].map(|i| usize::try_from(tensor["data_offsets"][i].as_u64().unwrap()).unwrap());
                let sum = Sha256::digest(&data[from..to]);
                (name.clone(), sum.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
            })
            .collect();
        header["__metadata__"]["crossgrain.sha256"] = serde_json::to_string(&sums).unwrap().into();
    }
    if header["__metadata__"]["crossgrain.seal"].is_string() {
        header["__metadata__"]["crossgrain.seal"] = "0".repeat(64).into();
    }
    let mut json = serde_json::to_string(header).unwrap();
    let sum = Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let zeros = format!("\"crossgrain.seal\":\"{}\"", "0".repeat(64));
    json = json.replace(&zeros, &format!("\"crossgrain.seal\":\"{sum}\""));
    [&(json.len() as u64).to_le_bytes(), json.as_bytes(), data].concat()
}

#[test]
fn what_is_written_comes_back() {
    for precision in ["int8", "int4"] {
        let file = made(precision);
        assert_eq!(result_code(&file), "accepted");
        // The format's own library reads it.
        safetensors::SafeTensors::deserialize(&file).unwrap();
        let source = QuantizedFile::open(Safetensors::open(SliceBytes(&file), "m").unwrap()).unwrap();
        assert_eq!(source.names(), ["w", "w.bias"]);
        assert_eq!(source.info("w").unwrap().shape, [2, 33]);
        assert_eq!(source.inner("config.json").unwrap().as_deref(), Some(&b"{}"[..]));
        assert_eq!(source.inner("vocab.txt").unwrap(), None);
        let codes = source.read_codes("w").unwrap().unwrap();
        assert_eq!(codes.codes, (0..66).map(|i| i % 15 - 7).collect::<Vec<i8>>());
        assert_eq!(source.read_codes("w.bias").unwrap(), None);
        let mut numbers = Vec::new();
        source.read_f32("w", &mut numbers).unwrap();
        // Row 1 begins with code 33 % 15 - 7 = -4; its scale is the first of its groups.
        let scale = if precision == "int4" { 2.5 } else { 1.5 };
        assert_eq!((numbers[0], numbers[33]), (-7.0 * 0.5, -4.0 * scale), "{precision}");
        let (mut header, data) = parts(&file);
        assert_eq!(result_code(&sealed(&mut header, &data)), "accepted", "the tests' own seal");
    }
}

#[test]
fn hostile_headers() {
    fn t(what: &str, change: impl Fn(&mut serde_json::Value), expected: &str) {
        let (mut header, data) = parts(&made("int8"));
        change(&mut header);
        assert_eq!(result_code(&sealed(&mut header, &data)), expected, "{what}");
    }
    fn meta(key: &str, value: impl Into<serde_json::Value>) -> impl Fn(&mut serde_json::Value) {
        let (key, value) = (format!("crossgrain.{key}"), value.into());
        move |header| header["__metadata__"][&key] = value.clone()
    }
    t("another version", meta("format", "2"), "weights.quantized_version");
    t("no version at all", meta("format", ""), "weights.quantized_version");
    t("another precision", meta("precision", "int2"), "weights.quantized_metadata");
    t("codes in a file of floats", meta("precision", "f32"), "weights.quantized_metadata");
    t("codes of another precision", meta("precision", "int4"), "weights.codes");
    t("a group that is no number", meta("group", "-1"), "weights.quantized_metadata");
    t("more groups than scales", meta("group", "8"), "weights.scale_shape");
    t("shapes that are no JSON", meta("shapes", "{"), "weights.quantized_metadata");
    t("a shape of one dimension", meta("shapes", r#"{"w":[66]}"#), "weights.quantized_metadata");
    t("a shape without numbers", meta("shapes", r#"{"w":[0,33]}"#), "weights.quantized_metadata");
    t("another shape", meta("shapes", r#"{"w":[33,2]}"#), "weights.codes");
    t("a shape too large", meta("shapes", r#"{"w":[2,4294967295,4294967295]}"#), "weights.codes");
    t("a name that is none", meta("shapes", r#"{"../w":[2,33]}"#), "weights.quantized_metadata");
    t("codes that are not there", meta("shapes", r#"{"w":[2,33],"v":[2,33]}"#), "weights.codes");
    t("floats as codes", meta("shapes", r#"{"w.bias":[1,2]}"#), "weights.codes");
    for key in ["precision", "group", "name", "family", "source_sha256", "shapes", "sha256", "seal"] {
        let gone = move |header: &mut serde_json::Value| {
            header["__metadata__"].as_object_mut().unwrap().remove(&format!("crossgrain.{key}"));
        };
        t(&format!("no {key}"), gone, "weights.quantized_metadata");
    }
    let rename = |from: &'static str, to: &'static str| {
        move |header: &mut serde_json::Value| {
            let tensor = header.as_object_mut().unwrap().remove(from).unwrap();
            header[to] = tensor;
        }
    };
    t("no scales", rename("w.scale", "w.scales"), "weights.scale_missing");
    t("no codes", rename("w", "x"), "weights.codes");
    t(
        "scales of another shape",
        |h| h["w.scale"]["shape"] = serde_json::json!([1, 2]),
        "weights.scale_shape",
    );
    let as_bytes = |h: &mut serde_json::Value| {
        h["w.scale"] =
            serde_json::json!({"dtype": "I8", "shape": [2, 4], "data_offsets": h["w.scale"]["data_offsets"]})
    };
    t("scales of another type", as_bytes, "weights.scale_shape");
    let as_i8 = |h: &mut serde_json::Value| h["file/config.json"]["dtype"] = "I8".into();
    t("a text of another type", as_i8, "weights.quantized_file");
}

#[test]
fn hostile_numbers() {
    /// Changes bytes of a tensor and seals the file again.
    fn t(what: &str, precision: &str, tensor: &str, at: usize, bytes: &[u8], expected: &str) {
        let (mut header, mut data) = parts(&made(precision));
        let from = usize::try_from(header[tensor]["data_offsets"][0].as_u64().unwrap()).unwrap();
        data[from + at..from + at + bytes.len()].copy_from_slice(bytes);
        assert_eq!(result_code(&sealed(&mut header, &data)), expected, "{what}");
    }
    t("the smallest scale", "int8", "w.scale", 0, &f32::from_bits(1).to_le_bytes(), "accepted");
    for odd in [0.0, -0.0, -1.0, f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        t(&format!("{odd:?}"), "int8", "w.scale", 4, &odd.to_le_bytes(), "weights.scale_value");
        let half = half::f16::from_f32(odd).to_le_bytes();
        let expected = if odd == -1.0 { "accepted" } else { "weights.scale_value" };
        t(&format!("{odd:?}"), "int4", "w.scale", 2, &half, expected);
    }
    t(
        "scales that make numbers infinite",
        "int8",
        "w.scale",
        0,
        &f32::MAX.to_le_bytes(),
        "weights.not_finite",
    );
    t("code -128", "int8", "w", 65, &[128], "weights.code_range");
    t("code -8, low", "int4", "w", 0, &[0xf0], "accepted");
    t("code -8, high", "int4", "w", 0, &[0x0f], "accepted");
    t("a bias that is no number", "int8", "w.bias", 0, &f32::NAN.to_le_bytes(), "weights.not_finite");
}

#[test]
fn a_flipped_bit_is_seen_wherever_it_is() {
    for precision in ["int8", "int4"] {
        let good = made(precision);
        for at in 0..good.len() {
            for bit in [0, 3, 7] {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                assert_ne!(result_code(&bad), "accepted", "{precision}: bit {bit} of byte {at}");
            }
        }
        for cut in 0..good.len() {
            assert_ne!(result_code(&good[..cut]), "accepted", "{precision}: {cut} bytes");
        }
    }
}

#[test]
fn what_is_written_wrongly_is_refused() {
    let new = |names: &[&str]| {
        let tensors = names.iter().map(|name| NewTensor::new(*name, Dtype::F32, &[2])).collect();
        QuantizedWriter::new(Manifest::default(), tensors)
    };
    let code = |result: Result<(), WeightsError>| result.unwrap_err().code();
    assert_eq!(new(&["a", "a"]).err().map(|error| error.code()), Some("weights.duplicate_name"));
    let mut sink = |_: u64, _: &[u8]| Ok(());
    let mut writer = new(&["a"]).unwrap();
    assert_eq!(code(writer.write("b", &[0; 8], &mut sink)), "weights.no_such_tensor");
    assert_eq!(code(writer.write("a", &[0; 7], &mut sink)), "weights.size_mismatch");
}
