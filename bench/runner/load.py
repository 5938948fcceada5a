"""Measures one load: wrk against a server, or pgbench against PostgreSQL."""

import re
import subprocess
from dataclasses import dataclass

from processes import cpu_seconds, postmaster
from settings import DATABASE_URL, FOLDER

DONE = """
done = function(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format("RESULT %d %d %.3f %d\\n", summary.requests, summary.duration, latency:percentile(99) / 1000,
        errors.status + errors.read + errors.write + errors.connect + errors.timeout))
end
"""
HEADERS = '{ Authorization = "Bearer " .. tokens[math.random(#tokens)], ["Content-Type"] = "application/json" }'
BODY = '{"title":"Water the plants","description":"A description of one line","tags":["home","soon"]}'
LOG_IN = '{"email":"user%d@example.com","password":"correct horse battery"}'


@dataclass
class Figures:
    rate: float
    p99: float | None
    server_us: float | None
    postgres_us: float
    errors: int = 0


def script(name, tokens, request):
    """Writes a wrk script whose requests carry random tokens. Returns its path."""
    (FOLDER / f"{name}.tokens").write_text("\n".join(tokens) + "\n")
    read = f'tokens = {{}}\nfor token in io.lines("{FOLDER}/{name}.tokens") do tokens[#tokens + 1] = token end\n'
    path = FOLDER / f"{name}.lua"
    path.write_text(f"{read}math.randomseed(os.time())\nrequest = function()\n{request}\nend\n{DONE}")
    return path


def list_script(name, tokens, query=""):
    return script(name, tokens, f"return wrk.format('GET', '/api/tasks{query}', {HEADERS})")


def create_script(name, tokens):
    return script(name, tokens, f"return wrk.format('POST', '/api/tasks', {HEADERS}, '{BODY}')")


def get_script(name, tokens_and_ids):
    """Writes a script that reads each user's own task."""
    request = f"""local token, id = tokens[math.random(#tokens)]:match("(%S+) (%S+)")
return wrk.format('GET', '/api/tasks/' .. id, {{ Authorization = "Bearer " .. token }})"""
    return script(name, [f"{token} {task}" for token, task in tokens_and_ids], request)


def log_in_script(name, users):
    request = f"""local body = string.format('{LOG_IN}', math.random({users}))
return wrk.format('POST', '/api/auth/login', {{ ["Content-Type"] = "application/json" }}, body)"""
    return script(name, ["-"], request)


def http_load(server, path, connections, seconds):
    threads = 1 if connections == 1 else 2
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", path, server.base]
    before, postgres = cpu_seconds(server.pid), cpu_seconds(postmaster())
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    used, postgres = cpu_seconds(server.pid) - before, cpu_seconds(postmaster()) - postgres
    requests, micros, p99, errors = re.search(r"RESULT (\d+) (\d+) (\S+) (\d+)", output).groups()
    count = max(int(requests), 1)
    return Figures(count / int(micros) * 1e6, float(p99), used / count * 1e6, postgres / count * 1e6, int(errors))


def pgbench_load(path, connections, seconds):
    """Runs prepared statements from one thread."""
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "1", "-T", str(seconds), "-f", path, DATABASE_URL]
    postgres = cpu_seconds(postmaster())
    output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True).stdout
    postgres = cpu_seconds(postmaster()) - postgres
    count = int(re.search(r"actually processed: (\d+)", output)[1])
    return Figures(float(re.search(r"^tps = ([\d.]+)", output, re.M)[1]), None, None, postgres / count * 1e6)
