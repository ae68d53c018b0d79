//! Blocks of the linear layer's output that one workgroup computes through workgroup memory.

/// The shape of a block: see `linear_shared.wgsl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Block {
    /// Threads across and down.
    x: usize,
    y: usize,
    /// Squares of 4 × 4 that a thread owns, across and down.
    across: usize,
    down: usize,
    /// Quads of inputs per step.
    step: usize,
}

impl Block {
    /// 128 × 128, 256 threads: the fastest where there are enough of them.
    pub const LARGE: Self = Self { x: 16, y: 16, across: 2, down: 2, step: 4 };
    /// 64 × 64, 64 threads.
    pub const MEDIUM: Self = Self { x: 8, y: 8, across: 2, down: 2, step: 4 };
    /// 32 × 32, 64 threads: for a few rows, which must be spread over the whole device.
    pub const SMALL: Self = Self { x: 8, y: 8, across: 1, down: 1, step: 8 };
    /// From the largest.
    pub const ALL: [Self; 3] = [Self::LARGE, Self::MEDIUM, Self::SMALL];

    /// The largest block of which `[rows, columns]` gives at least `fill`, else the smallest.
    #[must_use]
    pub fn choose(rows: usize, columns: usize, fill: usize) -> Self {
        let enough = |block: &Self| {
            let (x, y) = block.count(rows, columns);
            x * y >= fill
        };
        Self::ALL.into_iter().find(enough).unwrap_or(Self::SMALL)
    }

    /// Rows and columns of the output that a block covers.
    #[must_use]
    pub fn size(self) -> (usize, usize) {
        (4 * self.y * self.down, 4 * self.x * self.across)
    }

    /// Blocks across and down `[rows, columns]`.
    pub(super) fn count(self, rows: usize, columns: usize) -> (usize, usize) {
        let (down, across) = self.size();
        (columns.div_ceil(across), rows.div_ceil(down))
    }

    /// Threads across and down.
    pub(super) fn group(self) -> (u32, u32) {
        (self.x as u32, self.y as u32)
    }

    /// What the shader's text is written with: names of constants and counts, and their values.
    pub(super) fn numbers(self) -> [(&'static str, usize); 4] {
        // Squares of inputs and weights of a step, dealt to the threads.
        let squares = (self.y * self.down + self.x * self.across) * self.step;
        let slots = squares.div_ceil(self.x * self.y);
        [("DOWN", self.down), ("ACROSS", self.across), ("STEP", self.step), ("SLOTS", slots)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_blocks_fill_a_device() {
        fn t(rows: usize, columns: usize, fill: usize, expected: Block) {
            assert_eq!(Block::choose(rows, columns, fill), expected, "{rows} {columns} {fill}");
        }
        t(2080, 3840, 400, Block::LARGE); // 17 · 30
        t(2080, 1280, 400, Block::MEDIUM); // 33 · 20
        t(288, 1280, 400, Block::SMALL);
        t(32, 4, 1, Block::LARGE);
        t(32, 4, usize::MAX, Block::SMALL);
    }

    #[test]
    fn squares_are_dealt() {
        assert_eq!(Block::LARGE.size(), (128, 128));
        assert_eq!(Block::LARGE.numbers()[3], ("SLOTS", 1));
        assert_eq!(Block::MEDIUM.numbers()[3], ("SLOTS", 2));
        assert_eq!(Block::SMALL.numbers()[3], ("SLOTS", 2));
    }
}
