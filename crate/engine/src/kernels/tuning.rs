//! Which kernels a GPU runs: the result of the autotuning.
//!
//! Software adapters and graphics cards need opposite kernels: the first are slow at barriers, the
//! second at reading memory again. [`crate::device`] measures both kinds when it opens a device (autotune)
//! and stores the choice here, once; every launch looks it up. Floating-point results differ by
//! rounding between the two kinds, and not at all between tiles of different sizes.

use super::tile::Tile;
use burn::backend::DispatchDevice;
use burn::tensor::Device;
use burn_cubecl::CubeDevice;
use std::fmt;
use std::sync::RwLock;

/// The kind of kernels that a GPU runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tuning {
    /// Kernels without workgroup memory, for software adapters.
    #[default]
    Registers,
    /// Kernels that go through workgroup memory, for real GPUs.
    Workgroup(WorkgroupTuning),
}

/// Settings of the kernels with workgroup memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkgroupTuning {
    /// Tiles of linear layers.
    pub tiles: TileChoice,
    /// Whether int8 layers multiply 8-bit codes: inputs then become codes as well, as on the CPU.
    pub dot: bool,
}

/// How a linear layer chooses its tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileChoice {
    /// The largest tile that cuts the layer's output into at least this number of tiles.
    AtLeast(usize),
    /// Always this tile.
    Only(Tile),
}

impl WorkgroupTuning {
    /// The tile for an output `[rows, columns]`.
    pub(super) fn tile(self, rows: usize, columns: usize) -> Tile {
        match self.tiles {
            TileChoice::AtLeast(count) => Tile::choose(rows, columns, count),
            TileChoice::Only(tile) => tile,
        }
    }
}

impl Tuning {
    /// Reads what [`fmt::Display`] wrote; `None` for anything else, and for [`TileChoice::Only`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let (count, dot) = match words[..] {
            ["registers"] => return Some(Self::Registers),
            ["shared", count] => (count, false),
            ["shared", count, "dot"] => (count, true),
            _ => return None,
        };
        Some(Self::Workgroup(WorkgroupTuning { tiles: TileChoice::AtLeast(count.parse().ok()?), dot }))
    }
}

impl fmt::Display for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Workgroup(WorkgroupTuning { tiles, dot }) = self else { return f.write_str("registers") };
        match tiles {
            TileChoice::AtLeast(count) => write!(f, "shared {count}")?,
            TileChoice::Only(tile) => {
                let (rows, columns) = tile.size();
                write!(f, "shared {rows}x{columns}")?;
            }
        }
        f.write_str(if *dot { " dot" } else { "" })
    }
}

/// The tuning of each open device; a list, because there are few.
static TUNINGS: RwLock<Vec<(CubeDevice, Tuning)>> = RwLock::new(Vec::new());

/// Sets the kernels of a GPU; does nothing for the CPU.
pub fn set_tuning(device: &Device, tuning: Tuning) {
    let DispatchDevice::Cube(device) = device.as_dispatch() else { return };
    let Ok(mut tunings) = TUNINGS.write() else { return };
    match tunings.iter_mut().find(|(known, _)| known == device) {
        Some((_, slot)) => *slot = tuning,
        None => tunings.push((device.clone(), tuning)),
    }
}

/// The kernels of a GPU; `None` for the CPU.
#[must_use]
pub fn tuning_of(device: &Device) -> Option<Tuning> {
    match device.as_dispatch() {
        DispatchDevice::Cube(device) => Some(of(device)),
        _ => None,
    }
}

/// The kernels of a GPU; [`Tuning::Registers`] if nothing was set.
pub(super) fn of(device: &CubeDevice) -> Tuning {
    let tunings = TUNINGS.read().ok();
    let found = tunings.as_ref().and_then(|tunings| tunings.iter().find(|(known, _)| known == device));
    found.map_or(Tuning::default(), |(_, tuning)| *tuning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_reads_what_display_writes() {
        for tuning in [
            Tuning::Registers,
            Tuning::Workgroup(WorkgroupTuning { tiles: TileChoice::AtLeast(0), dot: false }),
            Tuning::Workgroup(WorkgroupTuning { tiles: TileChoice::AtLeast(400), dot: true }),
        ] {
            assert_eq!(Tuning::parse(&tuning.to_string()), Some(tuning));
        }
        for text in ["", "shared", "shared x", "shared 4 dots", "registers 4", "shared 4 dot dot"] {
            assert_eq!(Tuning::parse(text), None, "{text}");
        }
    }
}
