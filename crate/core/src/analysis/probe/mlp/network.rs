//! Dense layers with ReLU between them: forward and backward.

use super::narrow;
use crate::analysis::gemm::{Operand, gemm};
use crate::random::Random;

/// One dense layer.
pub(super) struct DenseLayer {
    inputs: usize,
    outputs: usize,
    /// Weights `[in, out]`, then biases `[out]`.
    pub(super) parameters: Vec<f32>,
    /// The gradient of the loss in the same order.
    pub(super) gradient: Vec<f32>,
}

/// Layers one after another.
pub(super) struct Network {
    pub(super) layers: Vec<DenseLayer>,
}

impl Network {
    /// Parameters are drawn layer by layer (Glorot and Bengio 2010).
    pub(super) fn new(inputs: usize, hidden: &[usize], outputs: usize, rng: &mut Random) -> Self {
        let (mut layers, mut from) = (Vec::with_capacity(hidden.len() + 1), inputs);
        for to in hidden.iter().copied().chain([outputs]) {
            layers.push(DenseLayer::new(from, to, rng));
            from = to;
        }
        Self { layers }
    }

    /// The outputs of every layer, the last without an activation.
    ///
    /// # Shape
    ///
    /// x `[rows, in]` → one `[rows, out]` per layer
    pub(super) fn forward(&self, x: &[f32], rows: usize) -> Vec<Vec<f32>> {
        let mut activations: Vec<Vec<f32>> = Vec::with_capacity(self.layers.len());
        for (i, layer) in self.layers.iter().enumerate() {
            let (weights, biases) = layer.split();
            let mut z = biases.repeat(rows);
            let input = activations.last().map_or(x, Vec::as_slice);
            let weights = Operand::new(weights, layer.inputs, layer.outputs);
            gemm(&mut z, Operand::new(input, rows, layer.inputs), weights, 1.0);
            if i + 1 < self.layers.len() {
                z.iter_mut().for_each(|z| *z = z.max(0.0));
            }
            activations.push(z);
        }
        activations
    }

    /// Gradients of all parameters, by backpropagation.
    ///
    /// # Shape
    ///
    /// x `[rows, in]`, `hidden` one `[rows, out]` per hidden layer, `delta` `[rows, outputs]`: the gradient of
    /// the summed loss by the last layer's outputs
    pub(super) fn backward(
        &mut self,
        x: &[f32],
        mut hidden: Vec<Vec<f32>>,
        mut delta: Vec<f32>,
        (rows, alpha): (usize, f32),
    ) {
        for layer in self.layers.iter_mut().rev() {
            let below = hidden.pop();
            layer.accumulate(below.as_deref().unwrap_or(x), &delta, rows as f32, alpha);
            let Some(below) = below else { break };
            let mut next = vec![0.0; rows * layer.inputs];
            let (weights, _) = layer.split();
            let weights = Operand::new(weights, layer.inputs, layer.outputs).transposed();
            gemm(&mut next, Operand::new(&delta, rows, layer.outputs), weights, 0.0);
            for (next, h) in next.iter_mut().zip(below) {
                *next = if h > 0.0 { *next } else { 0.0 };
            }
            delta = next;
        }
    }
}

impl DenseLayer {
    fn new(inputs: usize, outputs: usize, rng: &mut Random) -> Self {
        let bound = narrow((6.0 / (inputs + outputs) as f64).sqrt());
        let count = (inputs + 1) * outputs;
        let parameters = (0..count).map(|_| bound * narrow(2.0 * rng.unit() - 1.0)).collect();
        Self { inputs, outputs, parameters, gradient: vec![0.0; count] }
    }

    /// Weights and biases.
    fn split(&self) -> (&[f32], &[f32]) {
        self.parameters.split_at(self.inputs * self.outputs)
    }

    /// The mean gradient of this layer, with that of the penalty on its weights.
    fn accumulate(&mut self, input: &[f32], delta: &[f32], count: f32, alpha: f32) {
        let rows = delta.len() / self.outputs.max(1);
        let (by_weight, by_bias) = self.gradient.split_at_mut(self.inputs * self.outputs);
        let input = Operand::new(input, rows, self.inputs).transposed();
        gemm(by_weight, input, Operand::new(delta, rows, self.outputs), 0.0);
        for (gradient, w) in by_weight.iter_mut().zip(&self.parameters) {
            *gradient = (*gradient + alpha * w) / count;
        }
        by_bias.fill(0.0);
        for row in delta.chunks(self.outputs) {
            for (gradient, d) in by_bias.iter_mut().zip(row) {
                *gradient += d / count;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_the_difference_quotient() {
        let mut network = Network::new(3, &[4], 2, &mut Random::new(5));
        let x = [0.5, -1.0, 2.0, 1.5, 0.3, -0.7];
        // Loss: half the squared outputs, summed over the rows; delta is then the outputs.
        let loss = |network: &Network| -> f64 {
            network.forward(&x, 2)[1].iter().map(|&z| 0.5 * f64::from(z).powi(2)).sum::<f64>() / 2.0
        };
        let mut activations = network.forward(&x, 2);
        let delta = activations.pop().unwrap();
        network.backward(&x, activations, delta, (2, 0.0));
        for layer in 0..2 {
            for at in 0..network.layers[layer].parameters.len() {
                let (step, here) = (1e-2, network.layers[layer].parameters[at]);
                network.layers[layer].parameters[at] = here + step;
                let above = loss(&network);
                network.layers[layer].parameters[at] = here - step;
                let below = loss(&network);
                network.layers[layer].parameters[at] = here;
                let found = f64::from(network.layers[layer].gradient[at]);
                let expected = (above - below) / (2.0 * f64::from(step));
                assert!((found - expected).abs() < 1e-3, "layer {layer}, {at}: {found} {expected}");
            }
        }
    }
}
