// Activation functions on four numbers at a time. A kernel that uses them follows this part.

// Abramowitz & Stegun 7.1.26, |error| <= 1.5e-7.
fn erf(v: vec4<f32>) -> vec4<f32> {
    let a = abs(v);
    let t = 1.0 / (1.0 + 0.3275911 * a);
    let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return sign(v) * (1.0 - p * exp(-a * a));
}

fn activated(v: vec4<f32>) -> vec4<f32> {
    if (ACTIVATION == 1u) {
        // GELU
        return 0.5 * v * (1.0 + erf(v * 0.70710678118654752));
    }
    if (ACTIVATION == 2u) {
        // SiLU; beyond 80 the exponential would overflow, and the sigmoid is 0 to the last bit.
        return v / (1.0 + exp(min(-v, vec4<f32>(80.0))));
    }
    return v;
}
