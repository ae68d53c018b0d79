//! NumPy's `.npy`, version 1.0.
//!
//! ```text
//! \x93NUMPY 1 0 │ u16, LE: length of the text │ {'descr': '<f4', …}   blanks \n │ f32, LE …
//! ─────────────────────── a multiple of 64 bytes ──────────────────────────────┘
//! ```

use super::ExportError;
use crate::matrix::View;

const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";
const ALIGNMENT: usize = 64;

/// Writes a matrix as a `.npy` file: `<f4`, C order.
///
/// # Shape
///
/// `[rows, cols]`, as the view has it.
///
/// # Errors
///
/// `export.too_large` if the bytes cannot be had.
pub fn npy(view: View) -> Result<Vec<u8>, ExportError> {
    let dictionary =
        format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", view.rows(), view.cols());
    // Magic, length, dictionary, blanks and a line feed fill a multiple of 64 bytes.
    let used = MAGIC.len() + size_of::<u16>() + dictionary.len() + 1;
    let blanks = used.next_multiple_of(ALIGNMENT) - used;
    let text = u16::try_from(dictionary.len() + blanks + 1).map_err(|_| ExportError::TooLarge)?;

    let size = size_of_val(view.data()).checked_add(used + blanks).ok_or(ExportError::TooLarge)?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).map_err(|_| ExportError::TooLarge)?;
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&text.to_le_bytes());
    bytes.extend_from_slice(dictionary.as_bytes());
    bytes.extend(std::iter::repeat_n(b' ', blanks));
    bytes.push(b'\n');
    bytes.extend(view.data().iter().flat_map(|number| number.to_le_bytes()));
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_byte_for_byte() {
        let bytes = npy(View::new(&[1.0, -2.0], 1, 2).unwrap()).unwrap();
        let mut expected = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
        expected.extend_from_slice(b"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }");
        expected.resize(127, b' ');
        expected.extend_from_slice(b"\n\x00\x00\x80\x3f\x00\x00\x00\xc0");
        assert_eq!(bytes, expected);
    }

    #[test]
    fn numbers_begin_at_a_multiple_of_64() {
        for rows in [0, 1, 9, 10, 99, 12_345_678, usize::MAX] {
            let bytes = npy(View::new(&[], rows, 0).unwrap()).unwrap();
            assert_eq!(bytes.len() % 64, 0, "{rows} rows");
            assert_eq!(bytes.last(), Some(&b'\n'));
        }
    }
}
