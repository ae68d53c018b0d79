// Gated activation, version 1: one thread per four numbers of y.
//
//   y[r][c] = gate(u[r][c]) u[r][N + c]      gate: silu (SwiGLU) or gelu (GEGLU)
//
// N is a multiple of 4. Goes behind curves.wgsl.
//
//   u [t, 2 N]   y [t, N]

@group(0) @binding(0) var<storage, read_write> u: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;

const N4: u32 = N / 4u;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= N4) {
        return;
    }
    let at = id.y * 2u * N4 + id.x;
    var gate = u[at];
    if (GATE == 1u) {
        gate = gelu(gate);
    } else {
        gate = silu(gate);
    }
    y[id.y * N4 + id.x] = gate * u[at + N4];
}
