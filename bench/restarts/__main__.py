"""Restarts replicas behind a proxy, under load. Started by bench/rolling."""

import asyncio
import os
import signal
import sys

from ledger import Ledger
from load import Load
from proxies import Proxy
from replica import Replica

ROUNDS = int(os.environ["ROUNDS"])
ROW = "{:<9}{:>6}{:>10}{:>8}{:>8}{:>8}{:>6}{:>7}{:>12}  {}"


async def drill(proxy_name, delay):
    replicas = [Replica(number, delay) for number in range(1, 4)]
    proxy = None
    try:
        await asyncio.gather(*(replica.start() for replica in replicas))
        proxy = Proxy(proxy_name, [replica.port for replica in replicas])
        await proxy.start()
        load = Load(proxy.port, f"{proxy_name}-{delay}")
        load.start()
        await asyncio.sleep(2)
        for _ in range(ROUNDS):
            for replica in replicas:
                await replica.restart()
                await asyncio.sleep(3)
        report = await load.stop()
    finally:
        if proxy:
            proxy.stop()
        await asyncio.gather(*(replica.stop() for replica in replicas))
    ledger = Ledger(report.acknowledged, f"{proxy_name}-{delay}")
    failures = ", ".join(f"{reason} {count}" for reason, count in report.failures.most_common(5))
    print(ROW.format(proxy_name, delay, report.reads, len(report.acknowledged), len(replicas) * ROUNDS,
                     report.failures.total(), ledger.lost, ledger.twice, f"{report.slowest * 1000:.0f} ms", failures), flush=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(ROW.format("proxy", "delay", "reads", "writes", "stops", "failed", "lost", "twice", "slowest", "failures"), flush=True)
    for proxy in os.environ["PROXIES"].split(","):
        for delay in os.environ["DELAYS"].split(","):
            asyncio.run(drill(proxy, delay))


main()
