//! Good files, and files that are something else.

use crate::make::{a, b, c, file, floats, header, result_code, t, tensor};
use crossgrain_core::weights::{ByteSource, WeightsError};

#[test]
fn good_files_pass() {
    let data = floats(&[1.0, -0.0, 1e-45, 3.4e38, 0.0, 6.0, 7.0]);
    t("the small model", &file(&header(&[a(), b()]), &data[..24]), "accepted");
    t("with the optional tensor", &file(&header(&[a(), b(), c()]), &data), "accepted");
    t("in another order", &file(&header(&[b(), c(), a()]), &data), "accepted");
    t("padded header", &file(&(header(&[a(), b()]) + "      "), &data[..24]), "accepted");
    let texts = r#""__metadata__":{"format":"pt","note":"é \u0000 <b>"}"#.to_owned();
    t("with metadata", &file(&header(&[texts, a(), b()]), &data[..24]), "accepted");
    t(
        "empty metadata",
        &file(&header(&[r#""__metadata__":{}"#.to_owned(), a(), b()]), &data[..24]),
        "accepted",
    );
    let ids = tensor("esm.position_ids", "I64", "[1,1]", 24, 32);
    t("with an ignored tensor", &file(&header(&[a(), b(), ids]), &[0; 32]), "accepted");
    let halves = [tensor("a", "F16", "[2]", 0, 4), tensor("b", "BF16", "[2,2]", 4, 12)];
    t("half precision", &file(&header(&halves), &[0; 12]), "accepted");
    let escaped = tensor(r"\u0061", "F32", "[2]", 0, 8);
    t("an escaped name", &file(&header(&[escaped, b()]), &data[..24]), "accepted");
}

#[test]
fn files_that_are_something_else() {
    t("nothing", b"", "weights.empty");
    t("one byte", b"\x08", "weights.too_short");
    t("seven bytes", &[0; 7], "weights.too_short");
    t("a page", b"<!DOCTYPE html><html><head><title>404</title>", "weights.html");
    t("a page after blanks", b"\r\n  <html lang=\"en\">", "weights.html");
    t("a short page", b"<html>", "weights.html");
    t(
        "a pointer",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:24c5\nsize 31384292\n",
        "weights.lfs_pointer",
    );
    t("an index of parts", br#"{"metadata": {}, "weight_map": {}}"#, "weights.json");
    t("an error of a hub", br#"{"error":"Repository not found"}"#, "weights.json");
    t("a PyTorch archive", b"PK\x03\x04\0\0\x08\x08\0\0archive/data.pkl", "weights.pytorch_zip");
    t("an old PyTorch file", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "weights.pickle");
    t("a gzip file", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "weights.gzip");
    t("a GGUF file", b"GGUF\x03\0\0\0\0\0\0\0", "weights.gguf");
    t("an HDF5 file", b"\x89HDF\r\n\x1a\n\0\0\0\0", "weights.hdf5");
    t("a text", b"MKTAYIAKQRQISFVKSHFSRQ", "weights.header_too_large");
    t("zeros", &[0; 64], "weights.not_safetensors");
    t("a list", &file("[]", &[]), "weights.not_safetensors");
    t("a blank first", &file(&format!(" {}", header(&[a()])), &[0; 8]), "weights.not_safetensors");
}

#[test]
fn a_source_that_fails_is_not_a_damaged_file() {
    struct Failing;
    impl ByteSource for Failing {
        fn len(&self) -> u64 {
            1 << 20
        }
        fn read_at(&self, _: u64, _: &mut [u8]) -> Result<(), WeightsError> {
            Err(crossgrain_core::weights::WeightsProblem::Read {
                reason: "the disk was pulled out".to_owned(),
            }
            .into())
        }
    }
    assert_eq!(result_code(&Failing), "weights.read");
}
