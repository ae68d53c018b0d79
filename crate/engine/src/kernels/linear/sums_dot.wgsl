// Products of 8-bit codes, four at a time, with exact sums, for shared.wgsl: inputs and weights are codes.
// K is a multiple of 16.
//
//   x = scale_x (q - zero)   w = scale_w q
//   sum x w = scale_x scale_w (sum q_x q_w - zero sum q_w)
//
// A row of x is followed by a quad with its scale and zero (quantize_rows.wgsl). The bias is followed by
// the scales, times 127, and by the sums of the codes of each output.

alias Quad = vec4<u32>;
alias Sums = vec4<i32>;

const QUADS: u32 = K / 16u;
const STRIDE: u32 = QUADS + 1u;

@group(0) @binding(1) var<storage, read_write> w: array<Quad>;

fn weight_at(c: u32, k: u32) -> Quad {
    return w[c * QUADS + k];
}

fn multiplied(x: u32, w: Quad, sums: Sums) -> Sums {
    return sums + vec4<i32>(
        dot4I8Packed(x, w.x), dot4I8Packed(x, w.y), dot4I8Packed(x, w.z), dot4I8Packed(x, w.w));
}

fn whole(sum: i32, r: u32, c: u32) -> f32 {
    let row = x[r * STRIDE + QUADS];
    let exact = sum - bitcast<i32>(row.y) * i32(b[2u * N + c]);
    return bitcast<f32>(row.x) * (b[N + c] / 127.0) * f32(exact) + b[c];
}
