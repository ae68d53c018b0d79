//! Distances to neighbours → edges and how often each is visited.

use super::Neighbours;
use crate::math::{exp, log2};

/// Every edge in both directions: from, to, epochs between two visits. Edges too weak to be visited
/// once are left out.
pub(super) fn edges(neighbours: &Neighbours, epochs: usize) -> Vec<(u32, u32, f64)> {
    let mut directed: Vec<(u32, u32, f64)> = Vec::with_capacity(neighbours.indices().len());
    let count = neighbours.distances().len() + neighbours.rows();
    let mean = neighbours.distances().iter().map(|&d| f64::from(d)).sum::<f64>() / count.max(1) as f64;
    for row in 0..neighbours.rows() {
        let distances = neighbours.distances_of(row);
        let (rho, sigma) = fit(distances, mean);
        for (&other, &distance) in neighbours.of(row).iter().zip(distances) {
            let beyond = f64::from(distance) - rho;
            let weight = if beyond <= 0.0 { 1.0 } else { exp(-beyond / sigma) };
            directed.push((u32::try_from(row).unwrap_or(u32::MAX), other, weight));
        }
    }
    directed.sort_unstable_by_key(|&(from, to, _)| (from, to));
    let weight = |from: u32, to: u32| {
        let at = directed.binary_search_by_key(&(from, to), |&(from, to, _)| (from, to));
        at.ok().and_then(|at| directed.get(at)).map_or(0.0, |edge| edge.2)
    };
    let mut both: Vec<(u32, u32, f64)> = Vec::with_capacity(2 * directed.len());
    for &(from, to, there) in &directed {
        let back = weight(to, from);
        let union = there + back - there * back;
        both.push((from, to, union));
        if back == 0.0 {
            both.push((to, from, union));
        }
    }
    both.sort_unstable_by_key(|&(from, to, _)| (from, to));
    // An edge whose weight underflowed is found in both directions.
    both.dedup_by_key(|&mut (from, to, _)| (from, to));
    let largest = both.iter().fold(0.0_f64, |largest, edge| largest.max(edge.2));
    both.retain(|edge| edge.2 > 0.0 && edge.2 >= largest / epochs as f64);
    both.into_iter().map(|(from, to, weight)| (from, to, largest / weight)).collect()
}

/// ρ, the smallest positive distance, and σ, for which the weights sum to log₂ of the neighbours.
fn fit(distances: &[f32], mean_of_all: f64) -> (f64, f64) {
    let rho = distances.iter().find(|&&d| d > 0.0).map_or(0.0, |&d| f64::from(d));
    // The row itself counts as a neighbour here.
    let target = log2((distances.len() + 1) as f64);
    let (mut low, mut high, mut sigma) = (0.0, f64::INFINITY, 1.0);
    for _ in 0..64 {
        let weigh = |&d: &f32| exp(-(f64::from(d) - rho).max(0.0) / sigma);
        let sum: f64 = distances.iter().map(weigh).sum();
        if (sum - target).abs() < 1e-5 {
            break;
        }
        if sum > target {
            high = sigma;
        } else {
            low = sigma;
        }
        sigma = if high.is_infinite() { sigma * 2.0 } else { f64::midpoint(low, high) };
    }
    let mean = distances.iter().map(|&d| f64::from(d)).sum::<f64>() / (distances.len() + 1) as f64;
    let floor = 1e-3 * if rho > 0.0 { mean } else { mean_of_all };
    (rho, sigma.max(floor).max(f64::MIN_POSITIVE))
}
