"""pyopenproject and openproject, unmodified, against a Statuary: URL TOKEN."""

import sys

from openproject.client import Client
from openproject.exceptions import AuthenticationError
from pyopenproject.business.exception.business_error import BusinessError
from pyopenproject.model.status import Status
from pyopenproject.openproject import OpenProject

url, token = sys.argv[1:]


def step(name):
    print(name)


step("pyopenproject lists the statuses in their order")
service = OpenProject(url=url, api_key=token).get_status_service()
statuses = service.find_all()
assert len(statuses) == 14, statuses
assert [status.position for status in statuses] == list(range(1, 15)), statuses
assert (statuses[0].name, statuses[0].isDefault, statuses[0].color) == ("New", True, "#1098AD")

step("pyopenproject finds one")
found = service.find(Status({"id": statuses[11].id}))
assert (found.name, found.isClosed, found.defaultDoneRatio) == ("Closed", True, 100)

step("pyopenproject says what is not there")
try:
    service.find(Status({"id": 999999}))
except BusinessError as error:
    assert "errors:NotFound" in str(error.__cause__), error.__cause__
else:
    raise AssertionError("a status that is not there was found")

step("pyopenproject lists the projects with their status")
projects = OpenProject(url=url, api_key=token).get_project_service().find_all()
assert [project.name for project in projects] == ["Elsewhere"], projects

step("openproject lists and views statuses")
client = Client(url, token)
elements = client.statuses.list()["_embedded"]["elements"]
assert [element["name"] for element in elements] == [status.name for status in statuses]
assert client.statuses.view(statuses[2].id)["name"] == "Specified"

step("openproject is refused with a wrong token")
try:
    Client(url, "wrong").statuses.list()
except AuthenticationError as error:
    assert "correct credentials" in repr(error.message), error.message
else:
    raise AssertionError("a wrong token was taken")

print("all steps done")
