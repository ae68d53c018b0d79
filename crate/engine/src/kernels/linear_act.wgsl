// The end of a linear layer: an activation. Goes behind linear.wgsl.

// Abramowitz & Stegun 7.1.26, |error| <= 1.5e-7.
fn erf(v: f32) -> f32 {
    let a = abs(v);
    let t = 1.0 / (1.0 + 0.3275911 * a);
    let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return sign(v) * (1.0 - p * exp(-a * a));
}

fn finish(v: f32, at: u32) -> f32 {
    if (ACTIVATION == 1u) {
        return 0.5 * v * (1.0 + erf(v * 0.70710678118654752));
    }
    return v;
}
