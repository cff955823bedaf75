"""The official Python client, unmodified, as an agent: python agent.py URL PERSON_TOKEN DRAFT_TOKEN STATUARY.

It reads and drafts over HTTP, in the current revision and in one with a handshake, and over the standard streams of
`statuary mcp`; then it registers itself, and a person consents. The store has one account. Prints `all steps done`.
"""

import asyncio
import html
import json
import re
import sys
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.auth import OAuthClientProvider
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

url, person, draft_token, statuary = sys.argv[1:]
callback = "http://127.0.0.1:8765/callback"
own = httpx2.Client(base_url=url, headers={"authorization": f"Bearer {person}"}, timeout=30)


def api(method, path, body=None):
    answer = own.request(method, f"/api/statuary/v1{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


def result(answer):
    assert not answer.is_error, answer.content
    found = json.loads(answer.content[0].text)
    assert list(found) == ["notice", "data"], found
    return found["data"]


async def act(client, workspace):
    """Reads, and leaves a draft: its id."""
    names = {tool.name for tool in (await client.list_tools()).tools}
    assert "draft_report" in names and not any("publish" in name for name in names), names
    found = result(await client.call_tool("find_workspaces", {"search": "crane"}))
    assert [one["id"] for one in found["workspaces"]] == [workspace], found
    sentence = {"text": "The crane waits.", "sources": [{"type": "workspace", "id": workspace}]}
    made = result(await client.call_tool(
        "draft_report", {"workspace_id": workspace, "color": "yellow", "sentences": [sentence]}
    ))
    wrong = await client.call_tool("draft_report", {"workspace_id": workspace, "color": "yellow", "sentences": []})
    assert wrong.is_error and "sentences" in wrong.content[0].text, wrong.content
    return made["id"]


class Memory:
    """Keeps the tokens of the client."""

    def __init__(self):
        self.tokens = self.client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


def consent(address):
    """A person signs in and allows what the page of the address asks for: where that leads."""
    with httpx2.Client(follow_redirects=True, timeout=30) as browser:
        page = browser.get(address)
        return_to = parse_qs(urlsplit(str(page.url)).query)["return_to"][0]
        page = browser.post(f"{url}/login", data={"token": person, "return_to": return_to})
        assert "registered itself" in page.text, page.text
        for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
            fields = dict(re.findall(r'name="(.*?)" value="(.*?)"', form))
            if fields.get("decision") == "allow":
                fields = {name: html.unescape(value) for name, value in fields.items()}
                answer = browser.post(f"{url}/oauth/authorize", data=fields, follow_redirects=False)
                assert answer.status_code == 302, answer.status_code
                return answer.headers["location"]
    raise AssertionError(page.text)


async def main():
    workspace = api("POST", "/workspaces", {"title": "Crane of the east pier"})["id"]
    drafts = []
    headers = {"authorization": f"Bearer {draft_token}"}
    for mode in ["2026-07-28", "auto", "legacy"]:
        async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
            async with Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client:
                drafts.append(await act(client, workspace))
        print(f"over HTTP, {mode}")
    program = StdioServerParameters(command=statuary, args=["mcp", "--url", url, "--token", draft_token])
    for mode in ["auto", "legacy"]:
        async with Client(stdio_client(program), mode=mode) as client:
            drafts.append(await act(client, workspace))
        print(f"over standard streams, {mode}")

    memory, led = Memory(), []

    async def redirect(address):
        led.append(consent(address))

    async def returned():
        members = {name: values[0] for name, values in parse_qs(urlsplit(led[-1]).query).items()}
        return AuthorizationCodeResult(code=members["code"], state=members["state"], iss=members["iss"])

    metadata = OAuthClientMetadata(client_name="Scribe", redirect_uris=[callback], scope="draft")
    provider = OAuthClientProvider(f"{url}/mcp", metadata, memory, redirect, returned)
    async with httpx2.AsyncClient(auth=provider, timeout=30) as http:
        async with Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client:
            drafts.append(await act(client, workspace))
    assert memory.tokens.scope.split()[0] == "draft" and memory.tokens.refresh_token, memory.tokens
    granted = {"authorization": f"Bearer {memory.tokens.access_token}"}
    report = {"color": "green", "description": "All is well."}
    for path, body in [(f"/workspaces/{workspace}/status_reports", report), (f"/report_drafts/{drafts[0]}/publish", {})]:
        answer = httpx2.post(f"{url}/api/statuary/v1{path}", json=body, headers=granted)
        assert answer.status_code == 403, answer.text
    print("registered, with the consent of a person")

    listed = api("GET", "/report_drafts")["report_drafts"]
    assert [one["id"] for one in reversed(listed)] == drafts, listed
    assert listed[0]["agent"] == "Scribe", listed[0]
    published = api("POST", f"/report_drafts/{drafts[0]}/publish", {})
    assert published["description"] == "The crane waits.", published
    print("all steps done")


asyncio.run(main())
