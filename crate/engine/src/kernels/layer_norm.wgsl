// Layer norm, version 1: one thread per row, two passes over vec4. Follows activation.wgsl.
//
//   y[r] = f(gamma (x[r] - mean) / sqrt(var + eps) + beta)     biased variance
//
// D is a multiple of 4.
//
//   x [t, D]   gamma [D]   beta [D]   y [t, D]

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> gamma: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> beta: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

const D4: u32 = D / 4u;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let start = id.x * D4;
    var sum = vec4<f32>();
    for (var i = 0u; i < D4; i = i + 1u) {
        sum = sum + x[start + i];
    }
    let mean = dot(sum, vec4<f32>(1.0)) / f32(D);
    var squares = vec4<f32>();
    for (var i = 0u; i < D4; i = i + 1u) {
        let v = x[start + i] - mean;
        squares = squares + v * v;
    }
    let scale = 1.0 / sqrt(dot(squares, vec4<f32>(1.0)) / f32(D) + EPSILON);
    for (var i = 0u; i < D4; i = i + 1u) {
        y[start + i] = activated((x[start + i] - mean) * scale * gamma[i] + beta[i]);
    }
}
