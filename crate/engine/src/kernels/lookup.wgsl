// Rows of a table, version 1: one thread per row and four columns.
//
//   y[r] = table[ids[r]]
//
// D is a multiple of 4.
//
//   table [v, D]   ids [t, 1]   y [t, D]

@group(0) @binding(0) var<storage, read_write> table: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> ids: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

const D4: u32 = D / 4u;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < D4) {
        y[id.y * D4 + id.x] = table[u32(ids[id.y]) * D4 + id.x];
    }
}
