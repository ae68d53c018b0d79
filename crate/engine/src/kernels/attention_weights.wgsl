// Attention probabilities, version 1: one thread per (query, head), three passes over its row.
//
//   w[h][i][j] = softmax_j(q_i . k_j / sqrt(WIDTH))     i, j < LENGTH
//
//   qkv [t, 3 D]   w [heads, LENGTH, LENGTH]

@group(0) @binding(0) var<storage, read_write> qkv: array<f32>;
@group(0) @binding(1) var<storage, read_write> w: array<f32>;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    let head = id.y;
    if (i >= LENGTH) {
        return;
    }
    let scale = inverseSqrt(f32(WIDTH));
    let query = i * 3u * D + head * WIDTH;
    let out = (head * LENGTH + i) * LENGTH;
    var top = -3.0e38;
    for (var j = 0u; j < LENGTH; j = j + 1u) {
        let key = j * 3u * D + D + head * WIDTH;
        var s = 0.0;
        for (var c = 0u; c < WIDTH; c = c + 1u) {
            s = s + qkv[query + c] * qkv[key + c];
        }
        s = s * scale;
        w[out + j] = s;
        top = max(top, s);
    }
    var total = 0.0;
    for (var j = 0u; j < LENGTH; j = j + 1u) {
        let p = exp(w[out + j] - top);
        w[out + j] = p;
        total = total + p;
    }
    for (var j = 0u; j < LENGTH; j = j + 1u) {
        w[out + j] = w[out + j] / total;
    }
}
