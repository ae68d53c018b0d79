// Weights of a linear layer as 8-bit codes: w [N, K / 4] words. Precedes registers.wgsl or
// sums_f32.wgsl.
// One scale per output, behind the bias; it is applied to the sum. unpack4x8snorm returns code / 127, so
// the scales are stored times 127.

@group(0) @binding(1) var<storage, read_write> w: array<u32>;

const GROUP4: u32 = K;

fn inner(c: u32, g: u32) -> f32 { return 1.0; }
fn outer(c: u32) -> f32 { return b[N + c]; }

fn weight(c: u32, k: u32, scale: f32) -> vec4<f32> {
    return unpack4x8snorm(w[c * K4 + k]);
}
