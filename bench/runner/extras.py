"""The measurements of the service alone: other tokens, other databases, deep pages, memory."""

import http.client
import json
import re
import statistics
import subprocess
import time
import urllib.parse

import embedded
import load
import peers
import pgbouncer
from processes import cpu_seconds, resident_mb
from settings import DATABASE_URL, FOLDER, ROUNDS, USERS
from tokens import KeySet, hs256, random_users, session_cookie
from workloads import interleave, progress

HEAVY = 50_000
# one word that occurs once and one that is everywhere; then two words of which each task has exactly one
SEARCHES = {"search: a rare word and a frequent one": "49321 done", "search: two frequent words, never together": "garden office"}
TITLE = "'ask ' || t || case t % 2 when 0 then ' garden' else ' office' end || ' needs to be done'"


def sql(text):
    command = ["psql", "-qAt", "-v", "ON_ERROR_STOP=1", DATABASE_URL, "-c", text]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def get_all(server, headers_and_paths):
    """Sends requests one after another. Returns the server's CPU µs a request, each time in ms, and the last body."""
    connection = http.client.HTTPConnection(server.base.removeprefix("http://"), timeout=30)
    before, times, body = cpu_seconds(server.pid), [], b""
    for token, path in headers_and_paths:
        started = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        body = response.read()
        times.append((time.perf_counter() - started) * 1000)
        if response.status != 200:
            raise SystemExit(f"{path}: {response.status} {body[:300]}")
    connection.close()
    return (cpu_seconds(server.pid) - before) / len(times) * 1e6, times, body


def eddsa(targets):
    """Lists with EdDSA tokens, each token once (cold) and repeatedly (warm), compared with HS256 on the same server."""
    users = random_users()
    key_set, shared = KeySet(users), [hs256(user) for user in users]
    server = peers.service("service-jwks", JWKS_URL=f"{key_set.origin}/jwks")
    try:
        get_all(server, [(shared[0], "/api/tasks"), (key_set.tokens[0], "/api/tasks")])
        cold, _, _ = get_all(server, [(token, "/api/tasks") for token in key_set.tokens[1:]])
        once, _, _ = get_all(server, [(token, "/api/tasks") for token in shared[1:]])
        scripts = {"HS256": load.list_script("hs256", shared), "EdDSA, warm": load.list_script("eddsa", key_set.tokens)}
        figures = interleave({
            name: lambda seconds, script=script: load.http_load(server, script, 16, seconds) for name, script in scripts.items()
        })
    finally:
        server.stop()
        key_set.server.shutdown()
    targets.at_least("EdDSA, warm ÷ HS256", figures["EdDSA, warm"].rate / figures["HS256"].rate, 0.95)
    print(f"EdDSA, cold: {cold:.0f} µs of CPU a list one by one; HS256: {once:.0f} µs\n")
    return [("list by token", 16, figures)]


def cookie(targets):
    """Lists with session cookies, whose sessions are cached, compared with HS256 tokens on the same server."""
    users = random_users()
    sql(f"""insert into "user" (id, name, email, "emailVerified")
              select 'user-' || u, 'A user', 'user-' || u || '@example.com', true from generate_series(1, {USERS}) u;
            insert into session (id, token, "userId", "expiresAt", "updatedAt")
              select id, 'token-of-' || id, id, now() + interval '1 day', now() from "user" where id like 'user-%'""")
    server = peers.service("service-cookie", SESSION_COOKIE="on")
    try:
        cookies = [session_cookie(f"token-of-{user}") for user in users]
        by_cookie = "return wrk.format('GET', '/api/tasks', { Cookie = tokens[math.random(#tokens)] })"
        scripts = {"HS256": load.list_script("bearer", [hs256(user) for user in users]),
                   "session cookie, warm": load.script("cookie", cookies, by_cookie)}
        load.http_load(server, scripts["session cookie, warm"], 16, 3)
        figures = interleave({
            name: lambda seconds, script=script: load.http_load(server, script, 16, seconds) for name, script in scripts.items()
        })
    finally:
        server.stop()
    targets.at_least("session cookie, warm ÷ HS256", figures["session cookie, warm"].rate / figures["HS256"].rate, 0.9)
    return [("list by credential", 16, figures)]


def pooler(targets):
    """Lists and creates through PgBouncer in transaction mode, compared with a direct connection."""
    url = pgbouncer.start()
    if url is None:
        print("PgBouncer is not installed: not measured\n")
        return []
    servers = {"direct": peers.service("service-direct")}
    try:
        servers["pooler"] = peers.service("service-pooler", DATABASE_URL=url, DATABASE_POOLER="transaction")
        results = []
        scripts = {"list": load.list_script("pooled-list", [hs256(user) for user in random_users()]),
                   "create": load.create_script("pooled-create", [hs256(user) for user in random_users("writer")])}
        for name, script in scripts.items():
            figures = interleave({
                peer: lambda seconds, server=server, script=script: load.http_load(server, script, 16, seconds)
                for peer, server in servers.items()
            })
            targets.at_least(f"{name} through PgBouncer ÷ direct", figures["pooler"].rate / figures["direct"].rate, 0.7)
            results.append((f"{name} by connection", 16, figures))
        return results
    except SystemExit as error:
        print(f"Through PgBouncer the service does not start: {str(error).strip().splitlines()[-1]}\n")
        return []
    finally:
        for server in servers.values():
            server.stop()
        pgbouncer.stop()


def statement_ms(server, token, path, count=11):
    """Returns medians for one path: database time in ms as PostgreSQL logs it, and the request's time in ms."""
    log = FOLDER / "log"
    sql("alter system set log_min_duration_statement = 0")
    sql("select pg_reload_conf()")
    time.sleep(0.5)
    offset = log.stat().st_size
    _, times, _ = get_all(server, [(token, path)] * count)
    time.sleep(0.2)
    text = log.read_bytes()[offset:].decode()
    sql("alter system reset log_min_duration_statement")
    sql("select pg_reload_conf()")
    logged = re.findall(r"duration: ([\d.]+) ms +(?:execute|bind) [^\n]*(?:\n\t[^\n]*)*?from .?task", text, re.I)
    total = sum(map(float, logged)) / count
    return total, statistics.median(times)


def until_indexed():
    """Waits until the background task has added the user's tasks to the index of the search."""
    while sql("select count(*) from task where user_id = 'heavy' and search_grams is null") != "0":
        time.sleep(1)
    sql("vacuum analyze task")


def heavy(targets):
    """One user's 50,000 tasks: the first page, page 1,000 and a search for two words."""
    sql(f"""insert into task (user_id, id, title, description, completed_at, priority, due_at, tags, created_at, updated_at,
              folded_title, folded_description)
            select 'heavy', md5('heavy-' || t)::uuid, 'T' || {TITLE}, 'A description of one line', null,
              t % 4, null, '["home"]', now() - make_interval(secs => t), now(), 't' || {TITLE},
              'a description of one line' from generate_series(1, {HEAVY}) t""")
    sql("vacuum analyze task")
    token, path = hs256("heavy"), "/api/tasks?limit=20"
    server = peers.service("service-heavy", CLEANUP_INTERVAL="1s")
    try:
        until_indexed()
        deep = path
        for _ in range(999):
            _, _, body = get_all(server, [(token, deep)])
            deep = f"{path}&cursor={json.loads(body)['next_cursor']}"
        measured = {name: statement_ms(server, token, where, 101)
                    for name, where in (("page 1", path), ("page 1,000", deep))}
        for name, words in SEARCHES.items():
            measured[name] = statement_ms(server, token, "/api/tasks?q=" + urllib.parse.quote(words))
    finally:
        server.stop()
    print("| user with 50,000 tasks | database time, ms | request, ms |\n|---|--:|--:|")
    for name, (database, request) in measured.items():
        print(f"| {name} | {database:.2f} | {request:.2f} |")
    print()
    targets.at_most("page 1,000 ÷ page 1, request time", measured["page 1,000"][1] / measured["page 1"][1], 1.2, 2)
    for name in SEARCHES:
        targets.at_most(f"{name}, database ms", measured[name][0], 5, 2)
    return []


def memory(targets):
    """The start time, and resident memory after 200,000 lists."""
    server, requests = peers.service("service-memory"), 0
    try:
        script = load.list_script("memory", [hs256(user) for user in random_users()])
        while requests < 200_000:
            requests += load.http_load(server, script, 16, 5).rate * 5
        resident, starts = resident_mb(server.pid), [server.start_ms]
    finally:
        server.stop()
    for _ in range(max(ROUNDS, 3)):
        server = peers.service("service-start")
        starts.append(server.start_ms)
        server.stop()
    targets.at_most(f"resident memory after {requests:,.0f} requests, MB", resident, 40)
    targets.at_most("start until the first response, ms", statistics.median(starts[1:]), 60, 0)
    progress(f"  {resident:.1f} MB")
    return []


def sqlite(_):
    return embedded.races()


MEASUREMENTS = {"eddsa": eddsa, "cookie": cookie, "sqlite": sqlite, "pooler": pooler, "heavy": heavy, "memory": memory}
