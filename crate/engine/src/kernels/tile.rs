//! Tiles of a GEMM: the part of the output that one workgroup computes through workgroup memory.

/// The shape of a tile, see `linear/shared.wgsl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    /// Threads across.
    x: usize,
    /// Threads down.
    y: usize,
    /// Squares of 4 × 4 outputs that a thread computes, across.
    across: usize,
    /// Squares of 4 × 4 outputs that a thread computes, down.
    down: usize,
    /// Quads of inputs per step.
    step: usize,
}

impl Tile {
    /// 128 × 128, 256 threads: the fastest if a layer has enough of them.
    pub const LARGE: Self = Self { x: 16, y: 16, across: 2, down: 2, step: 4 };
    /// 64 × 64, 64 threads.
    pub const MEDIUM: Self = Self { x: 8, y: 8, across: 2, down: 2, step: 4 };
    /// 32 × 32, 64 threads: spreads a few rows over the whole device.
    pub const SMALL: Self = Self { x: 8, y: 8, across: 1, down: 1, step: 8 };
    /// All of them, from the largest to the smallest.
    pub const ALL: [Self; 3] = [Self::LARGE, Self::MEDIUM, Self::SMALL];

    /// The largest tile that cuts an output `[rows, columns]` into at least `count` tiles, else the smallest.
    #[must_use]
    pub fn choose(rows: usize, columns: usize, count: usize) -> Self {
        let enough = |tile: &Self| {
            let (x, y) = tile.count(rows, columns);
            x * y >= count
        };
        Self::ALL.into_iter().find(enough).unwrap_or(Self::SMALL)
    }

    /// Rows and columns of the output that a tile covers.
    #[must_use]
    pub fn size(self) -> (usize, usize) {
        (4 * self.y * self.down, 4 * self.x * self.across)
    }

    /// Tiles across and down an output `[rows, columns]`.
    pub(super) fn count(self, rows: usize, columns: usize) -> (usize, usize) {
        let (down, across) = self.size();
        (columns.div_ceil(across), rows.div_ceil(down))
    }

    /// Threads across and down.
    pub(super) fn group(self) -> (u32, u32) {
        (self.x as u32, self.y as u32)
    }

    /// The constants of the shader, which are its repetition counts too.
    pub(super) fn numbers(self) -> [(&'static str, usize); 4] {
        // The threads share the squares of inputs and weights that a step loads.
        let squares = (self.y * self.down + self.x * self.across) * self.step;
        let slots = squares.div_ceil(self.x * self.y);
        [("DOWN", self.down), ("ACROSS", self.across), ("STEP", self.step), ("SLOTS", slots)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_tiles_fill_a_device() {
        fn t(rows: usize, columns: usize, count: usize, expected: Tile) {
            assert_eq!(Tile::choose(rows, columns, count), expected, "{rows} {columns} {count}");
        }
        t(2080, 3840, 400, Tile::LARGE); // 17 · 30
        t(2080, 1280, 400, Tile::MEDIUM); // 33 · 20
        t(288, 1280, 400, Tile::SMALL);
        t(32, 4, 1, Tile::LARGE);
        t(32, 4, usize::MAX, Tile::SMALL);
    }

    #[test]
    fn threads_share_the_squares() {
        assert_eq!(Tile::LARGE.size(), (128, 128));
        assert_eq!(Tile::LARGE.numbers()[3], ("SLOTS", 1));
        assert_eq!(Tile::MEDIUM.numbers()[3], ("SLOTS", 2));
        assert_eq!(Tile::SMALL.numbers()[3], ("SLOTS", 2));
    }
}
