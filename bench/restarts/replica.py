"""A replica of the service."""

import asyncio
import os
import signal
import socket
import urllib.error
import urllib.request

FOLDER = os.environ["FOLDER"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Replica:
    def __init__(self, number, delay):
        self.number, self.delay, self.port, self.process = number, delay, free_port(), None

    async def start(self):
        settings = {"PORT": str(self.port), "SHUTDOWN_DELAY": self.delay, "WORKERS": "2", "RATE_LIMIT": "off",
                    "TRUSTED_PROXIES": "127.0.0.1", "RUST_LOG": "warn,taskbridge::app=info", "ACCOUNTS": "on"}
        with open(f"{FOLDER}/replica-{self.number}.log", "a") as log:
            self.process = await asyncio.create_subprocess_exec(
                os.environ["BINARY"], "serve", "--no-migrate", env=os.environ | settings, stderr=log)
        while not await asyncio.to_thread(self.is_ready):
            if self.process.returncode is not None:
                raise SystemExit(open(f"{FOLDER}/replica-{self.number}.log").read()[-2000:])
            await asyncio.sleep(0.05)

    def is_ready(self):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=2).close()
            return True
        except OSError:
            return False

    async def stop(self):
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            if await self.process.wait() != 0:
                print(f"replica {self.number} ended with {self.process.returncode}", flush=True)

    async def restart(self):
        await self.stop()
        await self.start()
