"""Checks the Compose file and a list of parts: check.py COMPOSE SBOM."""

import sys

from compose_spec import PyCompose
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

compose, sbom = (open(path, encoding="utf-8").read() for path in sys.argv[1:])
read = PyCompose.from_yaml(compose)
read.validate()
assert set(read.service_names()) == {"statuary", "postgres"}, read.service_names()
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom)
assert error is None, error
