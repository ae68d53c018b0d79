// Linear layer (GEMM): one workgroup computes a tile of y through workgroup memory, for real GPUs.
//
//   y[r][c] = b[c] + sum_k x[r][k] w[c][k]     and an epilogue: see epilogue_*.wgsl
//
// Follows weight_f32, _f16, _int8 or _int4 and sums_f32, or sums_dot. These define a quad, four floats or
// sixteen codes, and the product of quads.
//
// The tile has GROUP_Y * 4 * DOWN rows and GROUP_X * 4 * ACROSS columns; a thread computes DOWN x ACROSS
// squares of 4 x 4, GROUP_Y * 4 rows and GROUP_X * 4 columns apart, so that neighbours read neighbouring
// words. In each step of 4 * STEP words the tile's rows of x and w are loaded once, as squares of 4 rows
// by one quad, and transposed on the way: workgroup memory holds inputs times rows. The squares of the
// next step are fetched while this one is multiplied.
//
// Every number of y is one chain of multiply-adds over the inputs in their order: tiles of all sizes give
// the same bits.
// Rows come in multiples of 4; columns past N are clamped and not written.
//
//   x [t, STRIDE quads]   b [N], then scales   y [t, N]

@group(0) @binding(0) var<storage, read_write> x: array<Quad>;
@group(0) @binding(2) var<storage, read_write> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const ROWS4: u32 = GROUP_Y * DOWN;
const COLUMNS4: u32 = GROUP_X * ACROSS;
const X_SQUARES: u32 = ROWS4 * STEP;
const SQUARES: u32 = X_SQUARES + COLUMNS4 * STEP;
const THREADS: u32 = GROUP_X * GROUP_Y;

var<workgroup> xs: array<Quad, 4u * STEP * ROWS4>;
var<workgroup> ws: array<Quad, 4u * STEP * COLUMNS4>;

struct Square {
    a: Quad,
    b: Quad,
    c: Quad,
    d: Quad,
}

fn transposed(a: Quad, b: Quad, c: Quad, d: Quad) -> Square {
    return Square(
        Quad(a.x, b.x, c.x, d.x), Quad(a.y, b.y, c.y, d.y), Quad(a.z, b.z, c.z, d.z), Quad(a.w, b.w, c.w, d.w));
}

// Swizzles rows in groups of eight: the threads that write the squares of one row in the same cycle use
// different banks.
fn swizzled(row4: u32, quad: u32) -> u32 {
    return row4 ^ ((quad % 4u) * 2u);
}

// The output of column c; columns past N repeat the last.
fn clamped(c: u32) -> u32 {
    return output(min(c, N - 1u));
}

// A square of x or of w, from the quads from `first` on.
fn fetch(square: u32, first: u32, corner: vec2<u32>, rows: u32) -> Square {
    var s = Square();
    let k = first + square % STEP;
    if (k < QUADS) {
        if (square < X_SQUARES) {
            let r = min(corner.y + square / STEP * 4u, rows - 4u) * STRIDE + k;
            s = transposed(x[r], x[r + STRIDE], x[r + 2u * STRIDE], x[r + 3u * STRIDE]);
        } else if (square < SQUARES) {
            let c = corner.x + (square - X_SQUARES) / STEP * 4u;
            s = transposed(
                weight_at(clamped(c), k), weight_at(clamped(c + 1u), k),
                weight_at(clamped(c + 2u), k), weight_at(clamped(c + 3u), k));
        }
    }
    return s;
}

fn store(square: u32, s: Square) {
    let quad = square % STEP;
    if (square < X_SQUARES) {
        let at = quad * 4u * ROWS4 + swizzled(square / STEP, quad);
        xs[at] = s.a;
        xs[at + ROWS4] = s.b;
        xs[at + 2u * ROWS4] = s.c;
        xs[at + 3u * ROWS4] = s.d;
    } else if (square < SQUARES) {
        let at = quad * 4u * COLUMNS4 + swizzled((square - X_SQUARES) / STEP, quad);
        ws[at] = s.a;
        ws[at + COLUMNS4] = s.b;
        ws[at + 2u * COLUMNS4] = s.c;
        ws[at + 3u * COLUMNS4] = s.d;
    }
}

@compute @workgroup_size(GROUP_X, GROUP_Y, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let rows = arrayLength(&x) / STRIDE;
    let corner = vec2<u32>(group.x * COLUMNS4 * 4u, group.y * ROWS4 * 4u);
    let tx = lane % GROUP_X;
    let ty = lane / GROUP_X;
//@repeat s SLOTS
    var s$s = fetch(lane + $su * THREADS, 0u, corner, rows);
//@end
//@repeat i DOWN
//@repeat j ACROSS
//@repeat q 4
    var y$i_$j_$q = Sums();
//@end
//@end
//@end
    for (var first = 0u; first < QUADS; first = first + STEP) {
//@repeat s SLOTS
        store(lane + $su * THREADS, s$s);
//@end
        workgroupBarrier();
        if (first + STEP < QUADS) {
//@repeat s SLOTS
            s$s = fetch(lane + $su * THREADS, first + STEP, corner, rows);
//@end
        }
        for (var quad = 0u; quad < STEP; quad = quad + 1u) {
//@repeat i DOWN
            let r$i = quad * 4u * ROWS4 + swizzled(ty + $iu * GROUP_Y, quad);
//@end
//@repeat j ACROSS
            let c$j = quad * 4u * COLUMNS4 + swizzled(tx + $ju * GROUP_X, quad);
//@end
//@repeat k 4
//@repeat i DOWN
            let x$k_$i = xs[r$i + $ku * ROWS4];
//@end
//@repeat j ACROSS
            let w$k_$j = ws[c$j + $ku * COLUMNS4];
//@end
//@repeat i DOWN
//@repeat j ACROSS
//@repeat q 4
            y$i_$j_$q = multiplied(x$k_$i[$q], w$k_$j, y$i_$j_$q);
//@end
//@end
//@end
//@end
        }
        workgroupBarrier();
    }
//@repeat i DOWN
//@repeat q 4
    {
        let r = corner.y + (ty + $iu * GROUP_Y) * 4u + $qu;
        if (r < rows) {
//@repeat j ACROSS
            let c$j = corner.x + (tx + $ju * GROUP_X) * 4u;
//@repeat p 4
            let v$j_$p = whole(y$i_$j_$q[$p], r, clamped(c$j + $pu));
//@end
            write(r, c$j, vec4<f32>(v$j_0, v$j_1, v$j_2, v$j_3));
//@end
        }
    }
//@end
//@end
}
