//! Why a weight file is refused: one variant per thing a user can act on.

use crate::error::{Coded, Where};
use crate::limits::{WEIGHTS_NAME_BYTES, WEIGHTS_RANK, WEIGHTS_TENSOR_BYTES, WEIGHTS_TENSORS};
use thiserror::Error;

mod adapter;
mod container;
mod quantized;
pub use adapter::AdapterProblem;
pub use container::ContainerProblem;
pub use quantized::QuantizedProblem;

/// A refused weight file: the problem, and the file it was found in.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{problem}")]
pub struct WeightsError {
    /// File name as the user knows it.
    pub file: Option<String>,
    /// What is wrong with it.
    pub problem: Box<WeightsProblem>,
}

impl WeightsError {
    /// A problem in a file that is not known yet.
    #[must_use]
    pub fn new(problem: WeightsProblem) -> Self {
        Self { file: None, problem: Box::new(problem) }
    }

    /// The same error with the file named, unless it already names one.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.file.get_or_insert_with(|| file.to_owned());
        self
    }
}

impl From<ContainerProblem> for WeightsError {
    fn from(problem: ContainerProblem) -> Self {
        Self::new(WeightsProblem::Container(problem))
    }
}

impl From<AdapterProblem> for WeightsError {
    fn from(problem: AdapterProblem) -> Self {
        Self::new(WeightsProblem::Adapter(problem))
    }
}

impl From<QuantizedProblem> for WeightsError {
    fn from(problem: QuantizedProblem) -> Self {
        Self::new(WeightsProblem::Quantized(problem))
    }
}

impl From<WeightsProblem> for WeightsError {
    fn from(problem: WeightsProblem) -> Self {
        Self::new(problem)
    }
}

/// What is wrong with a weight file. Names from the file are shown escaped and cut.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is its message")]
pub enum WeightsProblem {
    #[error("the weights could not be read: {reason}")]
    Read { reason: String },
    #[error("the reading was cancelled")]
    Cancelled,
    #[error("{bytes} bytes of memory for one tensor are not available")]
    Memory { bytes: u64 },

    // Not a safetensors file at all.
    #[error("the file is empty")]
    Empty,
    #[error("the file has {length} bytes, too few for a safetensors header")]
    TooShort { length: u64 },
    #[error("this is an HTML page, not weights")]
    Html,
    #[error("this is a Git LFS pointer, not the weights it points to")]
    LfsPointer,
    #[error("this is a JSON file, not weights")]
    Json,
    #[error("this is a zip archive, probably a PyTorch checkpoint, not safetensors")]
    PytorchZip,
    #[error("this is a bare Python pickle, probably a PyTorch checkpoint from before 2020")]
    Pickle,
    #[error("this is a gzip file, not safetensors")]
    Gzip,
    #[error("this is a GGUF file, not safetensors")]
    Gguf,
    #[error("this is an HDF5 file, not safetensors")]
    Hdf5,
    #[error("this is not a safetensors file: its header does not begin with a brace")]
    NotSafetensors,

    // The header.
    #[error("the header claims {length} bytes; {allowed} are allowed")]
    HeaderTooLarge { length: u64, allowed: u64 },
    #[error("the file ends inside its header: {length} bytes claimed, {there} present")]
    HeaderTruncated { length: u64, there: u64 },
    #[error("the header is not valid UTF-8 (byte {at})")]
    HeaderNotUtf8 { at: usize },
    #[error("the header is not the JSON of a safetensors file: {reason}")]
    HeaderJson { reason: String },
    #[error("tensor {name} is listed twice")]
    DuplicateName { name: String },
    #[error("tensor {name} has the field {field} twice")]
    DuplicateField { name: String, field: String },
    #[error("tensor {name} has the unknown field {field}")]
    UnknownField { name: String, field: String },
    #[error("tensor {name} has no field {field}")]
    MissingField { name: String, field: &'static str },
    #[error("the metadata has the key {key} twice")]
    DuplicateMetadata { key: String },
    #[error("more than {WEIGHTS_TENSORS} tensors")]
    TooManyTensors,
    #[error("no tensors")]
    NoTensors,
    #[error(
        "tensor name {name} is longer than {WEIGHTS_NAME_BYTES} bytes or holds something other than letters, digits and _ - . : / between words"
    )]
    BadName { name: String },
    #[error("tensor {name} has the number type {dtype}; F32, F16, BF16 and I64 are read")]
    UnknownDtype { name: String, dtype: String },
    #[error("tensor {name} has more than {WEIGHTS_RANK} dimensions")]
    Rank { name: String },

    // The layout.
    #[error("the shape of tensor {name} multiplies to more bytes than can be counted")]
    ShapeOverflow { name: String },
    #[error("tensor {name} has {bytes} bytes; {WEIGHTS_TENSOR_BYTES} are allowed here")]
    TensorTooLarge { name: String, bytes: u64 },
    #[error("tensor {name} ends before it begins")]
    BackwardOffsets { name: String },
    #[error("tensor {name} is given {given} bytes, its shape and type need {needed}")]
    SizeMismatch { name: String, given: u64, needed: u64 },
    #[error("tensor {name} overlaps the one before it")]
    Overlap { name: String },
    #[error("{bytes} bytes before tensor {name} belong to no tensor")]
    Hole { name: String, bytes: u64 },
    #[error("the file is cut: {length} bytes of {needed}")]
    Truncated { length: u64, needed: u64 },
    #[error("{extra} bytes after the last tensor")]
    Trailing { extra: u64 },
    #[error("the safetensors library refuses the header: {reason}")]
    RefusedByLibrary { reason: String },

    // The tensors, and what a model expects of them.
    #[error("there is no tensor {name}")]
    NoSuchTensor { name: String },
    #[error("tensor {name} holds {value} at position {at}")]
    NotFinite { name: String, at: usize, value: String },
    #[error("{} missing: {}", tensors(*count), names.join(", "))]
    Missing { count: usize, names: Vec<String> },
    #[error("{} that this model does not have: {}", tensors(*count), names.join(", "))]
    Unknown { count: usize, names: Vec<String> },
    #[error("{} of another shape than the configuration says: {}", tensors(*count), names.join(", "))]
    WrongShape { count: usize, names: Vec<String> },
    #[error(transparent)]
    Container(#[from] ContainerProblem),
    #[error(transparent)]
    Quantized(#[from] QuantizedProblem),
    #[error(transparent)]
    Adapter(#[from] AdapterProblem),
    #[error("{} of whole numbers where weights should be: {}", tensors(*count), names.join(", "))]
    WrongDtype { count: usize, names: Vec<String> },
}

fn tensors(count: usize) -> String {
    if count == 1 { "1 tensor".to_owned() } else { format!("{count} tensors") }
}

impl Coded for WeightsError {
    fn code(&self) -> &'static str {
        self.problem.code()
    }

    fn hint(&self) -> String {
        self.problem.hint().to_owned()
    }

    fn at(&self) -> Where {
        Where { file: self.file.clone(), ..Where::default() }
    }
}

impl WeightsProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "weights.read",
            Self::Cancelled => "weights.cancelled",
            Self::Memory { .. } => "weights.memory",
            Self::Empty => "weights.empty",
            Self::TooShort { .. } => "weights.too_short",
            Self::Html => "weights.html",
            Self::LfsPointer => "weights.lfs_pointer",
            Self::Json => "weights.json",
            Self::PytorchZip => "weights.pytorch_zip",
            Self::Pickle => "weights.pickle",
            Self::Gzip => "weights.gzip",
            Self::Gguf => "weights.gguf",
            Self::Hdf5 => "weights.hdf5",
            Self::NotSafetensors => "weights.not_safetensors",
            Self::HeaderTooLarge { .. } => "weights.header_too_large",
            Self::HeaderTruncated { .. } => "weights.header_truncated",
            Self::HeaderNotUtf8 { .. } => "weights.header_not_utf8",
            Self::HeaderJson { .. } => "weights.header_json",
            Self::DuplicateName { .. } => "weights.duplicate_name",
            Self::DuplicateField { .. } => "weights.duplicate_field",
            Self::UnknownField { .. } => "weights.unknown_field",
            Self::MissingField { .. } => "weights.missing_field",
            Self::DuplicateMetadata { .. } => "weights.duplicate_metadata",
            Self::TooManyTensors => "weights.too_many_tensors",
            Self::NoTensors => "weights.no_tensors",
            Self::BadName { .. } => "weights.bad_name",
            Self::UnknownDtype { .. } => "weights.unknown_dtype",
            Self::Rank { .. } => "weights.rank",
            Self::ShapeOverflow { .. } => "weights.shape_overflow",
            Self::TensorTooLarge { .. } => "weights.tensor_too_large",
            Self::BackwardOffsets { .. } => "weights.backward_offsets",
            Self::SizeMismatch { .. } => "weights.size_mismatch",
            Self::Overlap { .. } => "weights.overlap",
            Self::Hole { .. } => "weights.hole",
            Self::Truncated { .. } => "weights.truncated",
            Self::Trailing { .. } => "weights.trailing",
            Self::RefusedByLibrary { .. } => "weights.refused_by_library",
            Self::NoSuchTensor { .. } => "weights.no_such_tensor",
            Self::NotFinite { .. } => "weights.not_finite",
            Self::Missing { .. } => "weights.missing",
            Self::Unknown { .. } => "weights.unknown",
            Self::WrongShape { .. } => "weights.wrong_shape",
            Self::WrongDtype { .. } => "weights.wrong_dtype",
            Self::Container(problem) => problem.code(),
            Self::Quantized(problem) => problem.code(),
            Self::Adapter(problem) => problem.code(),
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "check that the file is still there and readable, then try again",
            Self::Cancelled => "start it again when you want the answer",
            Self::Memory { .. } | Self::TensorTooLarge { .. } => {
                "use a smaller model here, or the command line, which has more memory"
            }
            Self::Empty | Self::TooShort { .. } | Self::HeaderTruncated { .. } | Self::Truncated { .. } => {
                "the download did not finish: fetch the file again and compare its size"
            }
            Self::Html => "the server sent a page: check the address, or log in, then fetch the file itself",
            Self::LfsPointer => {
                "run `git lfs pull` in the repository, or download the file from the model's page"
            }
            Self::Json => "choose model.safetensors; a model.safetensors.index.json only lists the parts",
            Self::PytorchZip | Self::Pickle | Self::Gguf | Self::Hdf5 | Self::NotSafetensors => {
                "choose the model's model.safetensors file, or a checkpoint saved by PyTorch 1.6 or later"
            }
            Self::Gzip => "unpack the file first",
            Self::Missing { .. }
            | Self::Unknown { .. }
            | Self::WrongShape { .. }
            | Self::WrongDtype { .. } => "check that config.json and the weights belong to the same model",
            Self::NoSuchTensor { .. } => "check that the weights belong to this model",
            Self::NotFinite { .. } => {
                "the weights are damaged or did not survive a conversion: fetch the original file"
            }
            Self::Container(problem) => problem.hint(),
            Self::Quantized(problem) => problem.hint(),
            Self::Adapter(problem) => problem.hint(),
            Self::UnknownDtype { .. } => "use a checkpoint stored as F32, F16 or BF16",
            _ => "the file is damaged or was not made by the safetensors library: fetch the original file",
        }
    }
}

/// Text from a file in a form that can be shown: escaped, and cut after 80 characters.
pub(super) fn visible(text: &str) -> String {
    let mut shown: String = text.chars().take(80).flat_map(char::escape_debug).collect();
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_files_is_shown_escaped_and_cut() {
        fn t(text: &str, expected: &str) {
            assert_eq!(visible(text), expected);
        }
        t("a.b", "\"a.b\"");
        t("../a\n", "\"../a\\n\"");
        t("\u{202e}x\0", "\"\\u{202e}x\\0\"");
        t(&"y".repeat(81), &format!("\"{}…\"", "y".repeat(80)));
    }

    #[test]
    fn an_error_keeps_the_first_file_it_is_given() {
        let error = WeightsError::new(WeightsProblem::Html).in_file("a.safetensors").in_file("b");
        assert_eq!(error.at().file.as_deref(), Some("a.safetensors"));
        assert_eq!(
            (error.code(), error.to_string().as_str()),
            ("weights.html", "this is an HTML page, not weights")
        );
        assert!(error.hint().contains("address"));
    }
}
