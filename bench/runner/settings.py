"""The settings that bench/race passes in the environment."""

import os
import pathlib

ROUNDS = int(os.environ["ROUNDS"])
SECONDS = int(os.environ["SECONDS_EACH"])
USERS = int(os.environ["USERS"])
PEERS = os.environ["PEERS"].split(",")
ONLY = os.environ["ONLY"].split(",")
BINARY = os.environ["BINARY"]
DATABASE_URL = os.environ["DATABASE_URL"]
SECRET = os.environ["BETTER_AUTH_SECRET"]
FOLDER = pathlib.Path(os.environ["FOLDER"])
ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = 20
TOKENS = 4000
