"""A small OpenID provider: a real server with real signatures, which can be told to go wrong in one way."""

import hashlib
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "sira-desk", "s3cret & more"


def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY, STRANGE_KEY = a_key(), a_key()


class Provider:
    """person: what it says of whoever comes.  token, header, key, alg: changes of the token that make it wrong."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "u-1", "name": "Ola Nowak", "email": "ola@house.example"}
        self.info: dict[str, Any] = {}
        self.token: dict[str, Any] = {}
        self.description: dict[str, Any] = {}
        self.alg, self.key, self.kid = "RS256", KEY, "k1"
        self.codes: dict[str, dict[str, str]] = {}
        self.is_away = False

    def described(self) -> dict[str, Any]:
        here = self.issuer
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "userinfo_endpoint": f"{here}/info",
            "jwks_uri": f"{here}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        } | self.description

    def keys(self) -> dict[str, Any]:
        shown = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [shown | {"kid": "k1", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Somebody signs in here: back they go with a code."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: dict[str, str], shown: str) -> tuple[int, dict[str, Any]]:
        if shown != f"{CLIENT}:{quote(SECRET, safe='')}":
            return 401, {"error": "invalid_client", "error_description": "No such client"}
        asked = self.codes.pop(form["code"], None)
        proof = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if not asked or proof != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.person | self.token
        key = self.key if self.alg != "none" else None
        token = jwt.encode(claims, key, algorithm=self.alg, headers={"kid": self.kid} if self.kid else None)
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": token}


class Answers(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *_said: Any) -> None:
        pass

    def do_GET(self) -> None:
        provider, parts = self.provider, urlsplit(self.path)
        if provider.is_away:
            return self.tell(503, {})
        if parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", provider.authorize(asked))
            self.end_headers()
            return None
        pages = {"/.well-known/openid-configuration": provider.described, "/keys": provider.keys}
        if parts.path == "/info":
            return self.tell(200, provider.info)
        return self.tell(200, pages[parts.path]()) if parts.path in pages else self.tell(404, {})

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), strict_parsing=True)
        shown = b64decode(self.headers.get("Authorization", "Basic ").partition(" ")[2]).decode()
        self.tell(*self.provider.exchange({name: values[0] for name, values in form.items()}, shown))

    def tell(self, status: int, fields: dict[str, Any]) -> None:
        body = json.dumps(fields).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Answers,), {"provider": provider}))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
