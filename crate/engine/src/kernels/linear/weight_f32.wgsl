// Weights of a linear layer as they are: w [N, K] floats. Precedes registers.wgsl or
// sums_f32.wgsl.

@group(0) @binding(1) var<storage, read_write> w: array<vec4<f32>>;

// One group: all inputs.
const GROUP4: u32 = K;

fn inner(c: u32, g: u32) -> f32 { return 1.0; }
fn outer(c: u32) -> f32 { return 1.0; }

// Four weights of output c, from input 4 k on.
fn weight(c: u32, k: u32, scale: f32) -> vec4<f32> {
    return w[c * K4 + k];
}
