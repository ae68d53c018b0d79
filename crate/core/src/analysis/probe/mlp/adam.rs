//! Adam (Kingma and Ba 2015) with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.

use super::narrow;
use super::network::{DenseLayer, Network};

/// How much of the moments a step keeps: β₁ and β₂.
const BETA: [f64; 2] = [0.9, 0.999];
const EPSILON: f32 = 1e-8;

/// The optimiser of one network.
pub(super) struct Adam {
    learning_rate_init: f64,
    steps: i32,
    layers: Vec<Moments>,
}

/// Running means of the gradient, `m`, and of its square, `v`, of one layer.
struct Moments {
    m: Vec<f32>,
    v: Vec<f32>,
}

impl Adam {
    pub(super) fn new(network: &Network, learning_rate_init: f64) -> Self {
        let zeros = |layer: &DenseLayer| vec![0.0; layer.parameters.len()];
        let moments = |layer: &DenseLayer| Moments { m: zeros(layer), v: zeros(layer) };
        Self { learning_rate_init, steps: 0, layers: network.layers.iter().map(moments).collect() }
    }

    /// Moves the parameters of every layer against its gradient.
    pub(super) fn step(&mut self, network: &mut Network) {
        self.steps += 1;
        let [bias_1, bias_2] = BETA.map(|beta| 1.0 - beta.powi(self.steps));
        let rate = narrow(self.learning_rate_init * bias_2.sqrt() / bias_1);
        let [beta_1, beta_2] = BETA.map(narrow);
        for (layer, Moments { m, v }) in network.layers.iter_mut().zip(&mut self.layers) {
            let moments = m.iter_mut().zip(v);
            for ((w, g), (m, v)) in layer.parameters.iter_mut().zip(&layer.gradient).zip(moments) {
                *m = beta_1 * *m + (1.0 - beta_1) * g;
                *v = beta_2 * *v + (1.0 - beta_2) * g * g;
                *w -= rate * *m / (v.sqrt() + EPSILON);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn the_first_step_is_the_learning_rate() {
        let mut network = Network::new(1, &[], 1, &mut Random::new(1));
        let before = network.layers[0].parameters.clone();
        network.layers[0].gradient = vec![3.0, -0.5];
        Adam::new(&network, 0.01).step(&mut network);
        let moved: Vec<f32> =
            network.layers[0].parameters.iter().zip(&before).map(|(now, before)| now - before).collect();
        assert!((moved[0] + 0.01).abs() < 1e-6 && (moved[1] - 0.01).abs() < 1e-6, "{moved:?}");
    }
}
