//! Which of the kernels a GPU runs.
//!
//! Software adapters and graphics cards want opposite kernels: barriers are dear on the ones,
//! rereading memory on the others. [`crate::device`] tries both when it opens a device and sets the
//! choice here, once; every launch looks it up. Floating-point results differ by rounding only
//! between the two families, and not at all between the blocks of one.

use super::block::Block;
use burn::backend::DispatchDevice;
use burn::tensor::Device;
use burn_cubecl::CubeDevice;
use std::fmt;
use std::sync::RwLock;

/// The kernels of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tuning {
    /// Kernels without workgroup memory, for software adapters.
    #[default]
    Registers,
    /// Kernels that go through workgroup memory, for real GPUs.
    Shared(Shared),
}

/// How kernels with workgroup memory are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Of linear layers.
    pub blocks: Blocks,
    /// Whether int8 layers multiply 8-bit codes: inputs then become codes as well, as on the CPU.
    pub dot: bool,
}

/// Which blocks a linear layer is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocks {
    /// The largest of which there are at least so many.
    Fill(usize),
    /// These, whatever the layer.
    Only(Block),
}

impl Shared {
    /// The block of a linear layer `[rows, columns]`.
    pub(super) fn block(self, rows: usize, columns: usize) -> Block {
        match self.blocks {
            Blocks::Fill(fill) => Block::choose(rows, columns, fill),
            Blocks::Only(block) => block,
        }
    }
}

impl Tuning {
    /// The tuning that [`fmt::Display`] wrote, if it leaves the blocks to the layer.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let (fill, dot) = match words[..] {
            ["registers"] => return Some(Self::Registers),
            ["shared", fill] => (fill, false),
            ["shared", fill, "dot"] => (fill, true),
            _ => return None,
        };
        Some(Self::Shared(Shared { blocks: Blocks::Fill(fill.parse().ok()?), dot }))
    }
}

impl fmt::Display for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Shared(Shared { blocks, dot }) = self else { return f.write_str("registers") };
        match blocks {
            Blocks::Fill(fill) => write!(f, "shared {fill}")?,
            Blocks::Only(block) => {
                let (rows, columns) = block.size();
                write!(f, "shared {rows}x{columns}")?;
            }
        }
        f.write_str(if *dot { " dot" } else { "" })
    }
}

/// What was set, few enough to walk through.
static SET: RwLock<Vec<(CubeDevice, Tuning)>> = RwLock::new(Vec::new());

/// Sets the kernels of a device; does nothing for the CPU.
pub fn set(device: &Device, tuning: Tuning) {
    let DispatchDevice::Cube(device) = device.as_dispatch() else { return };
    let Ok(mut set) = SET.write() else { return };
    match set.iter_mut().find(|(known, _)| known == device) {
        Some((_, slot)) => *slot = tuning,
        None => set.push((device.clone(), tuning)),
    }
}

/// The kernels of a device; `None` for the CPU.
#[must_use]
pub fn get(device: &Device) -> Option<Tuning> {
    match device.as_dispatch() {
        DispatchDevice::Cube(device) => Some(of(device)),
        _ => None,
    }
}

/// The kernels of a GPU.
pub(super) fn of(device: &CubeDevice) -> Tuning {
    let known = SET.read().ok();
    let found = known.as_ref().and_then(|set| set.iter().find(|(known, _)| known == device));
    found.map_or(Tuning::default(), |(_, tuning)| *tuning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        for tuning in [
            Tuning::Registers,
            Tuning::Shared(Shared { blocks: Blocks::Fill(0), dot: false }),
            Tuning::Shared(Shared { blocks: Blocks::Fill(400), dot: true }),
        ] {
            assert_eq!(Tuning::parse(&tuning.to_string()), Some(tuning));
        }
        for text in ["", "shared", "shared x", "shared 4 dots", "registers 4", "shared 4 dot dot"] {
            assert_eq!(Tuning::parse(text), None, "{text}");
        }
    }
}
