//! Archives whose directory is wrong.

use crate::archive::{File, checkpoint, file, files, zip, zip_with};
use crate::pickle::good;
use crate::{Case, case};

const DATA: &[u8] = &[0; 8];

pub fn cases() -> Vec<Case> {
    let with = |change: &dyn Fn(&mut Vec<File>)| {
        let mut files = files(&good(), &[("0", DATA)]);
        change(&mut files);
        zip(&files)
    };
    let end = |change: &dyn Fn(&mut crate::archive::End)| zip_with(&files(&good(), &[("0", DATA)]), change);
    let wide = |sizes: [u64; 3]| {
        with(&move |files| {
            files[2].size = u32::MAX;
            files[2].extra = [&[1, 0, 24, 0][..], &sizes.map(u64::to_le_bytes).concat()].concat();
            files[2].local_at = Some(u32::MAX);
        })
    };
    let mut tar = vec![0; 1024];
    tar[..8].copy_from_slice(b"sys_info");
    tar[257..262].copy_from_slice(b"ustar");
    vec![
        case("a good one", checkpoint(&good(), &[("0", DATA)]), "accepted"),
        case("nothing", Vec::new(), "weights.empty"),
        case("a page", b"<!DOCTYPE html><html>".to_vec(), "weights.html"),
        case("an old pickle", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.".to_vec(), "weights.pickle"),
        case("a tar archive", tar, "weights.tar"),
        case("a text", b"MKTAYIAKQR".to_vec(), "weights.not_zip"),
        case("no end record", b"PK\x03\x04 and so on".to_vec(), "weights.zip_damaged"),
        case("another archive", zip(&[file("word/document.xml", b"<xml>")]), "weights.no_pickle"),
        case("a program", with(&|f| f.push(file("archive/constants.pkl", b"."))), "weights.torchscript"),
        case("two pickles", with(&|f| f.push(file("other/data.pkl", &good()))), "weights.zip_duplicate"),
        case("deflate bomb", with(&|f| f[2].method = 8), "weights.zip_compressed"),
        case("bzip2 bomb", with(&|f| f[0].method = 12), "weights.zip_compressed"),
        case("encrypted", with(&|f| f[2].flags |= 1), "weights.zip_encrypted"),
        case("one name twice", with(&|f| f.push(file("archive/data/0", DATA))), "weights.zip_duplicate"),
        case("a way out", with(&|f| f[2].name = "../../etc/passwd".to_owned()), "weights.zip_name"),
        case("an absolute name", with(&|f| f[2].name = "/archive/data/0".to_owned()), "weights.zip_name"),
        case("a Windows name", with(&|f| f[2].name = "archive\\data\\0".to_owned()), "weights.zip_name"),
        case(
            "a line end in a name",
            with(&|f| f[2].name = "archive/data/0\n".to_owned()),
            "weights.zip_name",
        ),
        case(
            "two names for a file",
            with(&|f| f[2].local_name = "archive/data/1".to_owned()),
            "weights.zip_damaged",
        ),
        case(
            "bytes counted twice",
            with(&|f| {
                // Every second file is the first again: how a small archive unpacks to petabytes.
                let mut again = f[2].clone();
                again.name = "archive/data/1".to_owned();
                again.local_name = "archive/data/0".to_owned();
                again.local_at = Some(0);
                f.push(again);
            }),
            "weights.zip_damaged",
        ),
        case("files that overlap", overlapping(), "weights.zip_overlap"),
        case("a wrong check sum", with(&|f| f[0].crc ^= 1), "weights.zip_crc"),
        case("a file beyond the end", with(&|f| f[2].size = 1 << 30), "weights.zip_damaged"),
        case("an offset beyond the end", with(&|f| f[2].local_at = Some(1 << 30)), "weights.zip_damaged"),
        case("64-bit sizes that overflow", wide([u64::MAX, u64::MAX, 0]), "weights.zip_damaged"),
        case("64-bit sizes that differ", wide([8, 9, 0]), "weights.zip_damaged"),
        case("a 64-bit offset that overflows", wide([8, 8, u64::MAX - 10]), "weights.zip_damaged"),
        case("64-bit sizes missing", with(&|f| f[2].size = u32::MAX), "weights.zip_damaged"),
        case("65,534 files claimed", end(&|e| e.entries = 65_534), "weights.zip_too_many"),
        case("a directory of 2 GB", end(&|e| e.size = 1 << 31), "weights.zip_too_many"),
        case("a directory elsewhere", end(&|e| e.offset -= 1), "weights.zip_damaged"),
        case("fewer files than listed", end(&|e| e.entries = 2), "weights.zip_damaged"),
        case("more files than listed", end(&|e| e.entries = 4), "weights.zip_damaged"),
        case("several disks", end(&|e| e.disk = 1), "weights.zip_damaged"),
        case("64-bit end claimed", end(&|e| e.offset = u32::MAX), "weights.zip_damaged"),
        case("a comment that is not there", end(&|e| e.comment = 9), "weights.zip_damaged"),
        case(
            "bytes after the end",
            [checkpoint(&good(), &[("0", DATA)]), vec![0]].concat(),
            "weights.zip_damaged",
        ),
        case(
            "the other byte order",
            with(&|f| f[1] = file("archive/byteorder", b"big")),
            "weights.big_endian",
        ),
        case(
            "a byte order of 1 MB",
            with(&|f| f[1] = file("archive/byteorder", &vec![b'x'; 1 << 20])),
            "weights.big_endian",
        ),
        case("a pickle of 17 MiB", checkpoint(&vec![b'N'; 17 << 20], &[]), "weights.pickle_too_large"),
    ]
}

/// A storage whose bytes hold a whole further file, which is listed too.
fn overlapping() -> Vec<u8> {
    let inner = zip(&[file("archive/data/1", &[0; 8])]);
    let local = inner.get(..30 + 14 + 8).unwrap();
    let mut all = files(&good(), &[("0", local)]);
    let before: usize =
        all.iter().map(|file| 30 + file.name.len() + file.data.len()).sum::<usize>() - local.len();
    let mut hidden = file("archive/data/1", &[0; 8]);
    hidden.local_at = Some(u32::try_from(before).unwrap());
    hidden.data = Vec::new();
    hidden.local_name = "elsewhere".to_owned();
    all.push(hidden);
    zip(&all)
}
