// Weights of a linear layer as halves: w [N, K / 2] words. Precedes registers.wgsl or
// sums_f32.wgsl.
// unpack2x16float is core WGSL and needs no feature.

@group(0) @binding(1) var<storage, read_write> w: array<vec2<u32>>;

const GROUP4: u32 = K;

fn inner(c: u32, g: u32) -> f32 { return 1.0; }
fn outer(c: u32) -> f32 { return 1.0; }

fn weight(c: u32, k: u32, scale: f32) -> vec4<f32> {
    let word = w[c * K4 + k];
    return vec4<f32>(unpack2x16float(word.x), unpack2x16float(word.y));
}
