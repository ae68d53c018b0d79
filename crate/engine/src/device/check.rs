//! What the self-test of a device measured.

/// Largest difference that passes: a hundred times what correct devices show, a hundredth of what
/// a wrong shader does.
pub const TOLERANCE: f32 = 1e-3;

/// How far a device's numbers are from the stored ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelfTest {
    /// Largest absolute difference.
    pub difference: f32,
}

impl SelfTest {
    /// Whether the device may be used.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.difference <= TOLERANCE
    }
}
