"""The workloads of the race, run in interleaved rounds: each round measures every peer once."""

import statistics
import sys
import urllib.request

import load
import peers
from load import Figures
from settings import FOLDER, ONLY, PEERS, ROUNDS, SECONDS, TOKENS, USERS
from tokens import hs256, random_users

COLUMNS = "id, title, description, completed_at, priority, due_at, tags, created_at, updated_at"
USER = f"\\set u random(1, {min(USERS, TOKENS)})\n"
LIST = f"""{USER}select {COLUMNS} from task where user_id = 'user-' || :u and deleted_at is null
order by created_at desc, id desc limit 21;\n"""
GET = f"""{USER}select {COLUMNS} from task
where user_id = 'user-' || :u and id = md5(:u || '-1')::uuid and deleted_at is null;\n"""
CREATE = f"""{USER}insert into task (user_id, id, title, description, completed_at, priority, due_at, tags, created_at, updated_at,
    folded_title, folded_description)
values ('writer-' || :u, gen_random_uuid(), 'Water the plants', 'A description of one line', null, 0, null, '["home","soon"]',
    now(), now(), 'water the plants', 'a description of one line') returning {COLUMNS};\n"""


def progress(*words):
    print(*words, file=sys.stderr, flush=True)


def median(figures):
    """Returns the median of each figure."""

    def of(name):
        values = [value for one in figures if (value := getattr(one, name)) is not None]
        return statistics.median(values) if values else None

    return Figures(of("rate"), of("p99"), of("server_us"), of("postgres_us"), sum(one.errors for one in figures))


def interleave(runs, seconds=SECONDS):
    """Measures each run once a round. `runs` maps a name to a function of a duration. Returns the medians by name."""
    results = {name: [] for name in runs}
    for name, run in runs.items():
        run(1)
    for number in range(ROUNDS):
        for name, run in runs.items():
            results[name].append(run(seconds))
            progress(f"  round {number + 1}: {name}", f"{results[name][-1].rate:.0f}/s")
    return {name: median(figures) for name, figures in results.items()}


def race(servers, script, sql, connections):
    """Races the servers under a wrk script, and pgbench with a statement."""
    runs = {
        server.name: lambda seconds, server=server: load.http_load(server, script, connections, seconds)
        for server in servers
    }
    if "pgbench" in PEERS and sql is not None:
        runs["pgbench"] = lambda seconds: load.pgbench_load(sql, connections, seconds)
    return interleave(runs)


def sql_file(name, text):
    path = FOLDER / f"{name}.sql"
    path.write_text(text)
    return path


def postgres_races(servers):
    """Yields workload, connections and medians of the workloads that all peers run."""
    users = random_users()
    tokens = [hs256(user) for user in users]
    if "list" in ONLY:
        script = load.list_script("list", tokens)
        for connections in 1, 16, 64:
            progress(f"list of 20, {connections} connections")
            yield "list", connections, race(servers, script, sql_file("list", LIST), connections)
    if "get" in ONLY:
        ids = [peers.read(servers[0], token)["items"][0]["id"] for token in tokens[:400]]
        script = load.get_script("get", list(zip(tokens, ids)))
        progress("get, 16 connections")
        yield "get", 16, race(servers, script, sql_file("get", GET), 16)
    if "create" in ONLY:
        script = load.create_script("create", [hs256(user) for user in random_users("writer")])
        for connections in 16, 64:
            progress(f"create, {connections} connections")
            yield "create", connections, race(servers, script, sql_file("create", CREATE), connections)


def log_in():
    """Measures log-ins of eight clients."""
    server = peers.service("service-accounts", ACCOUNTS="on")
    try:
        for user in range(1, 9):
            body = f'{{"name":"A user","email":"user{user}@example.com","password":"correct horse battery"}}'
            headers = {"Content-Type": "application/json"}
            urllib.request.urlopen(urllib.request.Request(server.base + "/api/auth/signup", body.encode(), headers)).close()
        script = load.log_in_script("log_in", 8)
        return interleave({"service": lambda seconds: load.http_load(server, script, 8, seconds)})
    finally:
        server.stop()
