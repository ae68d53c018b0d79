// GELU by itself, version 1: one thread per four numbers. Goes behind curves.wgsl.
//
//   y = x/2 (1 + erf(x / sqrt 2))
//
// D is a multiple of 4.
//
//   x [t, D]   y [t, D]

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;

const D4: u32 = D / 4u;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < D4) {
        let at = id.y * D4 + id.x;
        y[at] = gelu(x[at]);
    }
}
