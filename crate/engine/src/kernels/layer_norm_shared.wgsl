// Layer norm, for real GPUs: one workgroup per row, whose threads read neighbouring numbers. Follows
// activation.wgsl.
//
//   y[r] = f(gamma (x[r] - mean) / sqrt(var + eps) + beta)     biased variance
//
// Two passes as in layer_norm.wgsl. The partial sums of the threads are added in a tree; its shape
// depends only on GROUP_X, a power of two. D is a multiple of 4.
//
//   x [t, D]   gamma [D]   beta [D]   y [t, D]

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> gamma: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> beta: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

const D4: u32 = D / 4u;

var<workgroup> parts: array<f32, GROUP_X>;

fn total(lane: u32, part: vec4<f32>) -> f32 {
    parts[lane] = dot(part, vec4<f32>(1.0));
    for (var half = GROUP_X / 2u; half > 0u; half = half / 2u) {
        workgroupBarrier();
        if (lane < half) {
            parts[lane] = parts[lane] + parts[lane + half];
        }
    }
    workgroupBarrier();
    let sum = parts[0];
    workgroupBarrier();
    return sum;
}

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let start = group.x * D4;
    var sum = vec4<f32>();
    for (var i = lane; i < D4; i = i + GROUP_X) {
        sum = sum + x[start + i];
    }
    let mean = total(lane, sum) / f32(D);
    var squares = vec4<f32>();
    for (var i = lane; i < D4; i = i + GROUP_X) {
        let v = x[start + i] - mean;
        squares = squares + v * v;
    }
    let scale = 1.0 / sqrt(total(lane, squares) / f32(D) + EPSILON);
    for (var i = lane; i < D4; i = i + GROUP_X) {
        y[start + i] = activated((x[start + i] - mean) * scale * gamma[i] + beta[i]);
    }
}
