"""openproject-ce-mcp, unmodified, reads and writes the work packages of a Statuary: PROGRAM URL TOKEN PROJECT."""

import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

program, url, token, project = sys.argv[1:]
SETTINGS = {
    "OPENPROJECT_BASE_URL": url,
    "OPENPROJECT_API_TOKEN": token,
    "OPENPROJECT_READ_PROJECTS": "*",
    "OPENPROJECT_WRITE_PROJECTS": "*",
    "OPENPROJECT_ENABLE_WORK_PACKAGE_WRITE": "true",
}


def result(answer):
    assert not answer.is_error, answer.content
    return json.loads(answer.content[0].text)


async def main():
    server = StdioServerParameters(command=program, args=[], env=SETTINGS)
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()

        async def call(name, **arguments):
            return result(await session.call_tool(name, arguments))

        print("it creates by the form")
        given = {"project": project, "type": "Task", "subject": "Crane of the east pier", "estimated_time": "PT10H"}
        prepared = await call("create_work_package", **given)
        assert prepared["ready"] and not prepared["validation_errors"], prepared
        made = (await call("create_work_package", **given, confirm=True))["result"]
        print("it lists and shows")
        listed = await call("list_work_packages", project=project, open_only=True, limit=50)
        assert made["id"] in [one["id"] for one in listed["results"]], listed
        shown = await call("get_work_package", work_package_id=made["id"])
        assert (shown["subject"], shown["status"]) == ("Crane of the east pier", "New"), shown
        print("it changes and comments")
        changed = await call("update_work_package", work_package_id=made["id"], subject="Crane of the west pier", percentage_done=40, confirm=True)
        assert changed["result"]["subject"] == "Crane of the west pier", changed
        await call("add_work_package_comment", work_package_id=made["id"], comment="It turns.", confirm=True)
        activities = await call("get_work_package_activities", work_package_id=made["id"])
        assert "It turns." in str(activities), activities
        closed = await call("update_work_package", work_package_id=made["id"], status="Closed", confirm=True)
        assert closed["result"]["status"] == "Closed", closed
        listed = await call("list_work_packages", project=project, open_only=True, limit=50)
        assert made["id"] not in [one["id"] for one in listed["results"]], listed
        print("it deletes")
        await call("delete_work_package", work_package_id=made["id"], confirm=True)
        print("all steps done")


asyncio.run(main())
