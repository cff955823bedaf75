//! Where commands write what they make: a file, a pipe, a device or standard output.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

/// As many symbolic links as Linux follows.
const MOST_LINKS: usize = 40;
/// The permissions of what is written, unless the file that was there had fewer.
const MODE: u32 = 0o600;

/// Where a command writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A regular file, or a place for one: where the symbolic links lead.
    File(PathBuf),
    /// A pipe, a socket, a device, or a file that this process has open: it is written to as it is.
    Stream(PathBuf),
    /// Standard output.
    Standard,
}

impl Target {
    /// What a path stands for; `-` is standard output.
    ///
    /// # Errors
    /// When it is a directory, or cannot be looked at.
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

/// What a process has open has a name in `/proc` and `/dev/fd`, beside which there is no place for another file.
fn is_open_file(path: &Path) -> bool {
    let is_below = |folder: &Path| folder.starts_with("/proc") || folder.starts_with("/dev/fd");
    let folder = folder_of(path);
    is_below(folder) || folder.canonicalize().is_ok_and(|folder| is_below(&folder))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file under way to its place, which it takes when it is whole. It goes away unless it does.
pub struct Draft {
    file: NamedTempFile,
    place: PathBuf,
}

impl Draft {
    /// An empty file beside its place, on the same file system. Its permissions are never wider than those of what it
    /// replaces, and its owner is the same where that is allowed.
    ///
    /// # Errors
    /// When there can be none.
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

    /// Where it is now.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// It takes its place when it and its name are on the disk.
    ///
    /// # Errors
    /// When it cannot.
    pub fn publish(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist(&self.place).map_err(|error| error.error)?;
        File::open(folder_of(&self.place))?.sync_all()
    }
}

/// A file without a name for what is passed on slowly: in the folder of the store, which has room for such, where that
/// can be written, and where temporary files go otherwise.
///
/// # Errors
/// When neither can be written.
pub fn spool(data: Option<&Path>) -> Result<File> {
    if let Some(file) = data.and_then(|folder| tempfile::tempfile_in(folder).ok()) {
        return Ok(file);
    }
    let file = tempfile::tempfile();
    file.with_context(|| format!("cannot write a temporary file in {}", std::env::temp_dir().display()))
}

/// Writes what `make` makes to a target. It is made at once, however slowly the target takes it: `make` may hold a
/// snapshot of the store.
///
/// # Errors
/// Those of `make`, and those of the target.
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
    // In a thread of its own, for nobody knows when it ends.
    let (done, passed_on) = tokio::sync::oneshot::channel();
    std::thread::Builder::new().name("output".into()).spawn(move || {
        let pass_on = || {
            spool.seek(SeekFrom::Start(0))?;
            match to {
                None => copy(&mut spool, io::stdout().lock()),
                Some(path) => {
                    // Opening a pipe waits for a reader. What is a file here is open in another place, too.
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

/// What a path is, for people who expected a file.
pub fn kind(path: &Path) -> &'static str {
    match path.metadata().map(|found| found.file_type()) {
        Ok(kind) if kind.is_fifo() => "a pipe",
        Ok(kind) if kind.is_socket() => "a socket",
        Ok(kind) if kind.is_char_device() || kind.is_block_device() => "a device",
        _ => "a file that is open",
    }
}
