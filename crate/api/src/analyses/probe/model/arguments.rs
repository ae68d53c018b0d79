//! The model on the command line: `--model` names a kind or a preset, other flags its parameters.

use super::{ModelOptions, Preset};
use crate::defaults;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches, ValueEnum};

/// The flags of a model.
#[derive(Args)]
struct Arguments {
    /// Model. The last four are MLPs with the architecture and training schedule of a paper.
    #[arg(long, default_value = "linear")]
    model: Name,
    /// Logistic regression: inverse strength of the penalty, above 0.
    #[arg(long, default_value_t = defaults::LOGISTIC_C)]
    c: f64,
    /// Ridge and MLP: strength of the L2 penalty, 0 or more. Default: 1 for a ridge, as published for an MLP.
    #[arg(long)]
    alpha: Option<f64>,
    /// Logistic and ridge regression: choose the penalty of each fold inside its training rows, C of 0.001 to 1000 or alpha
    /// of 10000 to 0.001.
    #[arg(long, conflicts_with_all = ["c", "alpha"])]
    choose_penalty: bool,
    /// MLP: widths of the hidden layers, such as 512,256. Default: as published.
    #[arg(long, value_delimiter = ',')]
    hidden: Option<Vec<usize>>,
    /// MLP: most epochs. Default: as published.
    #[arg(long)]
    epochs: Option<usize>,
    /// MLP: epochs without improvement before early stopping. Default: as published.
    #[arg(long)]
    patience: Option<usize>,
    /// Forest: trees.
    #[arg(long, default_value_t = defaults::TREES)]
    trees: usize,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// Logistic regression; ridge regression for numbers.
    Linear,
    /// Random forest, √d columns per split; one forest per label for several labels.
    Forest,
    /// The same as product-class.
    Mlp,
    /// 512 and 256, at most 200 epochs: product classes.
    ProductClass,
    /// 256 and 128, at most 500 epochs: layer ablation.
    LayerAblation,
    /// 512 and 256, alpha 0.01, patience 30: adenylation domains.
    Adenylation,
    /// 512 and 128, alpha 0.01, patience 30: halogenation.
    Halogenation,
}

impl From<Arguments> for ModelOptions {
    fn from(given: Arguments) -> Self {
        let Arguments { model, c, alpha, choose_penalty, hidden, epochs, patience, trees } = given;
        let preset = match model {
            Name::Linear => return Self::Linear { c: Some(c), alpha, choose: choose_penalty },
            Name::Forest => return Self::Forest { trees: Some(trees) },
            Name::Mlp => None,
            Name::ProductClass => Some(Preset::ProductClass),
            Name::LayerAblation => Some(Preset::LayerAblation),
            Name::Adenylation => Some(Preset::Adenylation),
            Name::Halogenation => Some(Preset::Halogenation),
        };
        Self::Mlp { preset, hidden, alpha, epochs, patience }
    }
}

impl FromArgMatches for ModelOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Arguments::from_arg_matches(matches).map(Into::into)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for ModelOptions {
    fn augment_args(command: Command) -> Command {
        Arguments::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Arguments::augment_args_for_update(command)
    }
}
