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
/// ```
/// use crossgrain_core::{export::npy, matrix::View};
///
/// let bytes = npy(View::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3)?)?;
/// assert_eq!(bytes.len(), 128 + 6 * 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Shape
///
/// `[rows, cols]`, as the view has it.
///
/// # Errors
///
/// `export.too_large` if there is no memory for the bytes.
pub fn npy(view: View) -> Result<Vec<u8>, ExportError> {
    npy_of(NpyNumbers::F32(view.data()), [view.rows(), view.cols()])
}

/// Numbers of a `.npy` file, little-endian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NpyNumbers<'a> {
    /// `<f4`
    F32(&'a [f32]),
    /// `<f8`
    F64(&'a [f64]),
    /// `<u4`
    U32(&'a [u32]),
    /// `|u1`
    U8(&'a [u8]),
}

/// Writes numbers of any of these types as a `.npy` file in C order.
///
/// # Shape
///
/// `[rows, cols]`, row-major.
///
/// # Errors
///
/// `export.too_large` if the bytes cannot be had.
pub fn npy_of(numbers: NpyNumbers, [rows, cols]: [usize; 2]) -> Result<Vec<u8>, ExportError> {
    let (descr, body) = match numbers {
        NpyNumbers::F32(numbers) => ("<f4", size_of_val(numbers)),
        NpyNumbers::F64(numbers) => ("<f8", size_of_val(numbers)),
        NpyNumbers::U32(numbers) => ("<u4", size_of_val(numbers)),
        NpyNumbers::U8(numbers) => ("|u1", numbers.len()),
    };
    let dictionary = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({rows}, {cols}), }}");
    // Magic, length, dictionary, blanks and a line feed fill a multiple of 64 bytes.
    let used = MAGIC.len() + size_of::<u16>() + dictionary.len() + 1;
    let blanks = used.next_multiple_of(ALIGNMENT) - used;
    let text = u16::try_from(dictionary.len() + blanks + 1).map_err(|_| ExportError::TooLarge)?;

    let size = body.checked_add(used + blanks).ok_or(ExportError::TooLarge)?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).map_err(|_| ExportError::TooLarge)?;
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&text.to_le_bytes());
    bytes.extend_from_slice(dictionary.as_bytes());
    bytes.extend(std::iter::repeat_n(b' ', blanks));
    bytes.push(b'\n');
    match numbers {
        NpyNumbers::F32(numbers) => bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes())),
        NpyNumbers::F64(numbers) => bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes())),
        NpyNumbers::U32(numbers) => bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes())),
        NpyNumbers::U8(numbers) => bytes.extend_from_slice(numbers),
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn every_type_says_what_it_is() {
        fn t(numbers: NpyNumbers, descr: &str, bytes: usize) {
            let file = npy_of(numbers, [1, 2]).unwrap();
            assert!(String::from_utf8_lossy(&file[..128]).contains(descr), "{descr}");
            assert_eq!(file.len(), 128 + bytes, "{descr}");
        }
        t(NpyNumbers::F32(&[1.0, 2.0]), "'<f4'", 8);
        t(NpyNumbers::F64(&[1.0, 2.0]), "'<f8'", 16);
        t(NpyNumbers::U32(&[1, 2]), "'<u4'", 8);
        t(NpyNumbers::U8(&[1, 2]), "'|u1'", 2);
    }

    #[test]
    fn numbers_begin_at_a_multiple_of_64() {
        for rows in [0, 1, 9, 10, 99, 12_345_678, usize::MAX] {
            let bytes = npy(View::new(&[], rows, 0).unwrap()).unwrap();
            assert_eq!(bytes.len() % 64, 0, "{rows} rows");
            assert_eq!(bytes.last(), Some(&b'\n'));
        }
    }

    proptest! {
        #[test]
        fn a_reader_that_knows_only_the_format_reads_it_back(rows in 0_usize..40, cols in 0_usize..40, seed: u32) {
            let data: Vec<f32> = (0..rows * cols).map(|i| (i as f32 * seed as f32).sin()).collect();
            let bytes = npy(View::new(&data, rows, cols).unwrap()).unwrap();
            let text_length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
            let (head, numbers) = bytes.split_at(10 + text_length);
            prop_assert_eq!(head.len() % 64, 0);
            let shape = format!("'shape': ({rows}, {cols})");
            let text = std::str::from_utf8(&head[10..]).unwrap();
            prop_assert!(text.contains(&shape), "{text}");
            prop_assert_eq!((text.chars().next(), text.trim_end().chars().next_back()), (Some('{'), Some('}')));
            prop_assert!(text.ends_with('\n') && text.matches('\n').count() == 1);
            let read: Vec<f32> = numbers.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
            prop_assert_eq!(read, data);
        }
    }
}
