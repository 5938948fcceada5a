"""Tokens of random users: HS256, and EdDSA with its key set on a small static server."""

import base64
import hashlib
import hmac
import http.server
import json
import random
import subprocess
import threading
import time
import urllib.parse

from settings import SECRET, TOKENS, USERS

SIGN = """
const { generateKeyPairSync, sign } = require('node:crypto');
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'race', alg: 'EdDSA', use: 'sig' };
const lines = require('node:fs').readFileSync(0, 'utf8').trim().split('\\n');
const tokens = lines.map((line) => line + '.' + sign(null, Buffer.from(line), privateKey).toString('base64url'));
process.stdout.write(JSON.stringify({ keys: { keys: [jwk] }, tokens }));
"""


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def claims(user, **more):
    now = int(time.time())
    return {"sub": user, "email": f"{user}@example.com", "name": "A user", "iat": now, "exp": now + 86400} | more


def unsigned(header, user, **more):
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in (header, claims(user, **more)))
    return b".".join(base64url(part) for part in parts)


def session_cookie(token):
    """Returns the Cookie field that Better Auth's session token has."""
    signature = base64.b64encode(hmac.digest(SECRET.encode(), token.encode(), "sha256")).decode()
    return "better-auth.session_token=" + urllib.parse.quote(f"{token}.{signature}", safe="")


def hs256(user):
    text = unsigned({"alg": "HS256"}, user)
    return (text + b"." + base64url(hmac.new(SECRET.encode(), text, hashlib.sha256).digest())).decode()


def random_users(prefix="user"):
    return [f"{prefix}-{number}" for number in random.sample(range(1, USERS + 1), min(USERS, TOKENS))]


class KeySet:
    """Serves a key set, and holds tokens signed with its key."""

    def __init__(self, users):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        lines = [unsigned({"alg": "EdDSA", "kid": "race"}, user, iss=self.origin, aud=self.origin) for user in users]
        signed = subprocess.run(["node", "-e", SIGN], input=b"\n".join(lines), stdout=subprocess.PIPE, check=True)
        result = json.loads(signed.stdout)
        self.body, self.tokens = json.dumps(result["keys"]).encode(), result["tokens"]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def handler(self):
        key_set = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(key_set.body)))
                self.end_headers()
                self.wfile.write(key_set.body)

            def log_message(self, *_):
                pass

        return Handler
