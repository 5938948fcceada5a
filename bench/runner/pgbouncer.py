"""PgBouncer in transaction mode in front of the race's PostgreSQL."""

import os
import pwd
import shutil
import socket
import subprocess
import time
import urllib.parse

from processes import free_port
from settings import DATABASE_URL, FOLDER

running = []


def start():
    """Starts PgBouncer. Returns its URL, or None if it is not installed."""
    program = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
    if program is None:
        return None
    port, database = free_port(), urllib.parse.urlsplit(DATABASE_URL)
    folder = FOLDER / "pgbouncer"
    folder.mkdir()
    (folder / "users.txt").write_text('"postgres" ""\n')
    (folder / "pgbouncer.ini").write_text(f"""[databases]
postgres = host=127.0.0.1 port={database.port} dbname=postgres user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 8
logfile = {folder}/log
pidfile = {folder}/pid
""")
    options = {}
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    command = [program, "-q", str(folder / "pgbouncer.ini")]
    running.append(subprocess.Popen(command, stderr=subprocess.DEVNULL, **options))
    for _ in range(100):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return f"postgres://postgres@127.0.0.1:{port}/postgres"
        time.sleep(0.05)
    raise SystemExit("PgBouncer does not listen")


def stop():
    for process in running:
        process.terminate()
        process.wait()
