//! Zip archives made by hand, good or not.

/// A file in an archive, and what the archive says about it.
#[derive(Clone)]
pub struct File {
    pub name: String,
    pub local_name: String,
    pub data: Vec<u8>,
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    pub size: u32,
    pub extra: Vec<u8>,
    pub local_at: Option<u32>,
}

pub fn file(name: &str, data: &[u8]) -> File {
    let mut crc = flate2::Crc::new();
    crc.update(data);
    File {
        name: name.to_owned(),
        local_name: name.to_owned(),
        data: data.to_vec(),
        flags: 0x800,
        method: 0,
        crc: crc.sum(),
        size: u32::try_from(data.len()).unwrap(),
        extra: Vec::new(),
        local_at: None,
    }
}

/// The end record: disk, entries, size, offset, comment length.
pub struct End {
    pub disk: u16,
    pub entries: u16,
    pub size: u32,
    pub offset: u32,
    pub comment: u16,
}

/// An archive whose end record `change` may falsify.
pub fn zip_with(files: &[File], change: impl Fn(&mut End)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut central = Vec::new();
    for file in files {
        let at = u32::try_from(bytes.len()).unwrap();
        let length = |text: &str| u16::try_from(text.len()).unwrap().to_le_bytes();
        let sizes = [file.crc, file.size, file.size].map(u32::to_le_bytes).concat();
        bytes.extend(
            [&b"PK\x03\x04\0\0"[..], &file.flags.to_le_bytes(), &file.method.to_le_bytes(), &[0; 4]].concat(),
        );
        bytes.extend(
            [&sizes[..], &length(&file.local_name), &[0; 2], file.local_name.as_bytes(), &file.data].concat(),
        );
        let extra = u16::try_from(file.extra.len()).unwrap().to_le_bytes();
        central.extend(
            [&b"PK\x01\x02\0\0\0\0"[..], &file.flags.to_le_bytes(), &file.method.to_le_bytes(), &[0; 4]]
                .concat(),
        );
        central.extend([&sizes[..], &length(&file.name), &extra, &[0; 10]].concat());
        central.extend(file.local_at.unwrap_or(at).to_le_bytes());
        central.extend([file.name.as_bytes(), &file.extra].concat());
    }
    let mut end = End {
        disk: 0,
        entries: u16::try_from(files.len()).unwrap(),
        size: u32::try_from(central.len()).unwrap(),
        offset: u32::try_from(bytes.len()).unwrap(),
        comment: 0,
    };
    change(&mut end);
    bytes.extend(central);
    bytes.extend([&b"PK\x05\x06"[..], &end.disk.to_le_bytes(), &[0; 2]].concat());
    bytes.extend([end.entries.to_le_bytes(), end.entries.to_le_bytes()].concat());
    bytes.extend(
        [&end.size.to_le_bytes()[..], &end.offset.to_le_bytes(), &end.comment.to_le_bytes()].concat(),
    );
    bytes
}

pub fn zip(files: &[File]) -> Vec<u8> {
    zip_with(files, |_| {})
}

/// The files of a checkpoint: pickle and storages.
pub fn files(pickle: &[u8], storages: &[(&str, &[u8])]) -> Vec<File> {
    let storages = storages.iter().map(|(key, data)| file(&format!("archive/data/{key}"), data));
    [file("archive/data.pkl", pickle), file("archive/byteorder", b"little")]
        .into_iter()
        .chain(storages)
        .collect()
}

pub fn checkpoint(pickle: &[u8], storages: &[(&str, &[u8])]) -> Vec<u8> {
    zip(&files(pickle, storages))
}
