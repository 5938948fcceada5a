"""The servers that take part, each with two workers and eight database connections."""

import json
import urllib.error
import urllib.request

from processes import Server
from settings import BINARY, DATABASE_URL, PAGE, PEERS, ROOT, SECRET
from tokens import hs256

COMMON = {"DATABASE_URL": DATABASE_URL, "BETTER_AUTH_SECRET": SECRET}


def service(name="service", **settings):
    """Starts the service with its default log, access log included."""
    environment = COMMON | {"WORKERS": "2", "ACCOUNTS": "off", "RATE_LIMIT": "off"} | settings
    return Server(name, [BINARY], environment, path="/health/live")


def floor():
    return Server("floor", [str(ROOT / "target/floor/release/floor")], COMMON)


def fastapi():
    command = [str(ROOT / "target/fastapi/bin/uvicorn"), "server:app", "--host", "127.0.0.1", "--port", "PORT"]
    return Server("fastapi", command + ["--workers", "2", "--no-access-log"], COMMON, ROOT / "bench/fastapi")


def fastify():
    return Server("fastify", ["node", "server.mjs"], COMMON, ROOT / "target/fastify")


STARTERS = {"service": service, "floor": floor, "fastapi": fastapi, "fastify": fastify}


def start(servers):
    """Starts the selected servers and adds them to a list, which the caller stops even if one of them does not start."""
    for name, starter in STARTERS.items():
        if name in PEERS:
            servers.append(starter())
    if not servers:
        raise SystemExit(f"PEERS names no server: {', '.join(STARTERS)}")


def read(server, token, path="/api/tasks"):
    request = urllib.request.Request(server.base + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def status(server, token):
    try:
        read(server, token)
        return 200
    except urllib.error.HTTPError as error:
        return error.code


def compare(servers, users):
    """Checks that all servers return the same tasks, and reject a token with a broken signature."""
    for user in users:
        token = hs256(user)
        pages = {server.name: [task["id"] for task in read(server, token)["items"]] for server in servers}
        expected = next(iter(pages.values()))
        if len(expected) != PAGE or any(page != expected for page in pages.values()):
            raise SystemExit(f"the servers return different tasks for {user}: {pages}")
    broken = hs256(users[0])[:-4] + "AAAA"
    for server in servers:
        if status(server, broken) != 401:
            raise SystemExit(f"{server.name} accepts a broken signature")
