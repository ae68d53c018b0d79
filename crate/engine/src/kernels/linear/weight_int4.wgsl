// Weights of a linear layer as 4-bit codes plus 8: w [N, ceil(K / 8)] words. Precedes
// registers.wgsl or sums_f32.wgsl. One scale per output and group of
// 32 inputs, behind the bias: [N, groups].

@group(0) @binding(1) var<storage, read_write> w: array<u32>;

const GROUP4: u32 = 8u;
const GROUPS: u32 = (K + 31u) / 32u;
const WORDS: u32 = (K + 7u) / 8u;

fn inner(c: u32, g: u32) -> f32 { return b[N + c * GROUPS + g]; }
fn outer(c: u32) -> f32 { return 1.0; }

fn weight(c: u32, k: u32, scale: f32) -> vec4<f32> {
    let codes = w[c * WORDS + k / 2u] >> ((k % 2u) * 16u);
    let shifted = vec4<u32>(codes, codes >> 4u, codes >> 8u, codes >> 12u) & vec4<u32>(15u);
    return (vec4<f32>(shifted) - 8.0) * scale;
}
