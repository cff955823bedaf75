//! The output of `export`, `verify` and `backup`: a file, a pipe, a device or standard output.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

/// The maximum number of symbolic links that Linux follows.
const MOST_LINKS: usize = 40;
/// The permissions of a new file, unless the file that it replaces has fewer.
const MODE: u32 = 0o600;

/// The target of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A regular file, which may not exist yet, after symbolic links are followed.
    File(PathBuf),
    /// A pipe, a socket, a device, or a file that this process has open: it is not replaced.
    Stream(PathBuf),
    /// Standard output.
    Standard,
}

impl Target {
    /// The target of a path; `-` is standard output.
    ///
    /// # Errors
    /// When it is a directory, or its metadata cannot be read.
    pub fn of(path: &Path) -> Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self::Standard);
        }
        let cannot = || format!("cannot write {}", path.display());
        let mut place = path.to_owned();
        for _ in 0..MOST_LINKS {
            if is_open_file(&place) {
                return Ok(Self::Stream(path.into()));
            }
            match place.symlink_metadata() {
                Ok(found) if found.is_symlink() => {
                    // `join` takes an absolute path as it is.
                    place = folder_of(&place).join(place.read_link().with_context(cannot)?);
                }
                Ok(found) if found.is_dir() => bail!("{}: it is a directory", cannot()),
                Ok(found) if found.is_file() => return Ok(Self::File(place)),
                Ok(_) => return Ok(Self::Stream(path.into())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Self::File(place));
                }
                Err(error) => return Err(error).with_context(cannot),
            }
        }
        bail!("{}: too many symbolic links", cannot())
    }
}

/// Whether a path is in `/proc` or `/dev/fd`, where open files have names and no other file can be created.
fn is_open_file(path: &Path) -> bool {
    let is_below = |folder: &Path| folder.starts_with("/proc") || folder.starts_with("/dev/fd");
    let folder = folder_of(path);
    is_below(folder) || folder.canonicalize().is_ok_and(|folder| is_below(&folder))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file that replaces its target when it is complete. Otherwise it is removed.
pub struct Draft {
    file: NamedTempFile,
    place: PathBuf,
}

impl Draft {
    /// Creates an empty file beside its target, on the same file system. It never has more permissions than the file that it
    /// replaces, and gets the same owner if possible.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn new(place: &Path) -> io::Result<Self> {
        let mut prefix = place.file_name().unwrap_or_default().to_owned();
        prefix.push(".");
        let mut draft = tempfile::Builder::new();
        let file = draft.prefix(&prefix).suffix(".partial").tempfile_in(folder_of(place))?;
        let mut mode = MODE;
        if let Ok(before) = place.metadata() {
            mode &= before.mode();
            let ours = file.as_file().metadata()?;
            if (ours.uid(), ours.gid()) != (before.uid(), before.gid()) {
                drop(std::os::unix::fs::fchown(file.as_file(), Some(before.uid()), Some(before.gid())));
            }
        }
        file.as_file().set_permissions(Permissions::from_mode(mode))?;
        Ok(Self { file, place: place.into() })
    }

    /// Its current path.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Syncs it to the disk and renames it to its target.
    ///
    /// # Errors
    /// When that fails.
    pub fn publish(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist(&self.place).map_err(|error| error.error)?;
        File::open(folder_of(&self.place))?.sync_all()
    }
}

/// A temporary file for output that is passed on slowly: in the directory of the store, which should have room for it, or, if
/// that is not writable, in the directory for temporary files.
///
/// # Errors
/// When neither is writable.
pub fn spool(data: Option<&Path>) -> Result<File> {
    if let Some(file) = data.and_then(|folder| tempfile::tempfile_in(folder).ok()) {
        return Ok(file);
    }
    let file = tempfile::tempfile();
    file.with_context(|| format!("cannot write a temporary file in {}", std::env::temp_dir().display()))
}

/// Writes the output of `make` to a target. A slow target does not slow down `make`, which may hold a snapshot of the store.
///
/// # Errors
/// The errors of `make` and of the target.
pub async fn write<T: Send + 'static>(
    target: Target,
    data: Option<&Path>,
    make: impl AsyncFnOnce(File) -> Result<T>,
) -> Result<T> {
    let (name, to) = match target {
        Target::File(place) => {
            let cannot = || format!("cannot write {}", place.display());
            let draft = Draft::new(&place).with_context(cannot)?;
            let result = make(draft.file.as_file().try_clone()?).await.with_context(cannot)?;
            draft.publish().with_context(cannot)?;
            return Ok(result);
        }
        Target::Stream(path) => (path.display().to_string(), Some(path)),
        Target::Standard => ("standard output".to_owned(), None),
    };
    let mut spool = spool(data)?;
    let result = make(spool.try_clone()?).await?;
    // In a separate thread, because a pipe may block indefinitely.
    let (done, passed_on) = tokio::sync::oneshot::channel();
    std::thread::Builder::new().name("output".into()).spawn(move || {
        let pass_on = || {
            spool.seek(SeekFrom::Start(0))?;
            match to {
                None => copy(&mut spool, io::stdout().lock()),
                Some(path) => {
                    // Opening a pipe waits for a reader. A file at this point is open elsewhere, so it is appended to.
                    let is_file = path.metadata()?.file_type().is_file();
                    let mut options = OpenOptions::new();
                    options.write(true).append(is_file);
                    copy(&mut spool, options.open(path)?)
                }
            }
        };
        drop(done.send(pass_on()));
    })?;
    passed_on.await?.with_context(|| format!("cannot write {name}"))?;
    Ok(result)
}

fn copy(from: &mut impl Read, to: impl Write) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 16, to);
    io::copy(from, &mut to)?;
    to.flush()
}

/// The type of a path that is not a regular file, for an error message.
pub fn kind(path: &Path) -> &'static str {
    match path.metadata().map(|found| found.file_type()) {
        Ok(kind) if kind.is_fifo() => "a pipe",
        Ok(kind) if kind.is_socket() => "a socket",
        Ok(kind) if kind.is_char_device() || kind.is_block_device() => "a device",
        _ => "a file that is open",
    }
}
