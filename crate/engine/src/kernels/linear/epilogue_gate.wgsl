// The epilogue of a gated linear layer. Follows activation.wgsl.
//
//   y[r][j] = f(u[r][j]) u[r][N / 2 + j]
//
// Four columns are two outputs of the first half and their two partners of the second, so that one thread
// has both. N is a multiple of 4.
//
//   y [t, N / 2]

fn output(c: u32) -> u32 { return c / 4u * 2u + c % 2u + c % 4u / 2u * (N / 2u); }

fn write(r: u32, c: u32, v: vec4<f32>) {
    if (c < N) {
        let u = activated(vec4<f32>(v.xy, 0.0, 0.0)).xy * v.zw;
        let at = (r * N + c) / 2u;
        y[at] = u.x;
        y[at + 1u] = u.y;
    }
}
