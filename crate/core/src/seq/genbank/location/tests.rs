use super::*;

#[test]
fn locations() {
    fn t(text: &str, circular: bool, expected: Result<&[(usize, usize, char)], Fault>) {
        let found = Location::parse(text, 100, circular, &["R1", "R1.2"]).map(|location| {
            let strand = |part: &LocationPart| if part.reverse { '-' } else { '+' };
            location.parts.iter().map(|p| (p.range.start + 1, p.range.end, strand(p))).collect::<Vec<_>>()
        });
        assert_eq!(found.as_deref().map_err(|fault| *fault), expected, "{text}");
    }
    t("1..10", false, Ok(&[(1, 10, '+')]));
    t("7", false, Ok(&[(7, 7, '+')]));
    t("<1..>100", false, Ok(&[(1, 100, '+')]));
    t("complement(1..10)", false, Ok(&[(1, 10, '-')]));
    t("join(1..10, 20..30)", false, Ok(&[(1, 10, '+'), (20, 30, '+')]));
    t("complement(join(1..10,20..30))", false, Ok(&[(20, 30, '-'), (1, 10, '-')]));
    t("join(complement(20..30),complement(1..10))", false, Ok(&[(20, 30, '-'), (1, 10, '-')]));
    t("order(1..2,4..5)", false, Ok(&[(1, 2, '+'), (4, 5, '+')]));
    t("complement(complement(3..4))", false, Ok(&[(3, 4, '+')]));
    t("90..10", true, Ok(&[(90, 100, '+'), (1, 10, '+')]));
    t("complement(90..10)", true, Ok(&[(1, 10, '-'), (90, 100, '-')]));
    t("90..10", false, Err(Fault::Backward));
    t("0..10", false, Err(Fault::Outside));
    t("-2..10", false, Err(Fault::Outside));
    t("1..101", false, Err(Fault::Outside));
    t("1..99999999999999999999999", false, Err(Fault::Outside));
    t("5^6", false, Err(Fault::Vague));
    t("(5.8)..10", false, Ok(&[(5, 10, '+')]));
    t("5..(8.10)", false, Ok(&[(5, 10, '+')]));
    t("5.8", false, Ok(&[(5, 8, '+')]));
    t("one-of(2,1)..5", false, Ok(&[(1, 5, '+')]));
    t("complement((5.8)..one-of(10,12))", false, Ok(&[(5, 12, '-')]));
    t("(5.8..10", false, Err(Fault::Syntax));
    t("one-of()..5", false, Err(Fault::Syntax));
    t("gap(10)", false, Err(Fault::Vague));
    t("J00194.1:100..202", false, Err(Fault::Remote));
    t("join(1..10,J00194.1:5..9)", false, Ok(&[(1, 10, '+')]));
    t("join(1..10,complement(J00194.1:5..999))", false, Ok(&[(1, 10, '+')]));
    t("join(R1.2:1..10,R1:20..30,R1.1:40)", false, Ok(&[(1, 10, '+'), (20, 30, '+'), (40, 40, '+')]));
    t(":1..10", false, Err(Fault::Syntax));
    t("91..110", true, Ok(&[(91, 100, '+'), (1, 10, '+')]));
    t("complement(91..110)", true, Ok(&[(1, 10, '-'), (91, 100, '-')]));
    t("91..110", false, Err(Fault::Outside));
    t("10..110", true, Err(Fault::Outside)); // more than once around
    t("1..200>", false, Err(Fault::Outside));
    t("1..20>", false, Ok(&[(1, 20, '+')]));
    t("", false, Err(Fault::Syntax));
    t("join(1..10", false, Err(Fault::Syntax));
    t("join()", false, Err(Fault::Syntax));
    t("1..10)", false, Err(Fault::Syntax));
    t("1..", false, Err(Fault::Syntax));
    let deep = |n: usize| format!("{}1..3{}", "complement(".repeat(n), ")".repeat(n));
    t(&deep(64), false, Ok(&[(1, 3, '+')]));
    t(&deep(65), false, Err(Fault::TooComplex));
    t(&deep(10_000), false, Err(Fault::TooComplex));
}

#[test]
fn letters_of_both_strands() {
    fn t(text: &str, expected: Option<&str>) {
        let location = Location::parse(text, 12, true, &[]).unwrap();
        assert_eq!(location.letters("ACGTRYKMBDHN").as_deref(), expected, "{text}");
    }
    t("2..4", Some("CGT"));
    t("complement(2..4)", Some("ACG"));
    t("complement(join(1..2,5..6))", Some("RYGT"));
    t("complement(7..12)", Some("NDHVKM"));
    t("12..1", Some("NA"));
    let letters = |text: &str| Location::parse(text, 12, false, &[]).unwrap().letters("ACG");
    assert_eq!((letters("1..9"), letters("join(1..2,X9:1..2)")), (None, None));
}

#[test]
fn marks() {
    // Open ends in reading order, then fuzzy, order, remote.
    fn t(text: &str, expected: &str) {
        let location = Location::parse(text, 100, true, &[]).unwrap();
        let marks = [
            (location.partial_start, '5'),
            (location.partial_end, '3'),
            (location.partial, 'p'),
            (location.fuzzy, 'f'),
            (location.order, 'o'),
            (location.remote, 'r'),
        ];
        let found: String = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| mark).collect();
        assert_eq!(found, expected, "{text}");
    }
    t("1..10", "");
    t("<1..10", "5p");
    t("1..>10", "3p");
    t("complement(<1..10)", "3p");
    t("complement(1..>10)", "5p");
    t("join(<1..10,20..30)", "5p");
    t("join(1..10,<20..30)", "p");
    t("complement(join(<1..10,20..>30))", "53p");
    t("join(complement(20..>30),complement(<1..10))", "53p");
    t("<90..10", "5p");
    t("90..>10", "3p");
    t("complement(90..>10)", "5p");
    t("order(1..2,4..5)", "o");
    t("(1.3)..5", "f");
    t("join(1..10,X9:5..9)", "r");
    t("<7", "5p");
    t("complement(>7)", "5p");
    t("(<5.8)..10", "5pf");
    t("one-of(<5,8)..10", "5pf");
}

#[test]
fn as_written_without_a_molecule() {
    fn t(text: &str, expected: Option<&[(usize, usize, bool)]>) {
        let found = Location::written(text).map(|location| {
            let parts = location.parts.into_iter();
            parts.map(|part| (part.range.start, part.range.end, part.reverse)).collect::<Vec<_>>()
        });
        assert_eq!(found.as_deref(), expected, "{text}");
    }
    t("join(1..10, 20..30)", Some(&[(0, 10, false), (19, 30, false)]));
    t("complement(join(1..10,20..30))", Some(&[(19, 30, true), (0, 10, true)]));
    t("join(complement(4..6),9..12)", Some(&[(3, 6, true), (8, 12, false)]));
    t("J00194.1:100..202", Some(&[(99, 202, false)]));
    for text in ["", "join(1..2", "1..2)", "x..y"] {
        t(text, None);
    }
    t(&format!("{}1..3{}", "complement(".repeat(99), ")".repeat(99)), None);
}

#[test]
fn across_the_origin() {
    fn t(text: &str, start: usize, end: usize, crosses: bool) {
        let location = Location::parse(text, 100, true, &[]).unwrap();
        assert_eq!(
            (location.start(), location.end(), location.crosses_origin()),
            (start, end, crosses),
            "{text}"
        );
    }
    t("1..10", 1, 10, false);
    t("90..10", 90, 10, true);
    t("join(90..100,1..10)", 90, 10, true);
    t("complement(join(90..100,1..10))", 90, 10, true);
    t("join(complement(1..10),complement(90..100))", 90, 10, true);
    t("join(70..80,90..100,1..10,20..30)", 70, 30, true);
    t("join(50..60,20..30)", 20, 60, false); // trans-splicing
    t("join(90..99,1..10)", 1, 99, false);
    t("1..100", 1, 100, false);
}
