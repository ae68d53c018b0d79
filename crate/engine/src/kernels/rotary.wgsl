// Rotary position embedding, version 1: one thread per pair of numbers of a row.
//
//   (a, b) -> (a cos - b sin, b cos + a sin)   a, b = j-th numbers of the two halves of a head
//
// Threads 0 .. D-1 of a row take the pairs of q and k, the rest copy v.
//
//   qkv [t, 3 D]   angles [t, WIDTH] (cosines, then sines)   y [t, 3 D]

@group(0) @binding(0) var<storage, read_write> qkv: array<f32>;
@group(0) @binding(1) var<storage, read_write> angles: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

const HALF: u32 = WIDTH / 2u;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let pair = id.x;
    let row = id.y;
    if (pair >= 3u * D / 2u) {
        return;
    }
    let head = pair / HALF;
    let j = pair % HALF;
    let first = row * 3u * D + head * WIDTH + j;
    let a = qkv[first];
    let b = qkv[first + HALF];
    if (pair < D) {
        let c = angles[row * WIDTH + j];
        let s = angles[row * WIDTH + HALF + j];
        y[first] = a * c - b * s;
        y[first + HALF] = b * c + a * s;
    } else {
        y[first] = a;
        y[first + HALF] = b;
    }
}
