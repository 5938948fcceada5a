"""The service on SQLite: full pages of 20, and creates."""

import sqlite3
import subprocess

import load
import peers
from settings import BINARY, FOLDER, SECRET
from tokens import hs256
from workloads import interleave, progress

USERS = 1000
TASKS = 100
FILL = f"""
with recursive
    users(u) as (select 1 union all select u + 1 from users where u < {USERS}),
    tasks(t) as (select 1 union all select t + 1 from tasks where t < {TASKS})
insert into task (user_id, id, title, description, completed_at, priority, due_at, tags, created_at, updated_at,
    folded_title, folded_description)
select 'user-' || u, randomblob(16), hex(randomblob(16)) || ' needs to be done', 'A description of one line', null, t % 4, null,
    '["home","soon"]', strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now', '-' || (t * 3600 + u) || ' seconds'),
    strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'), 'task ' || t, null
from tasks, users
"""


def fill(path, url):
    environment = {"DATABASE_URL": url, "BETTER_AUTH_SECRET": SECRET}
    subprocess.run([BINARY, "migrate"], env=environment, check=True, stderr=subprocess.DEVNULL)
    database = sqlite3.connect(path)
    with database:
        database.execute(FILL)
    database.execute("analyze")
    database.close()


def races():
    path = FOLDER / "tasks.db"
    url = f"sqlite://{path}?mode=rwc"
    fill(path, url)
    server = peers.service("service-sqlite", DATABASE_URL=url)
    try:
        tokens = [hs256(f"user-{number}") for number in range(1, USERS + 1)]
        if len(peers.read(server, tokens[0])["items"]) != peers.PAGE:
            raise SystemExit("a page on SQLite is not full")
        scripts = {"list on SQLite": load.list_script("sqlite-list", tokens),
                   "create on SQLite": load.create_script("sqlite-create", [hs256(f"writer-{n}") for n in range(1, 4001)])}
        results = []
        for name, script in scripts.items():
            for connections in 16, 64:
                progress(f"{name}, {connections} connections")
                run = lambda seconds: load.http_load(server, script, connections, seconds)
                results.append((name, connections, interleave({"service": run})))
        return results
    finally:
        server.stop()
