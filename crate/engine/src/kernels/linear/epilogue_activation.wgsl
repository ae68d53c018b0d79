// The epilogue of a linear layer with an activation. Follows activation.wgsl.
//
//   y [t, N]

fn output(c: u32) -> u32 { return c; }

fn write(r: u32, c: u32, v: vec4<f32>) {
    let u = activated(v);
//@repeat p 4
    if (c + $pu < N) {
        y[r * N + c + $pu] = u[$p];
    }
//@end
}
