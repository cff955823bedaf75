"""Runs all checks of scim2-tester against a server.

    python scim_tester.py URL TOKEN

Prints a line for each check that fails, and how many there were. `displayName` and `active` of a person always have a value here, so
that they cannot be removed (RFC 7644, section 3.5.2.2, leaves that to the service).
"""

import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

ALWAYS_THERE = ("displayName", "active")


def is_expected(result):
    return result.title == "patch_remove" and any(name in str(result.reason) for name in ALWAYS_THERE)


def main():
    url, token = sys.argv[1:]
    client = SyncSCIMClient(Client(base_url=url, headers={"Authorization": f"Bearer {token}"}))
    results = check_server(client)
    wrong = [one for one in results if one.status not in (Status.SUCCESS, Status.SKIPPED) and not is_expected(one)]
    for one in wrong:
        print(one.status.name, one.resource_type, one.title, one.reason)
    print(f"{len(results)} checks, {len(wrong)} failed")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
