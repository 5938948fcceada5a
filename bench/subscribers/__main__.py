"""Subscribers of event streams, and a writer. Started by bench/streams."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import selectors
import socket
import subprocess
import threading
import time

STREAMS, USERS, WRITES = (int(os.environ[name]) for name in ("STREAMS", "USERS", "WRITES"))
PAUSE = 1 / int(os.environ["WRITES_PER_SECOND"])
SERVICE = os.environ["SERVICE"]
HERE, THERE, POLLED = (os.environ[name].removeprefix("http://") for name in ("HERE", "THERE", "POLLED"))
QUIET_SECONDS = 10


def token(user):
    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    now = int(time.time())
    claims = {"sub": f"user-{user}", "email": f"user-{user}@example.com", "name": "A user", "iat": now, "exp": now + 3600}
    signed = encode(b'{"alg":"HS256","typ":"JWT"}') + b"." + encode(json.dumps(claims).encode())
    secret = os.environ["BETTER_AUTH_SECRET"].encode()
    return (signed + b"." + encode(hmac.digest(secret, signed, hashlib.sha256))).decode()


TOKENS = [token(user) for user in range(USERS)]


def memory(field):
    with open(f"/proc/{SERVICE}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field)) / 1024


def cpu_seconds():
    with open(f"/proc/{SERVICE}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def transactions():
    query = "select sum(xact_commit) from pg_stat_database"
    output = subprocess.run([os.environ["PSQL"], "-qAt", os.environ["DATABASE_URL"], "-c", query], capture_output=True, text=True, check=True)
    return int(output.stdout)


class Subscribers:
    """All streams, read by one thread."""

    def __init__(self):
        self.selector, self.events, self.ended = selectors.EpollSelector(), [], 0
        self.running = True

    def open(self):
        host, port = HERE.split(":")
        for number in range(STREAMS):
            stream = socket.create_connection((host, int(port)))
            request = f"GET /api/tasks/events HTTP/1.1\r\nHost: {HERE}\r\nAuthorization: Bearer {TOKENS[number % USERS]}\r\n\r\n"
            stream.sendall(request.encode())
            head = stream.recv(4096)
            assert head.startswith(b"HTTP/1.1 200"), head
            while b"id: " not in head:
                head += stream.recv(4096)
            stream.setblocking(False)
            self.selector.register(stream, selectors.EVENT_READ)

    def read(self):
        while self.running:
            for key, _ in self.selector.select(0.1):
                data = key.fileobj.recv(65536)
                received = time.time()
                if not data:
                    self.ended += 1
                    self.selector.unregister(key.fileobj)
                for piece in data.split(b'"title":"')[1:]:
                    self.events.append(received - float(piece.split(b'"', 1)[0]))


def write(replica):
    """Creates tasks of random users, whose title is the time of the request. Returns the time of the requests."""
    connection, durations = http.client.HTTPConnection(replica), []
    for number in range(WRITES):
        sent = time.time()
        headers = {"Authorization": f"Bearer {TOKENS[number * 7 % USERS]}", "Content-Type": "application/json"}
        connection.request("POST", "/api/tasks", json.dumps({"title": f"{sent:.6f}"}), headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 201, response.status
        durations.append(time.time() - sent)
        time.sleep(max(0, PAUSE - durations[-1]))
    return durations


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] * 1000


def measure(subscribers, name, replica):
    subscribers.events.clear()
    cpu = cpu_seconds()
    durations = write(replica)
    expected = WRITES * STREAMS // USERS
    deadline = time.time() + 5
    while len(subscribers.events) < expected and time.time() < deadline:
        time.sleep(0.05)
    cpu = cpu_seconds() - cpu
    events = list(subscribers.events)
    print(f"| {name} | {len(events):,} of {expected:,} | {percentile(events, 0.5):.1f} | {percentile(events, 0.99):.1f} | {max(events) * 1000:.1f} "
          f"| {percentile(durations, 0.5):.1f} | {cpu / WRITES * 1e6:.0f} |", flush=True)


def be_quiet(name):
    time.sleep(12)  # PostgreSQL counts the transactions of an idle connection after 10 s
    count, cpu, begun = transactions(), cpu_seconds(), time.time()
    time.sleep(QUIET_SECONDS)
    seconds = time.time() - begun
    print(f"quiet, {name}: {(transactions() - count) / seconds:.1f} transactions/s of all three replicas, "
          f"{(cpu_seconds() - cpu) / seconds * 100:.1f} % of a core", flush=True)


def main():
    write(HERE)
    be_quiet("without streams")
    before, subscribers, started = memory("VmRSS"), Subscribers(), time.time()
    subscribers.open()
    opened = time.time() - started
    threading.Thread(target=subscribers.read, daemon=True).start()
    after = memory("VmRSS")
    print(f"{STREAMS:,} streams of {USERS:,} users opened in {opened:.1f} s; memory {before:.1f} MB before, {after:.1f} MB after", flush=True)
    be_quiet("with streams")
    print("| writes at | events | p50, ms | p99, ms | worst, ms | POST p50, ms | CPU of the streams' replica per write, µs |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    measure(subscribers, "the same replica", HERE)
    measure(subscribers, "another replica", THERE)
    measure(subscribers, "another replica, behind a pooler (polled)", POLLED)
    print(f"memory {memory('VmRSS'):.1f} MB, at most {memory('VmHWM'):.1f} MB; {subscribers.ended} streams ended", flush=True)
    subscribers.running = False


main()
