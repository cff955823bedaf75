//! The path of the repository.

use std::path::{Path, PathBuf};

/// The root of the repository, which holds `Cargo.lock`.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().find(|folder| folder.join("Cargo.lock").exists());
    root.expect("a folder with Cargo.lock").to_owned()
}
