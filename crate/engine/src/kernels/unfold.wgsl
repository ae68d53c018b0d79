// Unfold (im2col): the inputs of a dilated convolution side by side, version 1. One thread per row of the
// kernel and four columns.
//
//   y[r][k C + c] = x[r + (k - KERNEL_SIZE/2) DILATION][c]    inside the span of row r, else 0
//
// C is a multiple of 4.
//
//   x [t, C]   spans [t, 2]   y [t, KERNEL_SIZE C]

@group(0) @binding(0) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> spans: array<vec2<i32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

const C4: u32 = C / 4u;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= KERNEL_SIZE * C4) {
        return;
    }
    let row = id.y;
    let span = spans[row];
    let source = i32(row) + (i32(id.x / C4) - i32(KERNEL_SIZE / 2u)) * i32(DILATION);
    var v = vec4<f32>();
    if (source >= span.x && source < span.y) {
        v = x[u32(source) * C4 + id.x % C4];
    }
    y[row * KERNEL_SIZE * C4 + id.x] = v;
}
