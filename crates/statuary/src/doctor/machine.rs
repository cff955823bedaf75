//! Checks of the machine: directories and files, free space, and the limit of open files.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Access, access, statvfs};
use rustix::process::{Resource, geteuid, getrlimit};

use super::Check;
use base::clock::Time;
use base::tls;
use front::server::open_files::OTHER_FILES;

const MEBIBYTE: u64 = 1 << 20;
/// Free space below which the check fails.
const LEAST_FREE: u64 = 64 * MEBIBYTE;
/// Free space below which the check warns.
const LITTLE_FREE: u64 = 1024 * MEBIBYTE;
/// Number of days before the end of a certificate from which the check warns.
const DAYS_BEFORE: i64 = 30;

/// Checks the directory and the file of the embedded store.
pub fn data(store: &Path) -> Vec<Check> {
    const NAME: &str = "data directory";
    let folder = store.parent().unwrap_or(Path::new("."));
    let shown = folder.display();
    let Ok(metadata) = folder.metadata() else {
        let nearest = folder.ancestors().skip(1).find(|above| above.exists());
        let nearest = nearest.filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return vec![if nearest.is_dir() && access(nearest, Access::WRITE_OK).is_ok() {
            Check::warn(NAME, format!("{shown} does not exist yet"), "`statuary serve` creates it")
        } else {
            let advice = "create the directory, owned by the user of the server";
            Check::fail(NAME, format!("{shown} does not exist and cannot be created"), advice)
        }];
    };
    if !metadata.is_dir() {
        let advice = "name another directory with --data or STATUARY_DATA";
        return vec![Check::fail(NAME, format!("{shown} is not a directory"), advice)];
    }
    let all = Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK;
    let mut checks = vec![if access(folder, all).is_ok() {
        Check::ok(NAME, format!("{shown} can be written to"))
    } else {
        Check::fail(
            NAME,
            format!("{shown} cannot be written to"),
            "change its owner to the user of the server",
        )
    }];
    checks.extend(statvfs(folder).ok().map(|stat| space(stat.f_bavail.saturating_mul(stat.f_frsize))));
    checks.extend(file_system(folder));
    if let Ok(file) = store.metadata() {
        checks.push(permissions(store, &file, &metadata));
    }
    checks
}

/// Whether the access log can be appended to or created. Writes nothing.
pub fn access_log(path: &Path) -> Check {
    const NAME: &str = "access log";
    let shown = path.display();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_writable = if path.exists() {
        !path.is_dir() && access(path, Access::WRITE_OK).is_ok()
    } else {
        folder.is_dir() && access(folder, Access::WRITE_OK).is_ok()
    };
    if is_writable {
        Check::ok(NAME, format!("{shown} can be written to"))
    } else {
        let advice = "create its directory, owned by the user of the server";
        Check::fail(NAME, format!("{shown} cannot be written to"), advice)
    }
}

/// Whether backups can be written to their folder. Writes nothing.
pub fn backups(folder: &Path) -> Check {
    const NAME: &str = "backup folder";
    let shown = folder.display();
    if !folder.exists() {
        Check::warn(NAME, format!("{shown} does not exist yet"), "`statuary serve` creates it")
    } else if folder.is_dir() && access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok() {
        Check::ok(NAME, format!("{shown} can be written to"))
    } else {
        let advice = "change its owner to the user of the server";
        Check::fail(NAME, format!("{shown} is not a folder that can be written to"), advice)
    }
}

/// Whether there is enough free space.
pub fn space(free: u64) -> Check {
    const NAME: &str = "free space";
    let finding = format!("{} MiB", free / MEBIBYTE);
    if free < LEAST_FREE {
        Check::fail(NAME, finding, "free some space: without any, writes are refused")
    } else if free < LITTLE_FREE {
        Check::warn(NAME, finding, "free some space: the store and its backups grow")
    } else {
        Check::ok(NAME, finding)
    }
}

/// Whether users other than that of the server can read the store.
fn permissions(store: &Path, file: &Metadata, folder: &Metadata) -> Check {
    const NAME: &str = "database file";
    let shown = store.display();
    let (owner, own) = (file.uid(), geteuid().as_raw());
    if access(store, Access::READ_OK | Access::WRITE_OK).is_err() {
        let advice = "change its owner to the user of the server";
        Check::fail(NAME, format!("{shown} cannot be read and written"), advice)
    } else if owner != own {
        let finding = format!("{shown} belongs to user {owner}, and this is user {own}");
        Check::warn(NAME, finding, "run `statuary doctor` as the user of the server")
    } else if file.mode() & 0o004 != 0 && folder.mode() & 0o001 != 0 {
        let advice = format!("chmod 700 {}", store.parent().unwrap_or(store).display());
        Check::warn(NAME, format!("every user of this machine can read {shown}"), advice)
    } else {
        Check::ok(NAME, format!("{shown} is not readable by every user"))
    }
}

/// Whether the store is on a network file system, whose locks are not reliable.
#[cfg(target_os = "linux")]
fn file_system(folder: &Path) -> Option<Check> {
    /// From linux/magic.h.
    const REMOTE: [(u64, &str); 7] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB2"),
        (0x0102_1997, "9P"),
        (0x00c3_6400, "Ceph"),
        (0x5346_414f, "AFS"),
    ];
    let number = u64::try_from(rustix::fs::statfs(folder).ok()?.f_type).ok()?;
    let (_, name) = REMOTE.into_iter().find(|(remote, _)| *remote == number & 0xffff_ffff)?;
    let advice = "keep the store on a disk of this machine, or use PostgreSQL";
    Some(Check::fail(
        "file system",
        format!("{name} does not support the locks of a write-ahead log"),
        advice,
    ))
}

#[cfg(not(target_os = "linux"))]
fn file_system(_: &Path) -> Option<Check> {
    None
}

/// Whether the process may open enough files for its connections.
pub fn open_files(max_connections: usize) -> Check {
    const NAME: &str = "open files";
    let needed = (max_connections as u64).saturating_add(OTHER_FILES);
    // The server raises its own limit as far as it may.
    match getrlimit(Resource::Nofile).maximum {
        Some(limit) if limit < needed => Check::fail(
            NAME,
            format!("{limit} are allowed here, and {max_connections} connections need {needed}"),
            "raise the limit (ulimit -n, LimitNOFILE=), or lower STATUARY_MAX_CONNECTIONS",
        ),
        Some(limit) => Check::ok(NAME, format!("{limit} are allowed here, {needed} are needed")),
        None => Check::ok(NAME, "any number is allowed here"),
    }
}

/// Checks the certificate and its key.
pub fn certificate(files: &tls::CertificateFiles, now: Time) -> Check {
    const NAME: &str = "certificate";
    const ADVICE: &str = "replace it with a renewed one and send the server SIGHUP";
    let (from, to) = match files.validity() {
        Ok(validity) => validity,
        Err(error) => {
            return Check::fail(NAME, format!("{error:#}"), "name a certificate and its key in PEM format");
        }
    };
    if now > to {
        return Check::fail(NAME, format!("it was valid until {to}"), ADVICE);
    }
    if now < from {
        return Check::fail(NAME, format!("it is not valid before {from}"), ADVICE);
    }
    if now.plus_seconds(DAYS_BEFORE * 86_400) > to {
        return Check::warn(NAME, format!("it is valid until {to}"), ADVICE);
    }
    let is_open = files.key.metadata().is_ok_and(|key| key.mode() & 0o004 != 0);
    if is_open {
        let key = files.key.display();
        return Check::warn(
            NAME,
            format!("every user of this machine can read {key}"),
            format!("chmod 600 {key}"),
        );
    }
    Check::ok(NAME, format!("it matches its key, and is valid until {to}"))
}
