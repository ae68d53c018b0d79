// Weighted sum of rows per span, version 1: one thread per span and four columns.
//
//   y[i] = sum over r in spans[i].x .. spans[i].y of weights[r] x[r]
//
//   x [t, D]   weights [t]   spans [n, 2]   y [n, D]

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> spans: array<vec2<i32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

const D4: u32 = D / 4u;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= D4) {
        return;
    }
    let span = spans[id.y];
    var sum = vec4<f32>();
    for (var r = u32(span.x); r < u32(span.y); r = r + 1u) {
        sum = sum + weights[r] * x[r * D4 + id.x];
    }
    y[id.y * D4 + id.x] = sum;
}
