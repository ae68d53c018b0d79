// The epilogue of a linear layer that adds a residual.
// (A file of its own, because a layer without a residual has no buffer to bind for it.)
//
//   residual [t, N]   y [t, N]

@group(0) @binding(4) var<storage, read_write> residual: array<f32>;

fn output(c: u32) -> u32 { return c; }

fn write(r: u32, c: u32, v: vec4<f32>) {
//@repeat p 4
    if (c + $pu < N) {
        let at = r * N + c + $pu;
        y[at] = v[$p] + residual[at];
    }
//@end
}
