"""A minimal status service with FastAPI on SQLite, the peer of the benchmark: token authentication, durable commits."""

import hashlib
import json
import os
import sqlite3
from datetime import datetime, timezone

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

app = FastAPI()
db = sqlite3.connect(os.environ["SERVICE_DB"], isolation_level=None, check_same_thread=False)
db.row_factory = sqlite3.Row
db.executescript("pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000;")


class Report(BaseModel):
    workspace_id: int
    color: str
    description: str
    details: list[dict] = []


async def current_user(authorization: str = Header("")) -> int:
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).digest()
    row = db.execute("select user_id from tokens where sha256 = ?", (digest,)).fetchone()
    if row is None:
        raise HTTPException(401)
    return row["user_id"]


def to_json(row: sqlite3.Row) -> dict:
    return {**dict(row), "details": json.loads(row["details"])}


@app.get("/statuses")
async def statuses(_: int = Depends(current_user)):
    return {"statuses": [dict(row) for row in db.execute("select * from statuses order by position")]}


@app.get("/status_reports")
async def status_reports(workspace_id: int, page: int = 1, _: int = Depends(current_user)):
    (count,) = db.execute("select count(*) from status_reports where workspace_id = ?", (workspace_id,)).fetchone()
    rows = db.execute(
        "select * from status_reports where workspace_id = ? order by id limit 20 offset ?",
        (workspace_id, (page - 1) * 20),
    )
    return {"count": count, "status_reports": [to_json(row) for row in rows]}


@app.post("/status_reports", status_code=201)
async def create(report: Report, creator: int = Depends(current_user)):
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    row = db.execute(
        "insert into status_reports (workspace_id, color, description, details, creator_id, created_at, updated_at)"
        " values (?, ?, ?, ?, ?, ?, ?) returning *",
        (report.workspace_id, report.color, report.description, json.dumps(report.details), creator, now, now),
    ).fetchall()[0]
    return to_json(row)
