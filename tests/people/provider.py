"""A provider of OpenID Connect on loopback, for the tests: code flow with PKCE, a signed id token, and a page of facts.

Source: OpenID Connect Core 1.0, RFC 6749, RFC 7636. It speaks HTTP as a real one does; nothing of the Hub is replaced.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass
class Provider:
    """Who signs in there is `who` (claims); `refuses` makes it answer as one where somebody pressed Cancel."""

    who: dict[str, Any]
    client_id: str = "the-hub"
    secret: str = "between-the-two"
    refuses: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Provider:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def settings(self, **more: Any) -> dict[str, Any]:
        """What HUB_OIDC_… would make of it."""
        facts = {"server_url": self.url, "email_authentication": True, "verified_email": None, **more}
        app = {"provider_id": "oidc", "name": "Polar Survey", "client_id": self.client_id, "secret": self.secret}
        return {"openid_connect": {"APPS": [app | {"settings": facts}], "OAUTH_PKCE_ENABLED": True}}

    def answer(self, path: str, query: dict[str, str], authorization: str) -> tuple[int, Any]:
        """Answer one request: status and JSON, or an address to go to."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/keys":
            shown = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [shown | {"kid": "one", "use": "sig", "alg": "RS256"}]}
        if path == "/authorize":
            return 302, self._authorize(query)
        if path == "/token":
            return self._token(query)
        if path == "/userinfo" and authorization.removeprefix("Bearer ") in self.tokens:
            return 200, self.who
        return 401, {"error": "invalid_token"}

    def _authorize(self, query: dict[str, str]) -> str:
        assert query["client_id"] == self.client_id
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        if self.refuses:
            return f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query['state']})}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def _token(self, query: dict[str, str]) -> tuple[int, Any]:
        begun = self.codes.pop(query.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(query.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if (
            begun is None
            or query.get("client_secret") != self.secret
            or begun["redirect_uri"] != query.get("redirect_uri")
            or begun["code_challenge"] != proof
        ):
            return 400, {"error": "invalid_grant"}
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 300, **self.who}
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": signed}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, query: str) -> None:
            given = {name: values[0] for name, values in parse_qs(query).items()}
            status, said = provider.answer(urlsplit(self.path).path, given, self.headers.get("Authorization", ""))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", said)
                self.end_headers()
                return
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
