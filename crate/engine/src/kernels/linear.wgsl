// Linear layer, version 1: one thread computes an 8 x 8 block of y from vec4 loads, no barrier.
//
//   y[r][c] = finish(b[c] + sum_k x[r][k] w[c][k])     finish: see linear_act and linear_add
//
// Shaders without workgroup memory win on software adapters, whose barriers are dear; on real
// GPUs the 16 threads that share rows and the 4 that share columns meet in the cache.
// K is a multiple of 4; rows come in multiples of 32; columns past N are clamped and not written.
//
//   x [t, K]   w [N, K]   b [N]   y [t, N]

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> w: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const K4: u32 = K / 4u;

fn store(r: u32, c: u32, v: f32) {
    if (c < N) {
        y[r * N + c] = finish(v + b[c], r * N + c);
    }
}

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let c = id.x * 8u;
    let r = id.y * 8u;
    if (c >= N) {
        return;
    }
    let last = N - 1u;
    let w0 = c * K4;
    let w1 = min(c + 1u, last) * K4;
    let w2 = min(c + 2u, last) * K4;
    let w3 = min(c + 3u, last) * K4;
    let w4 = min(c + 4u, last) * K4;
    let w5 = min(c + 5u, last) * K4;
    let w6 = min(c + 6u, last) * K4;
    let w7 = min(c + 7u, last) * K4;
    let x0 = r * K4;

    // One vec4 pair per row: lo holds columns c..c+3, hi holds c+4..c+7.
    var lo0 = vec4<f32>(); var lo1 = vec4<f32>(); var lo2 = vec4<f32>(); var lo3 = vec4<f32>();
    var lo4 = vec4<f32>(); var lo5 = vec4<f32>(); var lo6 = vec4<f32>(); var lo7 = vec4<f32>();
    var hi0 = vec4<f32>(); var hi1 = vec4<f32>(); var hi2 = vec4<f32>(); var hi3 = vec4<f32>();
    var hi4 = vec4<f32>(); var hi5 = vec4<f32>(); var hi6 = vec4<f32>(); var hi7 = vec4<f32>();

    for (var k = 0u; k < K4; k = k + 1u) {
        // Transposed 4 x 4 blocks turn eight dot products into four fused multiply-adds each.
        let a = transpose(mat4x4<f32>(w[w0 + k], w[w1 + k], w[w2 + k], w[w3 + k]));
        let d = transpose(mat4x4<f32>(w[w4 + k], w[w5 + k], w[w6 + k], w[w7 + k]));
        var v = x[x0 + k];
        lo0 = lo0 + a * v; hi0 = hi0 + d * v;
        v = x[x0 + K4 + k];
        lo1 = lo1 + a * v; hi1 = hi1 + d * v;
        v = x[x0 + 2u * K4 + k];
        lo2 = lo2 + a * v; hi2 = hi2 + d * v;
        v = x[x0 + 3u * K4 + k];
        lo3 = lo3 + a * v; hi3 = hi3 + d * v;
        v = x[x0 + 4u * K4 + k];
        lo4 = lo4 + a * v; hi4 = hi4 + d * v;
        v = x[x0 + 5u * K4 + k];
        lo5 = lo5 + a * v; hi5 = hi5 + d * v;
        v = x[x0 + 6u * K4 + k];
        lo6 = lo6 + a * v; hi6 = hi6 + d * v;
        v = x[x0 + 7u * K4 + k];
        lo7 = lo7 + a * v; hi7 = hi7 + d * v;
    }

    var lo = array<vec4<f32>, 8>(lo0, lo1, lo2, lo3, lo4, lo5, lo6, lo7);
    var hi = array<vec4<f32>, 8>(hi0, hi1, hi2, hi3, hi4, hi5, hi6, hi7);
    for (var i = 0u; i < 8u; i = i + 1u) {
        for (var j = 0u; j < 4u; j = j + 1u) {
            store(r + i, c + j, lo[i][j]);
            store(r + i, c + 4u + j, hi[i][j]);
        }
    }
}
