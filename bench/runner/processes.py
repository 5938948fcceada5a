"""Starts servers and reads their CPU time and memory from /proc."""

import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from settings import FOLDER

TICKS = os.sysconf("SC_CLK_TCK")


def stat(pid):
    """Returns the fields of /proc/PID/stat from the state on, or None if the process ended."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def family(root):
    """Returns a process and all its descendants, each with the fields of its stat."""
    stats = {int(entry): fields for entry in os.listdir("/proc") if entry.isdigit() and (fields := stat(entry))}
    members = {root: stats[root]}
    while True:
        more = {pid: fields for pid, fields in stats.items() if int(fields[1]) in members and pid not in members}
        if not more:
            return members
        members |= more


def cpu_seconds(root):
    """Returns user and system time of a process and its descendants, ended children included."""
    return sum(int(ticks) for fields in family(root).values() for ticks in fields[11:15]) / TICKS


def resident_mb(root):
    """Returns the resident memory of a process and its descendants."""
    return sum(int(fields[21]) for fields in family(root).values()) * os.sysconf("SC_PAGE_SIZE") / 2**20


def postmaster():
    return int((FOLDER / "data/postmaster.pid").read_text().split()[0])


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A running server; its output is written to a file."""

    def __init__(self, name, command, environment, cwd=None, path="/api/tasks"):
        port = free_port()
        command = [argument.replace("PORT", str(port)) for argument in command]
        self.name, self.base, self.log = name, f"http://127.0.0.1:{port}", FOLDER / f"{name}.log"
        started = time.monotonic()
        with self.log.open("w") as log:
            environment = os.environ | environment | {"PORT": str(port)}
            self.process = subprocess.Popen(command, env=environment, cwd=cwd, stdout=log, stderr=log, start_new_session=True)
        self.pid = self.process.pid
        try:
            self.wait_until_ready(path)
        except BaseException:
            self.stop()
            raise
        self.start_ms = (time.monotonic() - started) * 1000

    def wait_until_ready(self, path):
        for _ in range(6000):
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended:\n{self.log.read_text()[-2000:]}")
            try:
                urllib.request.urlopen(self.base + path, timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.005)
        raise SystemExit(f"{self.name} does not listen:\n{self.log.read_text()[-2000:]}")

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.pid, signal.SIGKILL)
                self.process.wait()
