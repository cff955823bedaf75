"""Copies the rows of a Statuary store to a peer: `rows.py fastapi FILE STORE`, `rows.py pocketbase FOLDER STORE PROGRAM ADDRESS`.

Prints `token: TOKEN`, which authenticates requests to the peer. Uses only the standard library.
"""

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

INSTANT = "strftime('%Y-%m-%d %H:%M:%S.000Z', {0} / 1000000, 'unixepoch')"
CREATED, UPDATED = INSTANT.format("created_at"), INSTANT.format("updated_at")
STATUS = "name, is_closed, coalesce(color, ''), is_default, is_readonly, position"
STATUSES = f"from source.statuses where account_id = 1"
REPORTS = f"workspace_id, color, description, details, creator_id, {CREATED}, {UPDATED} from source.status_reports where account_id = 1"


def fastapi(file, store):
    db = sqlite3.connect(file)
    db.executescript(
        "pragma journal_mode = wal;"
        "create table tokens (sha256 blob primary key, user_id integer not null);"
        "create table statuses (id integer primary key, name text, is_closed integer, color text, is_default integer,"
        " is_readonly integer, position integer);"
        "create table status_reports (id integer primary key, workspace_id integer not null, color text not null,"
        " description text not null, details text not null, creator_id integer not null, created_at text not null,"
        " updated_at text not null);"
    )
    token = "a token of the service"
    db.execute("attach ? as source", (store,))
    db.execute("insert into tokens values (?, 1)", (hashlib.sha256(token.encode()).digest(),))
    db.execute(f"insert into statuses select id, {STATUS} {STATUSES}")
    db.execute(f"insert into status_reports select id, {REPORTS}")
    db.execute("create index status_reports_of_workspace on status_reports (workspace_id, id)")
    db.commit()
    print("token:", token)


def pocketbase(folder, store, program, address):
    credentials = {"identity": "bench@synthetic.example", "password": "of-the-benchmark"}
    upsert = [program, "superuser", "upsert", *credentials.values(), "--dir", folder]
    subprocess.run(upsert, check=True, stdout=subprocess.DEVNULL, timeout=60)
    server = subprocess.Popen([program, "serve", "--http", address, "--dir", folder], stdout=subprocess.DEVNULL)
    try:
        token = post(address, "/api/collections/_superusers/auth-with-password", None, credentials)["token"]
        text, number, switch = ([kind] for kind in ("text", "number", "bool"))
        create_collection(address, token, "statuses", {"name": text, "is_closed": switch, "color": text, "is_default": switch,
                                                       "is_readonly": switch, "position": number})
        create_collection(address, token, "status_reports", {"workspace_id": number, "color": text, "description": text,
                                                "details": ["json"], "creator_id": number,
                                                "created": ["autodate", "onCreate"],
                                                "updated": ["autodate", "onCreate", "onUpdate"]},
             ["create index status_reports_of_workspace on status_reports (workspace_id, id)"])
    finally:
        server.terminate()
        server.wait(timeout=30)
    db = sqlite3.connect(f"{folder}/data.db")
    db.execute("attach ? as source", (store,))
    identity = "printf('%015d', id)"
    db.execute(f"insert into statuses (id, name, is_closed, color, is_default, is_readonly, position)"
               f" select {identity}, {STATUS} {STATUSES}")
    db.execute(f"insert into status_reports (id, workspace_id, color, description, details, creator_id, created, updated)"
               f" select {identity}, {REPORTS}")
    db.commit()
    print("token:", token)


def create_collection(address, token, name, fields, indexes=()):
    fields = [{"name": field, "type": kind, **dict.fromkeys(options, True)} for field, (kind, *options) in fields.items()]
    post(address, "/api/collections", token, {"name": name, "type": "base", "fields": fields, "indexes": list(indexes)})


def post(address, path, token, body):
    headers = {"Content-Type": "application/json", **({"Authorization": token} if token else {})}
    request = urllib.request.Request(f"http://{address}{path}", json.dumps(body).encode(), headers)
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            sys.exit(f"{path}: {error.code} {error.read().decode()}")
        except OSError:
            # The server does not listen yet.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


if __name__ == "__main__":
    {"fastapi": fastapi, "pocketbase": pocketbase}[sys.argv[1]](*sys.argv[2:])
