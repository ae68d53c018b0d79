//! Every question as JSON: its example is a request, and it comes back as it was sent.

use crossgrain_api::{Method, Request};
use serde_json::{Value, json};

macro_rules! each {
    ($($variant:ident $module:ident $help:literal;)*) => {
        fn examples() -> Vec<(&'static str, &'static str, fn(Value) -> Result<Value, serde_json::Error>)> {
            vec![$((
                <crossgrain_api::analyses::$module::Request as Method>::NAME,
                <crossgrain_api::analyses::$module::Request as Method>::EXAMPLE,
                round_trip::<crossgrain_api::analyses::$module::Request>,
            ),)*]
        }
    };
}
crossgrain_api::for_each_method!(each);

fn round_trip<M: Method>(json: Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_value::<M>(json)?)
}

#[test]
fn examples_are_requests() {
    for (name, example, round_trip) in examples() {
        let example: Value = serde_json::from_str(example).unwrap();
        let full = round_trip(example.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(round_trip(full.clone()).unwrap(), full, "{name}");
        let request: Request = serde_json::from_value(json!({ name: example })).unwrap();
        assert_eq!(serde_json::to_value(request).unwrap(), json!({ name: full }), "{name}");
    }
}

#[test]
fn unknown_fields_are_refused() {
    for (name, example, round_trip) in examples() {
        let mut example: Value = serde_json::from_str(example).unwrap();
        example["noSuchField"] = json!(1);
        let error = round_trip(example).unwrap_err().to_string();
        assert!(error.contains("unknown field `noSuchField`"), "{name}: {error}");
    }
}

#[test]
fn a_required_field_is_required() {
    for (name, example, round_trip) in examples().into_iter().filter(|(_, example, _)| *example != "{}") {
        assert!(round_trip(json!({})).is_err(), "{name}: {example}");
    }
}
