// Linear layer (GEMM): one thread computes TILE rows and 8 columns of y from vec4 loads, without barriers.
//
//   y[r][c] = b[c] + sum_k x[r][k] w[c][k]     and an epilogue: see epilogue_*.wgsl
//                                              w: see weight_f32, _f16, _int8, _int4
//
// Shaders without workgroup memory win on software adapters, whose barriers are slow. On real GPUs the
// threads that share rows, or columns, share them through the cache.
// K is a multiple of 4; rows come in multiples of 32; columns past N are clamped and not written.
//
//   x [t, K]   b [N], then scales   y [t, N]

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const K4: u32 = K / 4u;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let c = id.x * 8u;
    let r = id.y * TILE;
    if (c >= N) {
        return;
    }
    let last = N - 1u;
//@repeat j 8
    let c$j = output(min(c + $ju, last));
//@end
    // One vec4 pair per row: lo holds columns c..c+3, hi holds c+4..c+7.
//@repeat i TILE
    let x$i = (r + $iu) * K4;
    var lo$i = vec4<f32>();
    var hi$i = vec4<f32>();
//@end
    for (var g = 0u; g * GROUP4 < K4; g = g + 1u) {
//@repeat j 8
        let s$j = inner(c$j, g);
//@end
        let end = min((g + 1u) * GROUP4, K4);
        for (var k = g * GROUP4; k < end; k = k + 1u) {
            // Transposed 4 x 4 blocks turn eight dot products into four fused multiply-adds each.
            let a = transpose(mat4x4<f32>(
                weight(c0, k, s0), weight(c1, k, s1), weight(c2, k, s2), weight(c3, k, s3)));
            let d = transpose(mat4x4<f32>(
                weight(c4, k, s4), weight(c5, k, s5), weight(c6, k, s6), weight(c7, k, s7)));
//@repeat i TILE
            let v$i = x[x$i + k];
            lo$i = lo$i + a * v$i;
            hi$i = hi$i + d * v$i;
//@end
        }
    }
    let scale_lo = vec4<f32>(outer(c0), outer(c1), outer(c2), outer(c3));
    let scale_hi = vec4<f32>(outer(c4), outer(c5), outer(c6), outer(c7));
    let bias_lo = vec4<f32>(b[c0], b[c1], b[c2], b[c3]);
    let bias_hi = vec4<f32>(b[c4], b[c5], b[c6], b[c7]);
//@repeat i TILE
    write(r + $iu, c, lo$i * scale_lo + bias_lo);
    write(r + $iu, c + 4u, hi$i * scale_hi + bias_hi);
//@end
}
