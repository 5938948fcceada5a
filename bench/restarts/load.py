"""Clients that read and write tasks and count every request without its answer. No request is repeated."""

import asyncio
import collections
import dataclasses
import json
import os
import random
import subprocess
import time

# (clients, whether they keep their connection, pause between requests in seconds)
CLIENTS = [(12, True, (0, 0.03)), (8, False, (0, 0.05)), (16, True, (0.5, 8))]


@dataclasses.dataclass
class Report:
    reads: int = 0
    acknowledged: list = dataclasses.field(default_factory=list)
    failures: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    slowest: float = 0


class Load:
    def __init__(self, port, name):
        self.port, self.name, self.report, self.running, self.tasks = port, name, Report(), True, []
        mint = [os.environ["BINARY"], "mint-token", "--sub", name, "--ttl", "1h"]
        self.token = subprocess.run(mint, capture_output=True, text=True, check=True).stdout.strip()

    def start(self):
        for count, keep, pause in CLIENTS:
            for _ in range(count):
                self.tasks.append(asyncio.create_task(self.client(len(self.tasks), keep, pause)))

    async def stop(self):
        self.running = False
        await asyncio.gather(*self.tasks)
        return self.report

    async def client(self, client, keep, pause):
        connection = Connection(self.port, self.token)
        number = 0
        while self.running:
            number += 1
            title = f"{client}-{number}" if random.random() < 0.5 else None
            started = time.monotonic()
            try:
                status = await asyncio.wait_for(connection.request(title, keep), 30)
                self.count(status, title)
            except (OSError, EOFError, asyncio.TimeoutError, ValueError) as error:
                self.report.failures[f"{'POST' if title else 'GET'} {type(error).__name__}"] += 1
                connection.close()
            self.report.slowest = max(self.report.slowest, time.monotonic() - started)
            await asyncio.sleep(random.uniform(*pause))
        connection.close()

    def count(self, status, title):
        if status == 201 and title:
            self.report.acknowledged.append(title)
        elif status == 200 and not title:
            self.report.reads += 1
        else:
            self.report.failures[f"{'POST' if title else 'GET'} {status}"] += 1


class Connection:
    """A client's connection to the proxy, opened again when the proxy has announced its end, or has ended it while it was idle."""

    def __init__(self, port, token):
        self.port, self.token, self.reader, self.writer = port, token, None, None

    async def request(self, title, keep):
        await self.open()
        body = json.dumps({"title": title}).encode() if title else b""
        head = f"{'POST' if title else 'GET'} /api/tasks{'' if title else '?limit=5'} HTTP/1.1\r\nHost: tasks\r\nAuthorization: Bearer {self.token}\r\n"
        if title:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        if not keep:
            head += "Connection: close\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next((int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), None)
        if length is None and "transfer-encoding: chunked" in head:
            while size := int(await self.reader.readline(), 16):
                await self.reader.readexactly(size + 2)
            await self.reader.readline()
        else:
            await self.reader.readexactly(length or 0)
        if not keep or "connection: close" in head:
            self.close()
        return int(head.split(" ", 2)[1])

    async def open(self):
        if self.reader and self.reader.at_eof():
            self.close()
        if not self.writer:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    def close(self):
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None
