// How far numbers are from reference numbers of the same residues. Cosine alone hides damage: beside it stands how many
// of the ten nearest neighbours of every sequence, by cosine of mean vectors, are still the same.
const NEIGHBOURS = 10;

/** Two answers `{ rows: [one Float32Array per sequence, [residues, dims]], dims }` compared. */
export function compare(one, reference) {
  const { dims } = reference;
  const residues = reference.rows.flatMap((rows, i) => {
    const count = rows.length / dims;
    return Array.from({ length: count }, (_, at) => cosine(slice(one.rows[i], at, dims), slice(rows, at, dims)));
  });
  const [own, theirs] = [one, reference].map(({ rows }) => rows.map((each) => mean(each, dims)));
  const pooled = own.map((vector, i) => cosine(vector, theirs[i]));
  let largest = 0;
  for (const [i, rows] of reference.rows.entries()) {
    for (let at = 0; at < rows.length; at += 1) largest = Math.max(largest, Math.abs(rows[at] - one.rows[i][at]));
  }
  return {
    sequences: own.length,
    pooledCosine: summary(pooled),
    residueCosine: summary(residues),
    sameNeighbours: agreement(own, theirs),
    largestDifference: largest,
  };
}

/** Share of the nearest neighbours, themselves left out, that both sets of vectors name. */
function agreement(own, theirs) {
  const k = Math.min(NEIGHBOURS, own.length - 1);
  const nearest = (vectors, i) => {
    const others = vectors.map((vector, j) => [j === i ? -Infinity : cosine(vectors[i], vector), j]);
    return new Set(others.sort(([a], [b]) => b - a).slice(0, k).map(([, j]) => j));
  };
  const shared = own.map((_, i) => {
    const [mine, other] = [nearest(own, i), nearest(theirs, i)];
    return [...mine].filter((j) => other.has(j)).length / k;
  });
  return shared.reduce((sum, share) => sum + share, 0) / own.length;
}

function summary(values) {
  return { min: values.reduce((a, b) => Math.min(a, b), Infinity), mean: values.reduce((a, b) => a + b, 0) / values.length };
}

function slice(rows, at, dims) {
  return rows.subarray(at * dims, (at + 1) * dims);
}

function mean(rows, dims) {
  const sum = new Float64Array(dims);
  for (let i = 0; i < rows.length; i += 1) sum[i % dims] += rows[i];
  return sum.map((value) => (value * dims) / rows.length);
}

function cosine(a, b) {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return ab / Math.sqrt(aa * bb);
}
