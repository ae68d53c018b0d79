// Softmax attention inside spans through workgroup memory, for real GPUs: one workgroup per (32 rows,
// head).
//
//   out[i] = sum_j softmax_j(q_i . k_j / sqrt(WIDTH) - slope |i - j|) v_j     j in spans[i].x .. spans[i].y
//
// Keys and values are loaded in tiles of 32 rows. Each sequence starts with a tile of its own, so the
// result of a row does not depend on the place of its sequence in the batch. 64 threads: thread (r, c)
// computes the scores of the rows from 4 r and the keys from 4 c, four of each. Then the threads compare
// their maxima, and each turns its scores into weights and adds the weighted values of 4 rows in ACROSS
// vec4 columns, 8 apart. The softmax is online, as in registers.wgsl. WIDTH is a multiple of 4.
//
//   qkv [t, 3 D]   spans [t, 2]   y [t, D]

@group(0) @binding(0) var<storage, read_write> qkv: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> spans: array<vec2<i32>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

const D4: u32 = D / 4u;
const W4: u32 = WIDTH / 4u;
const ROW4: u32 = 3u * D4;
const LOWEST: f32 = -3.0e38;
// Rows and keys of a tile, in quads.
const SIDE: u32 = 8u;
const THREADS: u32 = 64u;

var<workgroup> queries: array<vec4<f32>, WIDTH * SIDE>; // [WIDTH, rows], transposed
var<workgroup> pairs: array<vec4<f32>, WIDTH * SIDE>; // keys transposed, then values as they are
var<workgroup> weights: array<vec4<f32>, 4u * SIDE * SIDE>; // [keys, rows]
var<workgroup> parts: array<vec4<f32>, SIDE * SIDE>; // [keys / 4, rows]
var<workgroup> range: vec2<i32>;

fn slope_of(head: u32) -> f32 {
    if (head < ALIBI) {
        return exp2(-8.0 * f32(head + 1u) / f32(ALIBI));
    }
    return exp2(-4.0 * f32(2u * (head - ALIBI) + 1u) / f32(ALIBI));
}

// Swizzles quads of rows: threads that write neighbouring columns use different banks.
fn swizzled(column4: u32, quad: u32) -> u32 {
    return quad ^ (column4 % SIDE);
}

// Four rows of four columns, transposed; `at` is the index of the first row's columns.
fn square(at: u32, stride: vec3<u32>) -> mat4x4<f32> {
    return transpose(mat4x4<f32>(qkv[at], qkv[at + stride.x], qkv[at + stride.y], qkv[at + stride.z]));
}

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = group.x * 4u * SIDE;
    let column = group.y * W4;
    let scale = inverseSqrt(f32(WIDTH));
    let rq = lane % SIDE;
    let cq = lane / SIDE;
    var slope = 0.0;
    if (ALIBI > 0u) {
        slope = slope_of(group.y);
    }
    if (lane == 0u) {
        var first = 2147483647;
        var last = 0;
        for (var r = row; r < row + 4u * SIDE; r = r + 1u) {
            let span = spans[r];
            if (span.x < span.y) {
                first = min(first, span.x);
                last = max(last, span.y);
            }
        }
        range = vec2<i32>(first, last);
    }
    for (var s = lane; s < W4 * SIDE; s = s + THREADS) {
        let c4 = s % W4;
        let quad = s / W4;
        let m = square((row + 4u * quad) * ROW4 + column + c4, vec3<u32>(ROW4, 2u * ROW4, 3u * ROW4));
        let at = 4u * c4 * SIDE + swizzled(c4, quad);
        queries[at] = m[0] * scale;
        queries[at + SIDE] = m[1] * scale;
        queries[at + 2u * SIDE] = m[2] * scale;
        queries[at + 3u * SIDE] = m[3] * scale;
    }
    // Spans of the thread's four rows.
    let mine = row + 4u * rq;
    let s0 = spans[mine];
    let s1 = spans[mine + 1u];
    let s2 = spans[mine + 2u];
    let s3 = spans[mine + 3u];
    let starts = vec4<i32>(s0.x, s1.x, s2.x, s3.x);
    let ends = vec4<i32>(s0.y, s1.y, s2.y, s3.y);
    var top = vec4<f32>(LOWEST);
    var total = vec4<f32>();
//@repeat a ACROSS
//@repeat q 4
    var o$a_$q = vec4<f32>();
//@end
//@end

    let all = workgroupUniformLoad(&range);
    var j = all.x;
    while (j < all.y) {
        // The end of this sequence. The load also waits for the threads that still read the last tile.
        if (lane == 0u) {
            range = spans[u32(j)];
        }
        let end = workgroupUniformLoad(&range).y;
        let behind = u32(end - 1);
        for (var s = lane; s < W4 * SIDE; s = s + THREADS) {
            let c4 = s % W4;
            let quad = s / W4;
            let key = u32(j) + 4u * quad;
            let at0 = min(key, behind) * ROW4;
            let away = vec3<u32>(min(key + 1u, behind), min(key + 2u, behind), min(key + 3u, behind)) * ROW4 - at0;
            let m = square(at0 + D4 + column + c4, away);
            let at = 4u * c4 * SIDE + swizzled(c4, quad);
            pairs[at] = m[0];
            pairs[at + SIDE] = m[1];
            pairs[at + 2u * SIDE] = m[2];
            pairs[at + 3u * SIDE] = m[3];
        }
        workgroupBarrier();
        // Scores: one vec4 of rows per key.
//@repeat k 4
        var p$k = vec4<f32>();
//@end
        for (var c4 = 0u; c4 < W4; c4 = c4 + 1u) {
            let at = 4u * c4 * SIDE;
            let q = at + swizzled(c4, rq);
            let k = at + swizzled(c4, cq);
//@repeat e 4
            let q$e = queries[q + $eu * SIDE];
            let k$e = pairs[k + $eu * SIDE];
//@repeat k 4
            p$k = fma(q$e, vec4<f32>(k$e[$k]), p$k);
//@end
//@end
        }
        var most = vec4<f32>(LOWEST);
//@repeat k 4
        let key$k = j + i32(4u * cq + $ku);
        let inside$k = (vec4<i32>(key$k) >= starts) & (vec4<i32>(key$k) < min(ends, vec4<i32>(end)));
        if (ALIBI > 0u) {
            p$k = p$k - slope * vec4<f32>(abs(vec4<i32>(0, 1, 2, 3) + (i32(mine) - key$k)));
        }
        p$k = select(vec4<f32>(LOWEST), p$k, inside$k);
        most = max(most, p$k);
//@end
        parts[cq * SIDE + rq] = most;
        workgroupBarrier();
//@repeat c 8
        most = max(most, parts[$cu * SIDE + rq]);
//@end
        let new_top = max(top, most);
        let shrink = exp(top - new_top);
        top = new_top;
        total = total * shrink;
//@repeat k 4
        p$k = select(vec4<f32>(), exp(p$k - top), inside$k);
        total = total + p$k;
        weights[(4u * cq + $ku) * SIDE + rq] = p$k;
//@end
        for (var s = lane; s < 4u * SIDE * W4; s = s + THREADS) {
            pairs[s] = qkv[min(u32(j) + s / W4, behind) * ROW4 + 2u * D4 + column + s % W4];
        }
        workgroupBarrier();
//@repeat a ACROSS
//@repeat q 4
        o$a_$q = o$a_$q * shrink[$q];
//@end
//@end
        for (var key = 0u; key < 4u * SIDE; key = key + 1u) {
            let p = weights[key * SIDE + rq];
//@repeat a ACROSS
            let v$a = pairs[key * W4 + min(cq + $au * SIDE, W4 - 1u)];
//@repeat q 4
            o$a_$q = fma(vec4<f32>(p[$q]), v$a, o$a_$q);
//@end
//@end
        }
        j = min(j + i32(4u * SIDE), end);
    }

    workgroupBarrier();
    parts[cq * SIDE + rq] = total;
    workgroupBarrier();
    total = vec4<f32>();
//@repeat c 8
    total = total + parts[$cu * SIDE + rq];
//@end
    // Rows that belong to no sequence have an empty span and get zeros.
    let norm = select(vec4<f32>(), 1.0 / total, starts < ends);
//@repeat a ACROSS
    if (cq + $au * SIDE < W4) {
//@repeat q 4
        y[(mine + $qu) * D4 + column + cq + $au * SIDE] = o$a_$q * norm[$q];
//@end
    }
//@end
}
