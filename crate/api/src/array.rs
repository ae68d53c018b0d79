//! Matrices of an answer: typed arrays in JavaScript, files on the command line, never JSON.
//!
//! [`AnswerMatrix`] has no `Serialize`, so a response can hold one only where serde skips it; [`Answer::arrays`] hands it on.

use crossgrain_core::error::Notice;
use serde::Serialize;

/// A row-major matrix of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnswerMatrix<T> {
    /// `[rows, columns]`
    pub shape: [usize; 2],
    /// `rows · columns` numbers, row after row.
    pub data: Vec<T>,
}

impl<T> AnswerMatrix<T> {
    /// A matrix of `rows` and `columns`.
    ///
    /// # Shape
    /// `data [rows · columns]` → `[rows, columns]`.
    #[must_use]
    pub fn new(data: Vec<T>, rows: usize, columns: usize) -> Self {
        Self { shape: [rows, columns], data }
    }
}

impl From<crossgrain_core::matrix::Matrix> for AnswerMatrix<f32> {
    fn from(matrix: crossgrain_core::matrix::Matrix) -> Self {
        let (rows, columns) = (matrix.rows(), matrix.cols());
        Self::new(matrix.into_data(), rows, columns)
    }
}

/// The numbers of an array, as JavaScript's typed arrays have them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Numbers<'a> {
    /// `Float32Array`
    F32(&'a [f32]),
    /// `Float64Array`
    F64(&'a [f64]),
    /// `Uint32Array`
    U32(&'a [u32]),
    /// `Uint8Array`
    U8(&'a [u8]),
}

/// One array of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Array<'a> {
    /// The field of the response that holds it, as JavaScript names it.
    pub field: &'static str,
    /// `[rows, columns]`
    pub shape: [usize; 2],
    /// The numbers, row-major.
    pub numbers: Numbers<'a>,
}

/// A response: plain data, and arrays beside it.
pub trait Answer: Serialize {
    /// The arrays, in the order of their fields.
    fn arrays(&self) -> Vec<Array<'_>> {
        Vec::new()
    }

    /// Names of the rows of the arrays, where the answer knows them.
    fn ids(&self) -> Option<&[String]> {
        None
    }

    /// Names of the rows of one array: those of all, unless it has other rows.
    fn ids_of(&self, _field: &str) -> Option<&[String]> {
        self.ids()
    }

    /// Sequences that could not be used.
    fn refused(&self) -> &[Notice] {
        &[]
    }

    /// What is odd about the sequences.
    fn warnings(&self) -> &[Notice] {
        &[]
    }

    /// The answer as a file of text, such as FASTA; `None` where the fields themselves are the answer.
    fn text(&self) -> Option<String> {
        None
    }
}

macro_rules! element {
    ($($element:ty, $variant:ident, $typed_array:literal;)*) => {
        $(
            impl AnswerMatrix<$element> {
                /// The matrix as the array of a field.
                #[must_use]
                pub fn array(&self, field: &'static str) -> Array<'_> {
                    Array { field, shape: self.shape, numbers: Numbers::$variant(&self.data) }
                }
            }

            #[cfg(feature = "typescript")]
            impl ts_rs::TS for AnswerMatrix<$element> {
                type WithoutGenerics = Self;
                type OptionInnerType = Self;
                fn name(_: &ts_rs::Config) -> String {
                    $typed_array.to_owned()
                }
                fn inline(_: &ts_rs::Config) -> String {
                    $typed_array.to_owned()
                }
            }
        )*
    };
}

element! {
    f32, F32, "Float32Array";
    f64, F64, "Float64Array";
    u32, U32, "Uint32Array";
    u8, U8, "Uint8Array";
}
