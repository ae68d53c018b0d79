// Softmax attention inside spans, version 2: one thread per (ROWS rows, head), online softmax, no barrier.
//
//   out[i] = sum_j softmax_j(q_i . k_j / sqrt(WIDTH) - slope |i - j|) v_j     j in spans[i].x .. spans[i].y
//
// ALIBI is 0 for slope 0, else the largest power of two that is at most the number of heads; bias.rs
// explains the slopes.
// Queries, running outputs and one key stay in registers, and each key and value is loaded once for all
// rows of a thread. (Version 1, one row per thread, was bound by these loads: 4 times slower on a
// software adapter.) The rows of a thread may belong to two sequences: the loop then covers both spans,
// and a key counts only for the rows of its own span. WIDTH is a multiple of 4.
//
//   qkv [t, 3 D]   spans [t, 2]   y [t, D]

@group(0) @binding(0) var<storage, read_write> qkv: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> spans: array<vec2<i32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

const D4: u32 = D / 4u;
const W4: u32 = WIDTH / 4u;
const ROW4: u32 = 3u * D4;
const LOWEST: f32 = -3.0e38;

fn slope_of(head: u32) -> f32 {
    if (head < ALIBI) {
        return exp2(-8.0 * f32(head + 1u) / f32(ALIBI));
    }
    return exp2(-4.0 * f32(2u * (head - ALIBI) + 1u) / f32(ALIBI));
}

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x * ROWS;
    let column = id.y * W4;
    let scale = inverseSqrt(f32(WIDTH));
    var slope = 0.0;
    if (ALIBI > 0u) {
        slope = slope_of(id.y);
    }
    var first = 2147483647;
    var last = 0;
    //@repeat r ROWS
    let span$r = spans[row + $ru];
    var top$r = LOWEST;
    var total$r = 0.0;
    if (span$r.x < span$r.y) {
        first = min(first, span$r.x);
        last = max(last, span$r.y);
    }
    //@repeat c W4
    let q$r_$c = qkv[(row + $ru) * ROW4 + column + $cu] * scale;
    var o$r_$c = vec4<f32>();
    //@end
    //@end

    for (var j = first; j < last; j = j + 1) {
        let key = u32(j) * ROW4 + D4 + column;
        let value = key + D4;
        //@repeat c W4
        let k$c = qkv[key + $cu];
        //@end
        //@repeat r ROWS
        var s$r = 0.0;
        //@repeat c W4
        s$r = s$r + dot(q$r_$c, k$c);
        //@end
        if (ALIBI > 0u) {
            s$r = s$r - slope * f32(abs(i32(row + $ru) - j));
        }
        let inside$r = j >= span$r.x && j < span$r.y;
        s$r = select(LOWEST, s$r, inside$r);
        let new$r = max(top$r, s$r);
        let shrink$r = exp(top$r - new$r);
        let p$r = select(0.0, exp(s$r - new$r), inside$r);
        total$r = total$r * shrink$r + p$r;
        top$r = new$r;
        //@end
        //@repeat c W4
        let v$c = qkv[value + $cu];
        //@repeat r ROWS
        o$r_$c = o$r_$c * shrink$r + p$r * v$c;
        //@end
        //@end
    }

    // Rows that belong to no sequence have an empty span and get zeros.
    //@repeat r ROWS
    let norm$r = select(0.0, 1.0 / total$r, span$r.x < span$r.y);
    //@repeat c W4
    y[(row + $ru) * D4 + column + $cu] = o$r_$c * norm$r;
    //@end
    //@end
}
