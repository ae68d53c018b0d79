// Products of floats, for shared.wgsl. Follows a weight_*.wgsl.

alias Quad = vec4<f32>;
alias Sums = vec4<f32>;

const QUADS: u32 = K / 4u;
const STRIDE: u32 = QUADS;
const K4: u32 = QUADS;

fn weight_at(c: u32, k: u32) -> Quad {
    return weight(c, k, inner(c, k / GROUP4));
}

// Fused, so that every adapter rounds once and alike.
fn multiplied(x: f32, w: Quad, sums: Sums) -> Sums {
    return fma(vec4<f32>(x), w, sums);
}

fn whole(sum: f32, r: u32, c: u32) -> f32 {
    return sum * outer(c) + b[c];
}
