//! NumPy's `.npy`, versions 1 to 3: `<f2`, `<f4` or `<f8`, two dimensions in C order.
//!
//! The crate for it, npyz, enables features of `memchr` that make the whole GPU stack compile anew,
//! and most of it is for dtypes that no embedding has.

use crate::problem::Failure;
use crossgrain_core::matrix::Matrix;
use std::path::Path;

const MAGIC: &[u8] = b"\x93NUMPY";

/// Reads an array of rows.
pub fn read(path: &Path) -> Result<Matrix, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::file("input.unreadable", path, &error))?;
    parse(&bytes).map_err(|what| {
        let hint = "write it as numpy.save(file, numpy.ascontiguousarray(rows, 'float32'))";
        Failure::in_file("table.npy", &path.display().to_string(), what, hint)
    })
}

fn parse(bytes: &[u8]) -> Result<Matrix, String> {
    let cut = || "the file ends too early".to_owned();
    let version = bytes.strip_prefix(MAGIC).ok_or("it does not begin as NumPy's files do")?;
    // Version 1 has two bytes for the length of the header, later ones four.
    let (length, rest) = match version {
        [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest),
        _ => return Err("its version of the format is not known".into()),
    };
    let (header, data) = rest.split_at_checked(length).ok_or_else(cut)?;
    let header = std::str::from_utf8(header).map_err(|error| error.to_string())?;
    let kind = after(header, "'descr':")?.trim_start().trim_start_matches('\'');
    if after(header, "'fortran_order':")?.trim_start().starts_with("True") {
        return Err("its numbers are stored column by column".into());
    }
    let shape = after(header, "'shape':")?.trim_start();
    let shape = shape.strip_prefix('(').and_then(|shape| shape.split_once(')')).ok_or("it has no shape")?.0;
    let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty()).map(str::parse);
    let sizes: Vec<usize> = sizes.collect::<Result<_, _>>().map_err(|_| "its shape is no list of sizes")?;
    let &[rows, cols] = sizes.as_slice() else {
        return Err(format!("it has {} dimensions, not two", sizes.len()));
    };
    let numbers: Vec<f32> = match kind.get(..3) {
        Some("<f4") => data.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect(),
        #[expect(clippy::cast_possible_truncation, reason = "embeddings are f32")]
        Some("<f8") => data.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes) as f32).collect(),
        Some("<f2") => data.as_chunks().0.iter().map(|&bytes| half(u16::from_le_bytes(bytes))).collect(),
        _ => return Err("its numbers are not float16, float32 or float64, little-endian".into()),
    };
    Matrix::new(numbers, rows, cols).map_err(|error| error.to_string())
}

/// What follows a key of the header.
fn after<'a>(header: &'a str, key: &str) -> Result<&'a str, String> {
    header.split_once(key).map(|(_, value)| value).ok_or_else(|| format!("its header has no {key}"))
}

/// A 16-bit float as 32 bits.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    match exponent {
        0 => sign * fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(descr: &str, order: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend(u16::try_from(header.len()).expect("a short header").to_le_bytes());
        bytes.extend(header.bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn floats_of_three_sizes() {
        fn t(descr: &str, data: &[u8]) {
            let found = parse(&file(descr, "False", "(2, 1)", data)).expect("an array");
            assert_eq!(found.data(), [1.5, -2.0], "{descr}");
        }
        let both = [1.5_f32, -2.0];
        t("<f4", &both.map(f32::to_le_bytes).concat());
        t("<f8", &both.map(|x| f64::from(x).to_le_bytes()).concat());
        t("<f2", &[0x00, 0x3e, 0x00, 0xc0]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        fn t(bytes: &[u8], what: &str) {
            let error = parse(bytes).expect_err(what);
            assert!(error.contains(what), "{error}");
        }
        t(b"PK", "does not begin");
        t(&file("<f4", "True", "(1, 1)", &[0; 4]), "column by column");
        t(&file("<f4", "False", "(1,)", &[0; 4]), "1 dimensions");
        t(&file("<f4", "False", "(2, 2)", &[0; 4]), "do not make a matrix");
        t(&file("<i8", "False", "(1, 1)", &[0; 8]), "not float16");
        t(&file("<f4", "False", "(x, 1)", &[0; 4]), "no list of sizes");
        t(&file("<f4", "False", "(1, 1)", &[0; 4])[..20], "ends too early");
    }
}
