//! A vector for each name, and the mean over the names of a row.

use crate::matrix::Matrix;

/// Names in order, and their vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct NameVectors {
    names: Vec<String>,
    /// `[names, width]`
    vectors: Matrix,
}

impl NameVectors {
    /// `vectors` holds one row for each of the sorted names.
    pub(super) fn new(names: &[&str], vectors: Matrix) -> Self {
        Self { names: names.iter().map(|&name| name.to_owned()).collect(), vectors }
    }

    /// The names, in alphabetical order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The vectors of the names, in the same order.
    ///
    /// # Shape
    ///
    /// `[names, width]`
    #[must_use]
    pub fn vectors(&self) -> &Matrix {
        &self.vectors
    }

    /// The mean over the names of each row. Names without a vector do not count; a row without a name
    /// that has one is zero.
    ///
    /// # Shape
    ///
    /// n lists of names → `[n, width]`
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "features are f32")]
    pub fn mean(&self, rows: &[Vec<&str>]) -> Matrix {
        let width = self.vectors.cols();
        let mut data = Vec::with_capacity(rows.len() * width);
        for names in rows {
            let (mut sum, mut count) = (vec![0.0_f64; width], 0_usize);
            let index = |name: &&str| self.names.binary_search_by(|other| other.as_str().cmp(name)).ok();
            for vector in names.iter().filter_map(index).filter_map(|at| self.vectors.row(at)) {
                sum.iter_mut().zip(vector).for_each(|(sum, &x)| *sum += f64::from(x));
                count += 1;
            }
            data.extend(sum.iter().map(|sum| (sum / count.max(1) as f64) as f32));
        }
        Matrix::from_parts(data, rows.len(), width)
    }
}
