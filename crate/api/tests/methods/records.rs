//! Sequences by name, in the order that is asked for; unknown names are listed.

use crate::double::Double;
use crossgrain_api::Answer;
use crossgrain_api::analyses::records;

const GIVEN: &str = r#""sequences": [{"id": "a", "sequence": "MKV"}, {"id": "b", "sequence": "MSTN"}, {"id": "c", "sequence": "MW"}]"#;

#[test]
fn by_name_in_the_asked_order() {
    let json = format!(r#"{{ {GIVEN}, "ids": ["c", "x", "a"] }}"#);
    let found = Double::default().ask::<records::Request>(&json).unwrap();
    let records: Vec<_> = found.records.iter().map(|one| (one.id.as_str(), one.sequence.as_str())).collect();
    assert_eq!(records, [("c", "MW"), ("a", "MKV")]);
    assert_eq!(found.unknown, ["x"]);
    assert_eq!(found.text().unwrap(), ">c\nMW\n>a\nMKV\n");
}

#[test]
fn all_without_names() {
    let found = Double::default().ask::<records::Request>(&format!("{{ {GIVEN} }}")).unwrap();
    assert_eq!((found.records.len(), found.unknown.len()), (3, 0));
}
