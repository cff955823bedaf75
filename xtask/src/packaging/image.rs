//! The image of `deploy/Dockerfile`: buildah makes its last stage around a static binary that is built already, and the image runs
//! with a read-only file system, as its user, in namespaces of its own. The stage that compiles needs an image of a registry.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail, ensure};
use serde_json::Value;

use super::tools::output;
use crate::machine;

const AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Starts the server of the image, waits until the image's health check passes, and stops the server. `$1` is the file system of the
/// image, `$2` its user; the environment is that of the image.
const RUN: &str = r#"
set -e
ip link set lo up
test "$(stat -c %a:%u "$1/data" "$1/tmp" | tr '\n' ' ')" = "700:65532 1777:0 "
mount --bind "$1" "$1"
# Every container has devices.
mkdir "$1/dev"
mount --rbind /dev "$1/dev"
mount -o remount,bind,ro "$1"
if touch "$1/written" 2>/dev/null; then exit 1; fi
mount -t tmpfs -o mode=0700,uid="${2%:*}",gid="${2#*:}" tmpfs "$1/data"
mount -t tmpfs tmpfs "$1/tmp"
chroot --userspec="$2" "$1" /statuary serve &
server=$!
for attempt in $(seq 100); do
    if chroot --userspec="$2" "$1" /statuary healthcheck 2>/dev/null; then
        chroot --userspec="$2" "$1" /statuary verify
        kill -TERM $server
        wait $server
        exit
    fi
    sleep 0.1
done
exit 1
"#;

/// Makes and runs the image.
pub fn run(binary: &Path) -> Result<()> {
    if !machine::is_root()? || !Path::new("/usr/bin/buildah").exists() {
        bail!("the test of the image needs root, and the Debian package buildah");
    }
    let folder = tempfile::Builder::new().prefix("statuary-image-").tempdir()?;
    let context = folder.path().join("context");
    stage(binary, &context)?;
    let buildah = || {
        let mut buildah = Command::new("buildah");
        buildah.args(["--storage-driver", "vfs", "--root"]).arg(folder.path().join("storage"));
        buildah.arg("--runroot").arg(folder.path().join("run"));
        buildah
    };
    let mut build = buildah();
    build.args(["build", "--isolation", "chroot", "--format", "docker", "--tag", "statuary"]);
    // It stands for the stage that compiles.
    build.arg(format!("--build-context=build={}", context.display()));
    build.arg("--file").arg(machine::root().join("deploy/Dockerfile")).arg(&context);
    machine::succeed(&mut build)?;

    let container = output(buildah().args(["from", "--pull-never", "statuary"]))?;
    let described: Value = serde_json::from_str(&output(buildah().args(["inspect", &container]))?)?;
    let config = &described["Docker"]["config"];
    ensure!(config["User"] == "65532:65532", "the user is {}", config["User"]);
    ensure!(
        config["Healthcheck"]["Test"] == serde_json::json!(["CMD", "/statuary", "healthcheck"]),
        "{config}"
    );
    let root = output(buildah().args(["mount", &container]))?;
    let mut inside = Command::new("unshare");
    inside.args(["--mount", "--propagation", "private", "--net", "--pid", "--fork", "--kill-child"]);
    inside
        .args(["sh", "-c", RUN, "sh", &root, "65532:65532"])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    for pair in config["Env"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if let Some((name, value)) = pair.split_once('=').filter(|(name, _)| *name != "PATH") {
            inside.env(name, value);
        }
    }
    machine::succeed(&mut inside)?;
    machine::succeed(buildah().args(["umount", &container]))?;
    println!("the image was built, and ran with a read-only file system");
    Ok(())
}

/// Makes the folders that the stage which compiles leaves.
fn stage(binary: &Path, context: &Path) -> Result<()> {
    for (name, mode) in [("image/etc/ssl/certs", 0o755), ("image/tmp", 0o1777), ("owned/data", 0o700)] {
        fs::create_dir_all(context.join(name))?;
        fs::set_permissions(context.join(name), fs::Permissions::from_mode(mode))?;
    }
    fs::copy(AUTHORITIES, context.join("image/etc/ssl/certs/ca-certificates.crt"))?;
    fs::copy(binary, context.join("image/statuary"))?;
    Ok(())
}
