//! NumPy's `.npy`, versions 1 to 3: floats (`<f2`, `<f4`, `<f8`) or whole numbers (`|u1`, `<u4` and the like), two
//! dimensions, in C or Fortran order.
//!
//! Reference: NumPy enhancement proposal 1 and `numpy/lib/format.py`. The crate for it, npyz, enables
//! features of `memchr` that make the whole GPU stack compile again, and most of it is for types that
//! no embedding has.

use super::byte_reader::{ByteReader, PIECE_BYTES};
use super::{TableError, TableProblem};
use crate::limits::NPY_HEADER_BYTES;
use crate::matrix::Matrix;
use crate::weights::ByteSource;
use half::f16;

const MAGIC: &[u8] = b"\x93NUMPY";

/// A type of stored number.
#[derive(Clone, Copy)]
enum Number {
    F16,
    F32,
    F64,
    /// Of this size in bytes, with a sign or without.
    Whole {
        bytes: usize,
        signed: bool,
    },
}

/// What the header says.
struct Header {
    number: Number,
    /// Whether numbers are stored column by column.
    fortran: bool,
    rows: usize,
    cols: usize,
}

/// Reads an array of rows.
///
/// # Shape
///
/// `[n, d]`, as the header says.
pub(super) fn read(file: &str, bytes: &dyn ByteSource) -> Result<Matrix, TableError> {
    let refused = |reason: String| TableProblem::Npy { reason }.in_file(file);
    let mut reader = ByteReader::new(file, bytes)?;
    let length = header_length(&mut reader)?.map_err(refused)?;
    let mut text = vec![0; length];
    reader.take(&mut text)?;
    let header = Header::parse(&text).map_err(refused)?;
    let count = header.rows.checked_mul(header.cols);
    let size = count.and_then(|count| count.checked_mul(header.number.bytes())).map(|size| size as u64);
    let (Some(count), Some(size)) = (count, size) else {
        return Err(TableProblem::TooLarge.in_file(file));
    };
    if size > reader.rest() {
        return Err(refused("the file ends too early".to_owned()));
    }
    if size < reader.rest() {
        return Err(refused("there are bytes after its last number".to_owned()));
    }
    let mut numbers: Vec<f32> = Vec::new();
    numbers.try_reserve_exact(count).map_err(|_| TableProblem::TooLarge.in_file(file))?;
    let mut piece = Vec::new();
    while reader.rest() > 0 {
        let size = usize::try_from(reader.rest()).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        piece.resize(size, 0);
        reader.take(&mut piece)?;
        header.number.widen(&piece, &mut numbers);
    }
    if header.fortran {
        numbers =
            transposed(&numbers, header.rows, header.cols).ok_or(TableProblem::TooLarge.in_file(file))?;
    }
    if let Some(at) = numbers.iter().position(|number| !number.is_finite()) {
        let (row, col) = (at.checked_div(header.cols), at.checked_rem(header.cols));
        let [row, col] = [row, col].map(|place| place.unwrap_or(0).saturating_add(1));
        return Err(refused(format!("row {row}, column {col} is not a finite number")));
    }
    Ok(Matrix::from_parts(numbers, header.rows, header.cols))
}

/// The length of the header; the reader stands at its first byte afterwards.
fn header_length(reader: &mut ByteReader<'_>) -> Result<Result<usize, String>, TableError> {
    let mut start = [0; 8];
    if reader.rest() < start.len() as u64 {
        return Ok(Err("it does not begin as NumPy's files do".to_owned()));
    }
    reader.take(&mut start)?;
    let Some(version) = start.strip_prefix(MAGIC) else {
        return Ok(Err("it does not begin as NumPy's files do".to_owned()));
    };
    // Version 1 has two bytes for the length of the header, later ones four.
    let mut length = [0; 4];
    let width = match version {
        [1, _] => 2,
        [2 | 3, _] => 4,
        _ => return Ok(Err("its version of the format is not known".to_owned())),
    };
    let cut = || Ok(Err("the file ends too early".to_owned()));
    let Some(width) = length.get_mut(..width).filter(|width| width.len() as u64 <= reader.rest()) else {
        return cut();
    };
    reader.take(width)?;
    let length = u32::from_le_bytes(length);
    if u64::from(length) > reader.rest() {
        return cut();
    }
    if length > NPY_HEADER_BYTES {
        return Ok(Err(format!("its header has {length} bytes; {NPY_HEADER_BYTES} are allowed")));
    }
    Ok(Ok(usize::try_from(length).unwrap_or_default()))
}

impl Header {
    /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
    fn parse(text: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
        let number = after(text, "'descr':")?.trim_start().trim_start_matches('\'');
        let whole = |bytes, signed| Number::Whole { bytes, signed };
        let number = match number.get(..3) {
            Some("<f2") => Number::F16,
            Some("<f4") => Number::F32,
            Some("<f8") => Number::F64,
            Some("|u1" | "<u1") => whole(1, false),
            Some("|i1" | "<i1") => whole(1, true),
            Some("<u2") => whole(2, false),
            Some("<i2") => whole(2, true),
            Some("<u4") => whole(4, false),
            Some("<i4") => whole(4, true),
            Some("<u8") => whole(8, false),
            Some("<i8") => whole(8, true),
            _ => {
                return Err("its numbers are not float16, float32, float64 or whole numbers, little-endian"
                    .to_owned());
            }
        };
        let fortran = after(text, "'fortran_order':")?.trim_start().starts_with("True");
        let shape = after(text, "'shape':")?.trim_start();
        let shape = shape.strip_prefix('(').and_then(|shape| shape.split_once(')')).map(|(shape, _)| shape);
        let sizes = shape.ok_or("it has no shape")?.split(',').map(str::trim).filter(|size| !size.is_empty());
        let sizes: Vec<usize> = sizes
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| "its shape is not a list of sizes")?;
        match sizes.as_slice() {
            &[rows, cols] => Ok(Self { number, fortran, rows, cols }),
            other => Err(format!("it has {} dimensions, not two", other.len())),
        }
    }
}

impl Number {
    fn bytes(self) -> usize {
        match self {
            Self::F16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
            Self::Whole { bytes, .. } => bytes,
        }
    }

    /// Appends the numbers in `piece` as f32.
    fn widen(self, piece: &[u8], into: &mut Vec<f32>) {
        match self {
            Self::F16 => {
                into.extend(piece.as_chunks::<2>().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()));
            }
            Self::F32 => into.extend(piece.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b))),
            #[expect(clippy::cast_possible_truncation, reason = "embeddings are f32")]
            Self::F64 => into.extend(piece.as_chunks::<8>().0.iter().map(|&b| f64::from_le_bytes(b) as f32)),
            Self::Whole { bytes, signed } => {
                into.extend(piece_numbers(piece, bytes).map(|number| whole(number, bytes, signed)));
            }
        }
    }
}

/// Unsigned numbers of this size, little-endian.
fn piece_numbers(piece: &[u8], bytes: usize) -> impl Iterator<Item = u64> {
    piece.chunks_exact(bytes.max(1)).map(|number| {
        number.iter().rev().fold(0_u64, |number, &byte| number.wrapping_shl(8) | u64::from(byte))
    })
}

/// A whole number of this size as f32; one that an f32 cannot hold is not a number here, and refused as such.
#[expect(clippy::cast_precision_loss, reason = "numbers that lose digits are refused")]
fn whole(number: u64, bytes: usize, signed: bool) -> f32 {
    /// Above this, not every whole number is an f32.
    const EXACT: i64 = 1 << 24;
    let unused = u32::try_from(bytes.saturating_mul(8)).map_or(0, |bits| 64_u32.saturating_sub(bits));
    let number = match signed {
        true => number.wrapping_shl(unused).cast_signed().wrapping_shr(unused),
        false => i64::try_from(number).unwrap_or(i64::MAX),
    };
    if (-EXACT..=EXACT).contains(&number) { number as f32 } else { f32::NAN }
}

/// Numbers stored column by column, row by row; `None` if there is no memory for them.
fn transposed(numbers: &[f32], rows: usize, cols: usize) -> Option<Vec<f32>> {
    let mut turned = Vec::new();
    turned.try_reserve_exact(numbers.len()).ok()?;
    for row in 0..rows {
        turned.extend(numbers.iter().skip(row).step_by(rows).take(cols));
    }
    Some(turned)
}

/// What follows a key of the header.
fn after<'a>(header: &'a str, key: &str) -> Result<&'a str, String> {
    header.split_once(key).map(|(_, value)| value).ok_or_else(|| format!("its header has no {key}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use crate::export;
    use crate::matrix::View;
    use proptest::prelude::*;

    fn file(version: u8, descr: &str, order: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let length = u32::try_from(header.len()).unwrap().to_le_bytes();
        let length = if version == 1 { &length[..2] } else { &length[..] };
        [MAGIC, &[version, 0], length, header.as_bytes(), data].concat()
    }

    fn one(descr: &str, order: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        file(1, descr, order, shape, data)
    }

    #[test]
    fn floats_of_three_sizes_and_versions() {
        fn t(descr: &str, data: &[u8]) {
            for version in [1, 2, 3] {
                let found = read("a.npy", &file(version, descr, "False", "(2, 1)", data)).unwrap();
                assert_eq!(found.data(), [1.5, -2.0], "{descr}");
            }
        }
        let both = [1.5_f32, -2.0];
        t("<f4", &both.map(f32::to_le_bytes).concat());
        t("<f8", &both.map(|x| f64::from(x).to_le_bytes()).concat());
        t("<f2", &[0x00, 0x3e, 0x00, 0xc0]);
    }

    #[test]
    fn whole_numbers_of_all_sizes() {
        fn t(descr: &str, data: &[u8], expected: [f32; 2]) {
            let found = read("a.npy", &one(descr, "False", "(2, 1)", data)).unwrap();
            assert_eq!(found.data(), expected, "{descr}");
        }
        t("|u1", &[7, 255], [7.0, 255.0]);
        t("|i1", &[7, 255], [7.0, -1.0]);
        t("<u2", &[0, 1, 255, 255], [256.0, 65535.0]);
        t("<i2", &[0, 1, 255, 255], [256.0, -1.0]);
        t("<u4", &[&7_u32.to_le_bytes()[..], &16_777_216_u32.to_le_bytes()].concat(), [7.0, 16_777_216.0]);
        t("<i4", &[(-7_i32).to_le_bytes(), 0_i32.to_le_bytes()].concat(), [-7.0, 0.0]);
        t("<u8", &[7_u64.to_le_bytes(), 1_u64.to_le_bytes()].concat(), [7.0, 1.0]);
        t("<i8", &[(-7_i64).to_le_bytes(), i64::from(1 << 24).to_le_bytes()].concat(), [-7.0, 16_777_216.0]);
    }

    #[test]
    fn fortran_order_is_transposed() {
        let data: Vec<u8> = [1_f32, 4.0, 2.0, 5.0, 3.0, 6.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        let found = read("a.npy", &one("<f4", "True", "(2, 3)", &data)).unwrap();
        assert_eq!((found.data(), found.rows(), found.cols()), (&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0][..], 2, 3));
        assert_eq!(read("a.npy", &one("<f4", "True", "(0, 3)", &[])).unwrap().cols(), 3);
        assert_eq!(read("a.npy", &one("<f4", "True", "(3, 0)", &[])).unwrap().rows(), 3);
    }

    #[test]
    fn refusals() {
        fn t(bytes: &[u8], code: &str, what: &str) {
            let error = read("a.npy", &bytes.to_vec()).expect_err(what);
            assert_eq!((error.code(), error.at().file.as_deref()), (code, Some("a.npy")), "{error}");
            assert!(error.to_string().contains(what), "{error}");
        }
        t(b"PK", "table.npy", "does not begin");
        t(b"\x93NUMPY\x04\0\0\0", "table.npy", "version");
        t(b"\x93NUMPY\x02\0\0\0", "table.npy", "ends too early");
        t(&one("<f4", "False", "(1,)", &[0; 4]), "table.npy", "1 dimensions");
        t(&one("<f4", "False", "(2, 2)", &[0; 4]), "table.npy", "ends too early");
        t(&one("<f4", "False", "(1, 1)", &[0; 5]), "table.npy", "after its last number");
        t(&one("<c8", "False", "(1, 1)", &[0; 8]), "table.npy", "not float16");
        t(
            &one("<u4", "False", "(1, 1)", &[1, 0, 0, 1]),
            "table.npy",
            "row 1, column 1 is not a finite number",
        );
        t(&one("<f4", "False", "(x, 1)", &[0; 4]), "table.npy", "not a list of sizes");
        t(&one("<f4", "False", "(9999999999, 9999999999)", &[]), "table.too_large", "numbers than fit");
        t(&one("<f4", "False", "(1, 1)", &[0; 4])[..20], "table.npy", "ends too early");
        t(&one("<f4", "False", "(1, 2)", &[0, 0, 0, 0, 0, 0, 0xc0, 0x7f]), "table.npy", "row 1, column 2");
        t(&one("<f8", "False", "(1, 1)", &1e300_f64.to_le_bytes()), "table.npy", "not a finite number");
    }

    proptest! {
        #[test]
        fn what_is_exported_reads_back(rows in 0_usize..20, cols in 1_usize..20, seed: u32) {
            let data: Vec<f32> = (0..rows * cols).map(|i| (i as f32 * seed as f32).sin()).collect();
            let bytes = export::npy(View::new(&data, rows, cols).unwrap()).unwrap();
            let found = read("a.npy", &bytes).unwrap();
            prop_assert_eq!((found.data(), found.rows(), found.cols()), (data.as_slice(), rows, cols));
        }

        #[test]
        fn any_bytes(start in prop::sample::select(vec![0_usize, 6, 8, 10]), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let good = one("<f4", "False", "(2, 1)", &[0; 8]);
            _ = read("a.npy", &[&good[..start], &bytes].concat());
        }

        #[test]
        fn a_changed_byte(at in 0_usize..80, byte: u8) {
            let mut bytes = one("<f4", "False", "(2, 1)", &[0; 8]);
            if let Some(place) = bytes.get_mut(at) { *place = byte; }
            _ = read("a.npy", &bytes);
        }
    }
}
