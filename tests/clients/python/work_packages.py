"""pyopenproject and openproject, unmodified, read and write the work packages of a Statuary: URL TOKEN PROJECT."""

import sys

from openproject.client import Client
from openproject.exceptions import APIError
from pyopenproject.business.exception.business_error import BusinessError
from pyopenproject.business.util.filter import Filter
from pyopenproject.model.work_package import WorkPackage
from pyopenproject.openproject import OpenProject

url, token, project = sys.argv[1:]


def step(name):
    print(name)


client = OpenProject(url=url, api_key=token)
service = client.get_work_package_service()
before = {one.id for one in service.find_all()}

step("pyopenproject prepares and creates")
form = service.create_form()
assert set(form._embedded["validationErrors"]) == {"subject", "type", "project"}, form._embedded["validationErrors"]
made = service.create(WorkPackage({
    "subject": "Berths of the north quay",
    "description": {"raw": "All **twelve**"},
    "estimatedTime": "PT8H",
    "_links": {"project": {"href": f"/api/v3/projects/{project}"}, "type": {"href": "/api/v3/types/1"}},
}))
assert (made.lockVersion, made.description["html"]) == (0, "<p>All <strong>twelve</strong></p>"), made.description

step("pyopenproject finds it, alone and in lists")
found = service.find(WorkPackage({"id": made.id}))
assert found._embedded["status"]["name"] == "New", found._embedded
assert {one.id for one in service.find_all()} == before | {made.id}
filters = [Filter("subject", "~", ["NORTH"]), Filter("status", "o", [])]
assert [one.id for one in service.find_all(filters=filters, sort_by='[["id", "desc"]]')] == [made.id]

step("pyopenproject sends all of it back with another subject")
found.subject = "Berths of the south quay"
changed = service.update(found, notify=False)
assert (changed.subject, changed.lockVersion, changed.estimatedTime) == ("Berths of the south quay", 1, "PT8H")
try:
    service.update(found)
except BusinessError as error:
    assert "UpdateConflict" in str(error.__cause__), error.__cause__
else:
    raise AssertionError("an old version was taken")

step("pyopenproject reads what belongs to it")
assert service.find_schema(WorkPackage({"id": f"{project}-1"})).subject["name"] == "Subject"
assert project in [str(one.id) for one in service.find_available_projects(changed)]
assert service.find_attachments(changed) == [] and service.find_relations(changed) == []
activities = list(service.find_activities(changed))
assert [one.version for one in activities] == [1, 2], activities

step("openproject changes the status")
packages = Client(url, token).work_packages
seen = packages.view(made.id)
statuses = {one["name"]: one["id"] for one in Client(url, token).statuses.list()["_embedded"]["elements"]}
closed = {"status": {"href": f"/api/v3/statuses/{statuses['Closed']}"}}
moved = packages.update(made.id, lock_version=seen["lockVersion"], _links=closed)
assert moved["_links"]["status"]["title"] == "Closed", moved["_links"]
assert made.id not in [one["id"] for one in packages.list()["_embedded"]["elements"]]
try:
    packages.create(subject="Without a project")
except APIError as error:
    assert "blank" in str(error.__dict__), error.__dict__
else:
    raise AssertionError("a work package without a project was created")

step("pyopenproject deletes")
service.delete(changed)
try:
    service.find(changed)
except BusinessError as error:
    assert "cannot be found or has been deleted" in str(error.__cause__), error.__cause__
else:
    raise AssertionError("a deleted work package was found")

print("all steps done")
