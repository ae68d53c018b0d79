//! The list of all questions, and what is made from it: [`Request`], [`Response`] and [`ask`].
//!
//! A new question is a file in `analyses` and one line here. The command line makes its commands from this list
//! ([`for_each_method!`](crate::for_each_method)), the generator of TypeScript its `Methods`.

use crate::array::{Answer, Array};
use crate::context::Context;
use crate::refusal::Refusal;
use crossgrain_core::error::Notice;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A question: its request, its response, and the work between them.
pub trait Method: DeserializeOwned + Serialize {
    /// What JavaScript calls it.
    const NAME: &'static str;
    /// The smallest request, as JSON: required fields only. All others have defaults.
    const EXAMPLE: &'static str;
    /// What is answered.
    type Response: Answer;

    /// Answers the question.
    ///
    /// # Errors
    /// `analysis.no_table` and the codes of the analysis.
    fn run(self, context: &mut Context<'_>) -> impl Future<Output = Result<Self::Response, Refusal>>;
}

/// Hands the list of all questions to a macro: `Variant module "JavaScript's name" "help";` each.
#[macro_export]
macro_rules! for_each_method {
    ($callback:ident) => {
        $callback! {
            Cka cka "Compare layers of the same rows by centred kernel alignment (CKA).";
            CkaTest cka_test "Test the CKA of two layers by permutation, with a bootstrap interval.";
            CkaEvolution cka_evolution "Compare the layers of checkpoints with those of the first checkpoint.";
            Neighbours neighbours "Find the exact nearest neighbours of each row.";
            Purity purity "Measure how often neighbours share a label, compared with shuffled labels.";
            Overlap overlap "Measure how many neighbours two embeddings of the same rows share.";
            MutualKnn mutual_knn "Measure the mutual k-nearest-neighbour alignment of two embeddings, with a permutation test.";
            Predict predict "Predict labels or numbers of rows from their nearest neighbours.";
            Neighbourhood neighbourhood "Run the published neighbourhood protocol for single mutants.";
            Probe probe "Measure how well a small model predicts labels from the rows, by cross-validation.";
            Map map "Draw rows as points in a plane by PCA, UMAP or t-SNE, and measure how well it keeps neighbours.";
            Silhouette silhouette "Measure how far labelled groups lie apart, on a map and in its space.";
            Align align "Move, rotate, mirror and scale a map so that it fits another map best.";
            Join join "Put tables of the same sequences, genes or domains side by side.";
            Positions positions "Pool the rows of residues at chosen positions, such as a pocket's.";
            ExportTable export_table "Write rows as .npy, .csv or .safetensors.";
            Records records "Find sequences by name, as they were read.";
            Kmers kmers "Count the k-mers of each sequence, as shares; k = 1 is the composition.";
            CodonFrequencies codon_frequencies "Count the 64 codons of each coding sequence, as shares.";
            EncodeLetters encode_letters "Write the letters of sequences as one-hot columns or rows of BLOSUM62.";
            RandomFeatures random_features "Draw random rows, a baseline of noise.";
            RandomVectors random_vectors "Average a random vector of each domain over each list of domains.";
            SkipGram skip_gram "Average a skip-gram vector of each domain over each list of domains.";
            SequenceClusters sequence_clusters "Group sequences that are so alike that no split should part them.";
            ShuffleSequences shuffle_sequences "Shuffle the letters of each sequence: the same composition without the order.";
            Codons codons "Count the codons of sequences or groups: RSCU, GC and GC3.";
            SampleCodons sample_codons "Sample other coding sequences of the same proteins.";
            Mutants mutants "Make every single mutant of a protein or of a coding sequence.";
            BackTranslate back_translate "Find the likeliest coding sequence of each protein.";
        }
    };
}

macro_rules! declare {
    ($($variant:ident $module:ident $help:literal;)*) => {
        /// A question as JSON: an object with one key, the method, and its request: `{ "purity": { "table": … } }`.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[cfg_attr(
            target_pointer_width = "64",
            expect(clippy::large_enum_variant, reason = "there is one at a time, and it moves once")
        )]
        pub enum Request {
            $(#[doc = $help] $variant(crate::analyses::$module::Request),)*
        }

        /// The answer to a [`Request`].
        #[derive(Clone, Debug, Serialize)]
        #[serde(untagged)]
        pub enum Response {
            $(#[doc = $help] $variant(<crate::analyses::$module::Request as Method>::Response),)*
        }

        impl Answer for Response {
            fn arrays(&self) -> Vec<Array<'_>> {
                match self { $(Self::$variant(response) => response.arrays(),)* }
            }
            fn ids(&self) -> Option<&[String]> {
                match self { $(Self::$variant(response) => response.ids(),)* }
            }
            fn ids_of(&self, field: &str) -> Option<&[String]> {
                match self { $(Self::$variant(response) => response.ids_of(field),)* }
            }
            fn refused(&self) -> &[Notice] {
                match self { $(Self::$variant(response) => response.refused(),)* }
            }
            fn warnings(&self) -> &[Notice] {
                match self { $(Self::$variant(response) => response.warnings(),)* }
            }
            fn text(&self) -> Option<String> {
                match self { $(Self::$variant(response) => response.text(),)* }
            }
        }

        $(
            impl From<crate::analyses::$module::Request> for Request {
                fn from(request: crate::analyses::$module::Request) -> Self {
                    Self::$variant(request)
                }
            }
        )*

        /// Answers a question.
        ///
        /// # Errors
        /// `analysis.no_table` and the codes of the analysis.
        pub async fn ask(request: Request, context: &mut Context<'_>) -> Result<Response, Refusal> {
            Ok(match request { $(Request::$variant(request) => Response::$variant(request.run(context).await?),)* })
        }
    };
}

for_each_method!(declare);
