// Rows of inputs as 8-bit codes: one workgroup per row.
//
//   x = scale (q - zero)     q in -128 .. 127; the row's range, extended to contain zero, in 255 steps
//
// The codes of a row are followed by its scale and zero, see sums_dot.wgsl. K is a multiple of 16.
//
//   x [t, K]   codes [t, K / 4 + 4]

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> codes: array<u32>;

const K4: u32 = K / 4u;

var<workgroup> lows: array<f32, GROUP_X>;
var<workgroup> highs: array<f32, GROUP_X>;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = group.x;
    var low = vec4<f32>();
    var high = vec4<f32>();
    for (var k = lane; k < K4; k = k + GROUP_X) {
        let v = x[row * K4 + k];
        low = min(low, v);
        high = max(high, v);
    }
    lows[lane] = min(min(low.x, low.y), min(low.z, low.w));
    highs[lane] = max(max(high.x, high.y), max(high.z, high.w));
    for (var half = GROUP_X / 2u; half > 0u; half = half / 2u) {
        workgroupBarrier();
        if (lane < half) {
            lows[lane] = min(lows[lane], lows[lane + half]);
            highs[lane] = max(highs[lane], highs[lane + half]);
        }
    }
    workgroupBarrier();
    let start = row * (K4 + 4u);
    var scale = (highs[0] - lows[0]) / 255.0;
    var zero = 0;
    if (scale > 0.0) {
        zero = i32(round(-128.0 - lows[0] / scale));
    } else {
        scale = 1.0;
    }
    // As on the CPU: a reciprocal, and ties to even.
    let inverse = 1.0 / scale;
    for (var k = lane; k < K4; k = k + GROUP_X) {
        let steps = vec4<i32>(round(x[row * K4 + k] * inverse)) + zero;
        codes[start + k] = pack4xI8Clamp(steps);
    }
    if (lane == 0u) {
        codes[start + K4] = bitcast<u32>(scale);
        codes[start + K4 + 1u] = bitcast<u32>(zero);
    }
}
