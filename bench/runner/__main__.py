"""Runs the race. Started by bench/race, which prepares the database and the peers."""

import signal
import sys

import extras
import peers
import report
import workloads
from settings import ONLY


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results, targets, servers = [], report.Targets(), []
    try:
        if {"list", "get", "create"} & set(ONLY):
            peers.start(servers)
            peers.compare(servers, ["user-1", "user-2", "user-3"])
            results += workloads.postgres_races(servers)
    finally:
        for server in servers:
            server.stop()
    if "login" in ONLY:
        workloads.progress("log-in, 8 connections")
        results.append(("log-in", 8, workloads.log_in()))
    for name, measure in extras.MEASUREMENTS.items():
        if name in ONLY:
            workloads.progress(name)
            results += measure(targets)
    report.medians(results)
    targets.lists(results)
    targets.creates(results)
    targets.show()


main()
