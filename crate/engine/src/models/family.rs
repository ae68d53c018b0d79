//! The families and what a caller must know of a model of any of them.

use crate::pooling::Pool;

/// A model family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// ESM-2: residues.
    Esm2,
    /// ESM-1b: residues.
    Esm1b,
    /// Nucleotide Transformer v1: 6-mers.
    NucleotideTransformerV1,
    /// Nucleotide Transformer v2: 6-mers, or 3-mers.
    NucleotideTransformerV2,
    /// DNABERT-2: byte pairs of DNA.
    Dnabert2,
    /// BiGCARP: protein domains.
    Bigcarp,
    /// CARP: residues.
    Carp,
}

impl Family {
    /// The name in reports, registries and exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Esm2 => "esm2",
            Self::Esm1b => "esm1b",
            Self::NucleotideTransformerV1 => "ntv1",
            Self::NucleotideTransformerV2 => "ntv2",
            Self::Dnabert2 => "dnabert2",
            Self::Bigcarp => "bigcarp",
            Self::Carp => "carp",
        }
    }

    /// What it reads: `protein`, `nucleotide` or `domain`.
    #[must_use]
    pub fn granularity(self) -> &'static str {
        match self {
            Self::Esm2 | Self::Esm1b | Self::Carp => "protein",
            Self::NucleotideTransformerV1 | Self::NucleotideTransformerV2 | Self::Dnabert2 => "nucleotide",
            Self::Bigcarp => "domain",
        }
    }

    /// What [`Pool::Auto`] stands for: the convention of the model's authors.
    ///
    /// fair-esm's `extract.py` leaves `<cls>` and `<eos>` out; the card of the Nucleotide
    /// Transformer averages over the attention mask, `<cls>` included, and that of DNABERT-2 over all
    /// tokens. Vectors of clusters from BiGCARP are means over domains, without the class in front
    /// (Xiao et al.); CARP adds nothing that could be left out.
    #[must_use]
    pub fn pool(self) -> Pool {
        match self {
            Self::Esm2 | Self::Esm1b | Self::Bigcarp | Self::Carp => Pool::Mean,
            Self::NucleotideTransformerV1 | Self::NucleotideTransformerV2 | Self::Dnabert2 => {
                Pool::MeanTokens
            }
        }
    }
}

/// The numbers of one checkpoint that matter to a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Architecture {
    /// Its family.
    pub family: Family,
    /// Layers or blocks, `L`.
    pub layers: usize,
    /// Number of the last hidden state; the first is 0.
    pub last: usize,
    /// Width of a hidden state, `d`.
    pub width: usize,
    /// Attention heads, `h`; 0 without attention.
    pub heads: usize,
    /// Token kinds, `v`.
    pub vocabulary: usize,
    /// Tokens in one piece, specials not counted; longer sequences are cut into windows. `None` if
    /// no length is too long.
    pub window: Option<usize>,
    /// Whether a longer piece could not be run at all.
    pub hard_limit: bool,
    /// Whether there is a language-model head.
    pub has_logits: bool,
    /// Whether there is a contact head.
    pub has_contacts: bool,
}

impl Architecture {
    /// The name of the family.
    #[must_use]
    pub fn family(&self) -> &'static str {
        self.family.name()
    }
}
