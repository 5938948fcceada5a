"""HAProxy and nginx with the files of deploy/; only the addresses are replaced."""

import asyncio
import os
import pathlib
import subprocess

from replica import free_port

FOLDER = pathlib.Path(os.environ["FOLDER"])
DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"


class Proxy:
    def __init__(self, name, replicas):
        self.port, self.process = free_port(), None
        text = (DEPLOY / {"haproxy": "haproxy.cfg", "nginx": "nginx.conf"}[name]).read_text()
        text = text.replace("0.0.0.0:8080", f"127.0.0.1:{self.port}")
        for number, port in enumerate(replicas, 1):
            text = text.replace(f"10.0.0.1{number}:8000", f"127.0.0.1:{port}")
        file = FOLDER / f"{name}.conf"
        file.write_text(text)
        FOLDER.chmod(0o755)
        self.command = {
            "haproxy": ["haproxy", "-db", "-f", str(file)],
            "nginx": ["nginx", "-c", str(file), "-g", f"daemon off; pid {FOLDER}/nginx.pid; error_log {FOLDER}/nginx.log warn;"],
        }[name]

    async def start(self):
        with (FOLDER / "proxy.log").open("a") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                await asyncio.sleep(2)  # the first health checks
                return
            except OSError:
                await asyncio.sleep(0.05)
        raise SystemExit((FOLDER / "proxy.log").read_text()[-2000:])

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
