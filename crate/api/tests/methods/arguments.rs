//! The command line: arguments of every question, and flags that stand for a request.

use clap::{Args, Command};
use crossgrain_api::analyses::probe::{ModelOptions, Preset};
use crossgrain_api::analyses::{cka, cka_evolution, map, probe};
use crossgrain_api::sources::{Column, LayerRefs, SequenceSource, TableRef};
use crossgrain_core::analysis::evaluation::folds::FoldKind;

macro_rules! each {
    ($($variant:ident $module:ident $help:literal;)*) => {
        fn commands() -> Vec<Command> {
            vec![$(crossgrain_api::analyses::$module::Request::augment_args(Command::new(stringify!($module))),)*]
        }
    };
}
crossgrain_api::for_each_method!(each);

fn parse<M: Args>(line: &str) -> Result<M, clap::Error> {
    let command = M::augment_args(Command::new("ask")).no_binary_name(true);
    M::from_arg_matches(&command.try_get_matches_from(line.split_whitespace())?)
}

#[test]
fn arguments_are_sound_and_explained() {
    for command in commands() {
        let name = command.get_name().to_owned();
        let silent = command.get_arguments().find(|argument| argument.get_help().is_none());
        assert!(silent.is_none(), "{name}: {silent:?}");
        command.debug_assert();
    }
}

#[test]
fn flags_of_a_probe() {
    let found: probe::Request = parse("a.npy b.npy+c.npy --column phylum").unwrap();
    assert_eq!(found.features[1].of.len(), 2);
    assert_eq!(
        (found.labels, found.seeds, found.residues_per_token),
        (Column::Named("phylum".into()), vec![42], vec![1])
    );
    assert_eq!(found.model, ModelOptions::Linear { c: Some(1.0), alpha: None, choose: false });
    assert_eq!((found.folds.kind, found.folds.count, found.separator), (FoldKind::Stratified, 5, ';'));
    let found: probe::Request = parse(
        "a.npy --column x --model halogenation --hidden 8,4 --patience 3 --folds leave-one-out --seed 1,2 \
         --with-numbers gc,length --with-classes species --each-layer --shuffles 0 --draws 10 --task labels",
    )
    .unwrap();
    let ModelOptions::Mlp { preset, hidden, patience, epochs, .. } = found.model else { panic!("an MLP") };
    assert_eq!(
        (preset, hidden, patience, epochs),
        (Some(Preset::Halogenation), Some(vec![8, 4]), Some(3), None)
    );
    assert_eq!(
        (found.folds.kind, found.seeds, found.with_numbers.len()),
        (FoldKind::LeaveOneOut, vec![1, 2], 2)
    );
    assert_eq!((found.with_classes.len(), found.each_layer, found.draws), (1, true, 10));
    let found: probe::Request =
        parse("a b --column x --per-residue --residues-per-token 1,2 --unlabelled ?-").unwrap();
    assert_eq!(
        (found.per_residue, found.residues_per_token, found.unlabelled.as_str()),
        (true, vec![1, 2], "?-")
    );
    assert!(parse::<probe::Request>("a --column x --unlabelled ?").is_err());
    assert!(parse::<probe::Request>("--column x").is_err());
    let found: probe::Request =
        parse("a --column x --folds clusters --sequences p.fasta --identity 0.4 --within species").unwrap();
    let sequences = Some(SequenceSource::File("p.fasta".into()));
    assert_eq!(
        (found.folds.kind, found.folds.sequences, found.folds.identity),
        (FoldKind::Clusters, sequences, Some(0.4))
    );
    assert_eq!(found.within, Some(Column::Named("species".into())));
}

#[test]
fn flags_of_maps_and_layers() {
    let found: map::Request = parse("a.csv").unwrap();
    assert!(found.quality && found.only.is_none());
    let found: map::Request = parse("a.csv --no-quality --column phylum --only x,y").unwrap();
    assert_eq!((found.quality, found.only), (false, Some(vec!["x".into(), "y".into()])));
    assert!(parse::<map::Request>("a.csv --only x").is_err());
    let one = |name: &str| LayerRefs(vec![TableRef::Whole(name.into())]);
    let found: cka::Request = parse("a b --kernel rbf --batch 512 --published-epsilon").unwrap();
    assert_eq!(
        (found.x, found.y, found.batch, found.published_epsilon),
        (one("a"), Some(one("b")), 512, true)
    );
    let found: cka_evolution::Request = parse("a b c").unwrap();
    assert_eq!(found.checkpoints, [one("a"), one("b"), one("c")]);
}
