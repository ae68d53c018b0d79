//! The file or folder that an answer goes into. It is checked before anything is computed: it can be written, and it is no
//! input of the command. A file is written beside its place and renamed, so that its name always means a whole file.

use crate::file_failure::file_failure;
use crossgrain_api::Refusal;
use std::fs::{self, File};
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Where an answer goes.
pub struct Destination {
    path: PathBuf,
    /// What the command reads; none of it is written over.
    inputs: Vec<PathBuf>,
}

impl Destination {
    /// Checks that `path` can be written: a file of that name, or files in that folder where a `folder` may be given.
    ///
    /// # Errors
    /// `output.unwritable`, `output.is_input`.
    pub fn check(path: &Path, folder: bool, inputs: Vec<PathBuf>) -> Result<Self, Refusal> {
        let destination = Self { path: path.to_owned(), inputs };
        if path.is_dir() {
            if !folder {
                return Err(unwritable(path, &Error::from(ErrorKind::IsADirectory)));
            }
            destination.probe(&path.join("answer"))?;
        } else {
            destination.spare(path)?;
            destination.probe(path)?;
        }
        Ok(destination)
    }

    /// The file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a file is written that another can lie beside: no folder, no device, no pipe.
    pub fn is_file(&self) -> bool {
        !self.path.is_dir() && place(&self.path).is_ok_and(|place| replaceable(&place))
    }

    /// Checks that a file beside the destination can be written.
    ///
    /// # Errors
    /// As [`Destination::check`].
    pub fn check_beside(&self, path: &Path) -> Result<(), Refusal> {
        self.spare(path)?;
        self.probe(path)
    }

    /// Writes a file: the destination itself, or one in it.
    ///
    /// # Errors
    /// `output.unwritable`, `output.is_input`. A file that was there before is then as it was.
    pub fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
        self.stream(path, |file| file.write_all(bytes).map_err(|error| unwritable(path, &error)))
    }

    /// Has a file written piece by piece.
    ///
    /// # Errors
    /// As [`Destination::write`], and those of `fill`.
    pub fn stream<T>(
        &self,
        path: &Path,
        fill: impl FnOnce(&mut File) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.spare(path)?;
        let failed = |error: Error| unwritable(path, &error);
        let place = place(path).map_err(failed)?;
        if !replaceable(&place) {
            // A device or a pipe has no place beside it.
            return fill(&mut File::options().write(true).open(&place).map_err(failed)?);
        }
        let mut beside = Beside::create(&place).map_err(failed)?;
        let result = fill(&mut beside.file)?;
        beside.finish(&place).map_err(failed)?;
        Ok(result)
    }

    /// Writes nothing and leaves nothing, but finds out what would go wrong.
    fn probe(&self, path: &Path) -> Result<(), Refusal> {
        let place = place(path).map_err(|error| unwritable(path, &error))?;
        if replaceable(&place) {
            Beside::create(&place).map(drop).map_err(|error| unwritable(path, &error))?;
        }
        Ok(())
    }

    /// Refuses a file that the command reads.
    fn spare(&self, path: &Path) -> Result<(), Refusal> {
        if self.inputs.iter().any(|input| same_file(input, path)) {
            let hint = "an answer never replaces what it was made from: choose another name";
            let what = "the output is a file that this command reads";
            return Err(Refusal::in_file("output.is_input", &path.display().to_string(), what, hint));
        }
        Ok(())
    }
}

/// A file beside its place, which is removed unless it is finished.
struct Beside {
    path: PathBuf,
    file: File,
    finished: bool,
}

impl Beside {
    fn create(place: &Path) -> Result<Self, Error> {
        let name = place.file_name().ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        let mut hidden = std::ffi::OsString::from(".");
        // A long name stays within what file systems take.
        hidden.push(if name.len() > 200 { "output".as_ref() } else { name });
        hidden.push(format!(".{}.part", std::process::id()));
        let path = place.with_file_name(hidden);
        let file = File::create(&path)?;
        Ok(Self { path, file, finished: false })
    }

    /// Gives the file its name, in place of a file that had it before, with that file's permissions.
    fn finish(mut self, place: &Path) -> Result<(), Error> {
        self.file.sync_all()?;
        if let Ok(before) = fs::metadata(place) {
            let _ = self.file.set_permissions(before.permissions());
        }
        fs::rename(&self.path, place)?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The file that a name means: a symbolic link stays, and the file that it leads to is replaced.
fn place(path: &Path) -> Result<PathBuf, Error> {
    match path.canonicalize() {
        Ok(place) => Ok(place),
        // A link that leads nowhere yet is followed one step; a loop is refused by the system.
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::read_link(path) {
            Ok(target) => Ok(path.parent().unwrap_or(Path::new("")).join(target)),
            Err(_) => Ok(path.to_owned()),
        },
        Err(error) => Err(error),
    }
}

/// A file, or nothing yet.
fn replaceable(place: &Path) -> bool {
    fs::metadata(place).map_or(true, |found| found.is_file())
}

fn same_file(a: &Path, b: &Path) -> bool {
    let (Ok(left), Ok(right)) = (fs::metadata(a), fs::metadata(b)) else { return false };
    left.is_file() && right.is_file() && same_place(a, b, &left, &right)
}

#[cfg(unix)]
fn same_place(_: &Path, _: &Path, left: &fs::Metadata, right: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    // Also one file under two names.
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

#[cfg(not(unix))]
fn same_place(a: &Path, b: &Path, _: &fs::Metadata, _: &fs::Metadata) -> bool {
    a.canonicalize().is_ok_and(|left| b.canonicalize().is_ok_and(|right| left == right))
}

fn unwritable(path: &Path, error: &Error) -> Refusal {
    file_failure("output.unwritable", path, error)
}
