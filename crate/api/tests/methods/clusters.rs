//! Folds by clusters of similar sequences.

use crate::double::Double;
use crossgrain_api::analyses::probe::{ClusterSize, Request, Response, UnitKind};
use crossgrain_core::analysis::evaluation::folds::FoldKind;
use serde_json::{Value, json};

const FAMILIES: usize = 40;
const COPIES: usize = 5;
const WIDTH: usize = 64;

/// Numbers that look like noise, the same on every machine (splitmix64).
struct Noise(u64);

impl Noise {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits >> 33) as usize) % count
    }

    /// Nearly normal: a sum of twelve.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.below(1 << 20) as f64 / f64::from(1 << 20)).sum::<f64>() - 6.0
    }
}

/// Families of near-copies: their sequences differ in 5 % of the letters, their vectors are one draw of noise and a trace
/// more, and the class of a family is a coin.
struct Copied {
    ids: Vec<String>,
    sequences: Vec<String>,
    vectors: Vec<f32>,
    labels: Vec<&'static str>,
}

fn copied(seed: u64) -> Copied {
    const LETTERS: &[u8] = b"ACDEFGHIKLMNPQRSTVWY";
    let mut noise = Noise(seed);
    let mut classes: Vec<&str> = (0..FAMILIES).map(|family| ["a", "b"][family % 2]).collect();
    (1..FAMILIES).for_each(|at| classes.swap(at, noise.below(at + 1)));
    let mut found =
        Copied { ids: Vec::new(), sequences: Vec::new(), vectors: Vec::new(), labels: Vec::new() };
    for (family, class) in classes.into_iter().enumerate() {
        let letters: Vec<u8> = (0..120).map(|_| LETTERS[noise.below(20)]).collect();
        let vector: Vec<f64> = (0..WIDTH).map(|_| noise.normal()).collect();
        for copy in 0..COPIES {
            let mut own = letters.clone();
            // Six places of its own for each copy.
            for place in 0..6 {
                let letter = &mut own[place * 20 + copy * 4];
                *letter = if *letter == b'A' { b'C' } else { b'A' };
            }
            found.ids.push(format!("f{family}_{copy}"));
            found.sequences.push(String::from_utf8(own).unwrap());
            found.vectors.extend(vector.iter().map(|x| (x + 0.001 * noise.normal()) as f32));
            found.labels.push(class);
        }
    }
    found
}

impl Copied {
    fn double(&self) -> Double {
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        Double::default()
            .table("rows", WIDTH, &self.vectors)
            .ids("rows", &ids)
            .table("nameless", WIDTH, &self.vectors)
            .column("class", &self.labels)
    }

    fn records(&self) -> Vec<Value> {
        let record = |(id, sequence): (&String, &String)| json!({ "id": id, "sequence": sequence });
        self.ids.iter().zip(&self.sequences).map(record).collect()
    }

    fn ask(&self, folds: &Value) -> Response {
        self.ask_with(&json!({ "folds": folds, "shuffles": 0, "halves": 0 }))
    }

    fn ask_with(&self, more: &Value) -> Response {
        let mut request = json!({ "features": [{ "of": ["rows"] }], "labels": "class" });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.double().ask::<Request>(&request.to_string()).unwrap()
    }

    fn refused(&self, more: &Value) -> String {
        let mut request = json!({ "features": [{ "of": ["rows"] }], "labels": "class" });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.double().ask::<Request>(&request.to_string()).unwrap_err().0.code
    }
}

fn auroc(found: &Response) -> f64 {
    found.tables[0].scores[0].value.unwrap()
}

fn reported(found: &Response, code: &str) -> Option<String> {
    found.warnings.iter().find(|notice| notice.code == code).map(|notice| notice.message.clone())
}

/// Nothing can be learnt but the copies: folds that split them say 1, folds by cluster 0.5.
#[test]
fn near_copies_of_noise_score_by_chance_in_folds_by_cluster() {
    let mut by_cluster = 0.0;
    for seed in 0..6 {
        let data = copied(seed);
        let split = data.ask(&json!({}));
        assert!(auroc(&split) > 0.97, "{}", auroc(&split));
        let message = reported(&split, "probe.copies_across_folds").unwrap();
        assert!(
            message.contains("of 200 tested rows, 0 have an exact copy and 200 a near copy"),
            "{message}"
        );

        let kept = data.ask(&json!({ "kind": "clusters", "sequences": data.records() }));
        by_cluster += auroc(&kept) / 6.0;
        assert_eq!(reported(&kept, "probe.copies_across_folds"), None);
        let clusters = kept.folds.clusters.unwrap();
        assert_eq!((kept.folds.kind, kept.folds.count, clusters.count), (FoldKind::Clusters, 5, FAMILIES));
        assert_eq!(clusters.sizes, [ClusterSize { sequences: COPIES, clusters: FAMILIES }]);
        assert_eq!((clusters.identity, clusters.word), (0.5, 4));
        assert_eq!((kept.units.kind, kept.units.count), (UnitKind::Clusters, FAMILIES));
        let folds = &kept.fold_of_rows.data;
        assert!(folds.chunks(COPIES).all(|family| family.iter().all(|fold| *fold == family[0])));
    }
    assert!((by_cluster - 0.5).abs() < 0.08, "{by_cluster}");
    // Clusters that do not hold the copies together are no better than no clusters.
    let data = copied(0);
    let ignored = data.ask(&json!({ "kind": "clusters", "sequences": data.records(), "identity": 1 }));
    assert!(auroc(&ignored) > 0.97 && reported(&ignored, "probe.copies_across_folds").is_some());
    let sizes = ignored.folds.clusters.unwrap().sizes;
    assert_eq!(sizes, [ClusterSize { sequences: 1, clusters: FAMILIES * COPIES }]);
    assert_eq!(ignored.units.kind, UnitKind::Rows);
}

#[test]
fn intervals_and_permutations_draw_clusters() {
    let data = copied(1);
    let folds = json!({ "kind": "clusters", "sequences": data.records() });
    let found = data.ask_with(&json!({ "folds": folds, "shuffles": 19, "halves": 6 }));
    let score = &found.tables[0].scores[0];
    let interval = score.interval.unwrap();
    assert!(interval.low < 0.5 && interval.high > 0.5, "{interval:?}");
    // Labels of 40 clusters, not of 200 rows: by chance, scores are far apart.
    let permuted = score.permuted.unwrap();
    assert!(permuted.high.unwrap() - permuted.low.unwrap() > 0.3, "{permuted:?}");
    assert!(found.interval_of.contains("(40 clusters of similar sequences)"), "{}", found.interval_of);
    // Pairs of families that a column joins, beside the clusters.
    let pairs: Vec<String> = (0..FAMILIES * COPIES).map(|row| format!("p{}", row / COPIES / 2)).collect();
    let joined = json!({ "kind": "clusters", "sequences": data.records(), "groups": pairs });
    let units = data.ask(&joined).units;
    assert_eq!((units.kind, units.count), (UnitKind::Groups, FAMILIES / 2));
}

/// Sequences belong to rows by id, whatever their order and their versions; without ids by order.
#[test]
fn sequences_are_matched_to_rows() {
    let data = copied(2);
    let expected = data.ask(&json!({ "kind": "clusters", "sequences": data.records() }));
    let mut more = data.records();
    more.reverse();
    more.insert(0, json!({ "id": "another", "sequence": "MKVLAAGIVGLLLAQWERTY" }));
    let found = data.ask(&json!({ "kind": "clusters", "sequences": more }));
    assert_eq!(found.fold_of_rows.data, expected.fold_of_rows.data);
    let versions: Vec<Value> = (data.ids.iter().zip(&data.sequences))
        .map(|(id, sequence)| json!({ "id": format!("{id}.1"), "sequence": sequence }))
        .collect();
    let found = data.ask(&json!({ "kind": "clusters", "sequences": versions }));
    assert_eq!(found.fold_of_rows.data, expected.fold_of_rows.data);
    assert!(reported(&found, "labels.close_ids").unwrap().starts_with("200 ids were matched"));
    // A table without ids goes by order, and is refused with another number of sequences.
    let nameless = |sequences: &[Value]| {
        data.double().ask::<Request>(
            &json!({
                "features": [{ "of": ["nameless"] }], "labels": "class", "shuffles": 0, "halves": 0,
                "folds": { "kind": "clusters", "sequences": sequences },
            })
            .to_string(),
        )
    };
    let found = nameless(&data.records()).unwrap();
    assert_eq!(found.fold_of_rows.data, expected.fold_of_rows.data);
    let refused = nameless(&data.records()[1..]).map(|_| ()).unwrap_err().0;
    assert_eq!(refused.code, "clusters.no_sequence");
    assert!(refused.message.contains("199 sequences for the 200 rows of 'nameless'"), "{}", refused.message);
}

/// Rows without a label need no sequence.
#[test]
fn only_labelled_rows_are_clustered() {
    let mut data = copied(3);
    data.labels[..COPIES].fill("-");
    let sequences = &data.records()[COPIES..];
    let found = data.ask(&json!({ "kind": "clusters", "sequences": sequences }));
    assert_eq!((found.folds.clusters.unwrap().count, found.unlabelled), (FAMILIES - 1, COPIES));
}

#[test]
fn what_makes_folds_by_cluster_doubtful_is_reported() {
    let mut data = copied(4);
    for row in 0..100 {
        data.sequences[row] = data.sequences[0].clone();
    }
    data.sequences[100] = "MK".to_owned();
    data.sequences[101] = "XXXXXXXXXX".to_owned();
    let low = data.ask(&json!({ "kind": "clusters", "sequences": data.records(), "identity": 0.39 }));
    assert!(reported(&low, "clusters.low_identity").is_some());
    let found = data.ask(&json!({ "kind": "clusters", "sequences": data.records() }));
    assert!(reported(&found, "clusters.low_identity").is_none());
    let large = reported(&found, "clusters.one_large").unwrap();
    assert!(large.starts_with("the largest cluster holds 100 of 200 sequences"), "{large}");
    assert!(reported(&found, "clusters.without_word").unwrap().starts_with("2 sequences have no word"));
    let sizes: Vec<(usize, usize)> =
        found.folds.clusters.unwrap().sizes.iter().map(|one| (one.sequences, one.clusters)).collect();
    assert_eq!(sizes, [(100, 1), (5, 19), (3, 1), (1, 2)]);
}

#[test]
fn what_cannot_be_clustered_is_refused() {
    let data = copied(5);
    let records = data.records();
    let t = |folds: Value, code: &str| assert_eq!(data.refused(&json!({ "folds": folds })), code, "{folds}");
    t(json!({ "kind": "clusters" }), "folds.no_sequences");
    t(json!({ "kind": "clusters", "sequences": records[1..] }), "clusters.no_sequence");
    t(json!({ "kind": "clusters", "sequences": records, "identity": 0 }), "clusters.identity");
    t(json!({ "kind": "clusters", "sequences": records, "count": 41 }), "clusters.too_few");
    t(json!({ "kind": "grouped", "groups": "class", "sequences": records }), "folds.not_by_cluster");
    let mut twice = records.clone();
    twice.push(json!({ "id": "f0_0", "sequence": "MKVLAAGIVGLLLAQWERTY" }));
    t(json!({ "kind": "clusters", "sequences": twice }), "clusters.same_id");
    // The same sequence twice is one sequence.
    let mut twice = records.clone();
    twice.push(records[0].clone());
    assert!(auroc(&data.ask(&json!({ "kind": "clusters", "sequences": twice }))) < 0.9);
}

/// Residues: whole sequences are clustered.
#[test]
fn residues_are_tested_by_clusters_of_their_sequences() {
    let data = copied(6);
    let strings: Vec<String> =
        (0..40).map(|at| ["HHEE", "EHEH", "HEHE", "EEHH"][at % 4].to_owned()).collect();
    let rows: Vec<f32> =
        strings.concat().chars().flat_map(|letter| [f32::from(u8::from(letter == 'H')), 0.5]).collect();
    let ids: Vec<&str> = data.ids[..40].iter().map(String::as_str).collect();
    let double = Double::default()
        .table("residues", 2, &rows)
        .ids("residues", &ids)
        .lengths("residues", &[4; 40])
        .column("structure", &strings.iter().map(String::as_str).collect::<Vec<_>>());
    let request = json!({
        "features": [{ "of": ["residues"] }], "labels": "structure", "perResidue": true, "shuffles": 0, "halves": 0,
        "folds": { "kind": "clusters", "sequences": data.records(), "count": 4 },
    });
    let found = double.ask::<Request>(&request.to_string()).unwrap();
    assert_eq!((found.units.kind, found.units.count, found.folds.count), (UnitKind::Clusters, 8, 4));
    assert_eq!(found.folds.clusters.unwrap().sizes, [ClusterSize { sequences: 5, clusters: 8 }]);
    let folds = &found.fold_of_rows.data;
    assert!(folds.chunks(20).all(|family| family.iter().all(|fold| *fold == family[0])));
}

/// Unrelated genes share words of 11 bases by chance: by default they are not linked, and near-copies are.
#[test]
fn genes_have_an_identity_of_their_own() {
    let mut noise = Noise(7);
    let (mut records, mut vectors, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for gene in 0..30 {
        let letters: Vec<u8> = (0..1200).map(|_| b"ACGT"[noise.below(4)]).collect();
        for copy in 0..2 {
            let mut own = letters.clone();
            (0..60).for_each(|at| own[20 * at + 7 * copy] = b"ACGT"[noise.below(4)]);
            records.push(
                json!({ "id": format!("g{gene}_{copy}"), "sequence": String::from_utf8(own).unwrap() }),
            );
            vectors.push(noise.normal() as f32);
            labels.push(["a", "b"][gene % 2]);
        }
    }
    let double = Double::default().table("rows", 1, &vectors).column("class", &labels);
    let ask = |more: Value| {
        let mut folds = json!({ "kind": "clusters", "sequences": records });
        folds.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let request = json!({
            "features": [{ "of": ["rows"] }], "labels": "class", "folds": folds, "shuffles": 0, "halves": 0,
        });
        double.ask::<Request>(&request.to_string())
    };
    let found = ask(json!({})).unwrap();
    assert_eq!(reported(&found, "clusters.low_identity"), None);
    let clusters = found.folds.clusters.unwrap();
    assert_eq!((clusters.count, clusters.identity, clusters.word), (30, 0.8, 11));
    let refused = ask(json!({ "identity": 0.5 })).map(|_| ()).unwrap_err().0;
    assert_eq!(refused.code, "clusters.too_few", "{}", refused.message);
    let low = ask(json!({ "identity": 0.65 })).unwrap();
    assert!(reported(&low, "clusters.low_identity").unwrap().contains("below 0.7"));
}
