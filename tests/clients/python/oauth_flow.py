"""Authlib's client walks the whole flow: python oauth_flow.py SERVER_URL TOKEN CLIENT_ID CLIENT_SECRET.

The token is of the person who consents; the forms of the pages are sent as a browser would. Prints `all steps done`.
"""

import html
import os
import re
import sys
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

url, token, client_id, client_secret = sys.argv[1:]
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
callback = "http://127.0.0.1:8765/callback"
discovered = requests.get(f"{url}/.well-known/openid-configuration").json()
assert discovered["issuer"] == url

browser = requests.Session()


def consent(address, decision):
    """Opens the address, signing in where that is asked for, and sends the form of the decision: where that leads."""
    page = browser.get(address)
    if urlsplit(page.url).path == "/login":
        return_to = parse_qs(urlsplit(page.url).query)["return_to"][0]
        page = browser.post(f"{url}/login", {"token": token, "return_to": return_to})
    for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
        fields = dict(re.findall(r'name="(.*?)" value="(.*?)"', form))
        if fields.get("decision") == decision:
            fields = {name: html.unescape(value) for name, value in fields.items()}
            answer = browser.post(f"{url}/oauth/authorize", fields, allow_redirects=False)
            assert answer.status_code == 302, answer.status_code
            return answer.headers["Location"]
    raise AssertionError(page.text)


def session(method, **more):
    return OAuth2Session(
        client_id,
        client_secret,
        redirect_uri=callback,
        token_endpoint_auth_method=method,
        token_endpoint=discovered["token_endpoint"],
        revocation_endpoint_auth_method=method,
        code_challenge_method="S256",
        **more,
    )


for method in discovered["token_endpoint_auth_methods_supported"]:
    client = session(method, scope="api_v3 openid")
    verifier = generate_token(48)
    address, state = client.create_authorization_url(discovered["authorization_endpoint"], code_verifier=verifier)
    location = consent(address, "allow")
    assert location.startswith(callback)
    given = client.fetch_token(authorization_response=location, code_verifier=verifier, state=state)
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 7200, "api_v3 openid"), given
    assert client.get(f"{url}/api/v3/users/me").json()["name"] == "Ada Park"
    assert client.get(discovered["userinfo_endpoint"]).json()["email"] == "ada@example.com"

    renewed = client.refresh_token()
    assert renewed["refresh_token"] != given["refresh_token"]
    assert client.get(f"{url}/api/v1/users/me").status_code == 200
    about = client.introspect_token(discovered["introspection_endpoint"], token=renewed["access_token"]).json()
    assert about["active"] and about["client_id"] == client_id and about["sub"] == "2545", about
    assert client.revoke_token(discovered["revocation_endpoint"], token=renewed["access_token"]).status_code == 200
    assert requests.get(
        f"{url}/api/v1/users/me", headers={"Authorization": f"Bearer {renewed['access_token']}"}
    ).status_code == 401

# As Kantata's clients do: no scope, and a token that stays.
client = session("client_secret_post")
verifier = generate_token(48)
address, state = client.create_authorization_url(discovered["authorization_endpoint"], code_verifier=verifier)
given = client.fetch_token(authorization_response=consent(address, "allow"), code_verifier=verifier, state=state)
assert set(given) == {"access_token", "token_type"} and given["token_type"] == "bearer", given
assert client.get(f"{url}/api/v1/users/me").status_code == 200

# A wrong verifier, and a person who says no.
address, state = client.create_authorization_url(discovered["authorization_endpoint"], code_verifier=verifier)
location = consent(address, "allow")
try:
    client.fetch_token(authorization_response=location, state=state, code_verifier=generate_token(48))
    raise AssertionError("a wrong verifier was taken")
except OAuthError as refused:
    assert refused.error == "invalid_grant", refused
refused = parse_qs(urlsplit(consent(address, "deny")).query)
assert (refused["error"], refused["state"]) == (["access_denied"], [state]), refused

itself = OAuth2Session(client_id, client_secret, scope="api_v3")
given = itself.fetch_token(discovered["token_endpoint"], grant_type="client_credentials")
assert "refresh_token" not in given and itself.get(f"{url}/api/v3/users/me").json()["admin"] is True
print("all steps done")
