// The end of a linear layer: a residual is added. Goes behind linear.wgsl.
// (A file of its own: WebGPU forbids to bind one buffer twice where the residual is not wanted.)
//
//   residual [t, N]

@group(0) @binding(4) var<storage, read_write> residual: array<f32>;

fn finish(v: f32, at: u32) -> f32 {
    return v + residual[at];
}
