// Attention inside spans, version 1: one thread per (row, head), online softmax, no barrier.
//
//   out[i] = sum_j softmax_j(q_i . k_j / sqrt(WIDTH)) v_j     j in spans[i].x .. spans[i].y
//
// Query and running output stay in registers; four keys are scored before the running maximum
// moves, so that the rescaling costs a quarter. WIDTH is a multiple of 4.
//
//   qkv [t, 3 D]   spans [t, 2]   out [t, D]

@group(0) @binding(0) var<storage, read_write> qkv: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> spans: array<vec2<i32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

const D4: u32 = D / 4u;
const W4: u32 = WIDTH / 4u;
const ROW4: u32 = 3u * D4;

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x;
    let head = id.y;
    let span = spans[row];
    let scale = inverseSqrt(f32(WIDTH));

    var q: array<vec4<f32>, W4>;
    var o: array<vec4<f32>, W4>;
    for (var c = 0u; c < W4; c = c + 1u) {
        q[c] = qkv[row * ROW4 + head * W4 + c] * scale;
        o[c] = vec4<f32>();
    }

    var top = -3.0e38;
    var total = 0.0;
    let first = u32(span.x);
    let last = u32(span.y);
    for (var j = first; j < last; j = j + 4u) {
        // Rows past the span are clamped to its last row and get weight zero.
        let k0 = j * ROW4 + D4 + head * W4;
        let k1 = min(j + 1u, last - 1u) * ROW4 + D4 + head * W4;
        let k2 = min(j + 2u, last - 1u) * ROW4 + D4 + head * W4;
        let k3 = min(j + 3u, last - 1u) * ROW4 + D4 + head * W4;
        var s = vec4<f32>();
        for (var c = 0u; c < W4; c = c + 1u) {
            s = s + vec4<f32>(dot(q[c], qkv[k0 + c]), dot(q[c], qkv[k1 + c]), dot(q[c], qkv[k2 + c]), dot(q[c], qkv[k3 + c]));
        }
        let inside = vec4<bool>(true, j + 1u < last, j + 2u < last, j + 3u < last);
        s = select(vec4<f32>(-3.0e38), s, inside);
        let new_top = max(top, max(max(s.x, s.y), max(s.z, s.w)));
        let p = select(vec4<f32>(), exp(s - new_top), inside);
        let shrink = exp(top - new_top);
        total = total * shrink + p.x + p.y + p.z + p.w;
        for (var c = 0u; c < W4; c = c + 1u) {
            o[c] = o[c] * shrink + p.x * qkv[k0 + D4 + c] + p.y * qkv[k1 + D4 + c]
                + p.z * qkv[k2 + D4 + c] + p.w * qkv[k3 + D4 + c];
        }
        top = new_top;
    }

    // Rows that belong to no sequence have an empty span and get zeros.
    let norm = select(0.0, 1.0 / total, last > first);
    for (var c = 0u; c < W4; c = c + 1u) {
        y[row * D4 + head * W4 + c] = o[c] * norm;
    }
}
