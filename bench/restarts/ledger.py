"""Compares the acknowledged writes with the stored ones."""

import collections
import os
import subprocess


class Ledger:
    def __init__(self, acknowledged, user):
        query = f"select title from taskbridge.task where user_id = '{user}'"
        output = subprocess.run([os.environ["PSQL"], "-qAt", os.environ["DATABASE_URL"], "-c", query], capture_output=True, text=True, check=True)
        stored = collections.Counter(output.stdout.split())
        self.lost = sum(1 for title in acknowledged if title not in stored)
        self.twice = sum(1 for count in stored.values() if count > 1)
