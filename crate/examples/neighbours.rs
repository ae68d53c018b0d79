//! Finds exact nearest neighbours: `cargo run --example neighbours`.

use crossgrain::core::analysis::{Metric, knn};
use crossgrain::core::matrix::Matrix;
use crossgrain::core::progress::Silent;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let rows = Matrix::new(vec![0.0, 0.0, 1.0, 0.0, 5.0, 5.0, 5.0, 6.0], 4, 2)?;
    let found = knn(rows.view(), 1, Metric::Euclidean, &mut Silent)?;
    for row in 0..4 {
        println!("row {row}: nearest {:?} at {:?}", found.of(row), found.distances_of(row));
    }
    Ok(())
}
