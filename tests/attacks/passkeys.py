"""An authenticator of software: makes one passkey and answers challenges with it, honestly or bent. Source: WebAuthn Level 2, §6."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from html import unescape
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

UP, UV, AT = 0x01, 0x04, 0x40


class Passkey:
    """One passkey for the site under test."""

    def __init__(self, rp: str = "testserver") -> None:
        self.rp, self.origin = rp, f"https://{rp}"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.number = secrets.token_bytes(16)
        self.person = ""
        self.count = 0

    def made_for(self, page: str) -> str:
        """What the browser sends after making the passkey a page asks for."""
        found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', page, re.DOTALL)
        assert found
        asked = json.loads(unescape(found[1]))["creation_options"]["publicKey"]
        self.person = asked["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        about = self._about(self.rp, UP | UV | AT) + bytes(16) + len(self.number).to_bytes(2, "big") + self.number + public
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": about})
        said = {
            "clientDataJSON": self._client("webauthn.create", asked["challenge"], self.origin),
            "attestationObject": attested,
        }
        return self._sent(said)

    def answers(
        self,
        options: Any,
        *,
        origin: str = "",
        kind: str = "webauthn.get",
        rp: str = "",
        flags: int = UP | UV,
        sign: bool = True,
    ) -> str:
        """What the browser sends for a challenge; each argument bends one part of it."""
        challenge = options["request_options"]["publicKey"]["challenge"]
        self.count += 1
        client = self._client(kind, challenge, origin or self.origin)
        about = self._about(rp or self.rp, flags)
        key = self.key if sign else ec.generate_private_key(ec.SECP256R1())
        signature = key.sign(about + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._sent(
            {"clientDataJSON": client, "authenticatorData": about, "signature": signature}, userHandle=self.person
        )

    def _about(self, rp: str, flags: int) -> bytes:
        return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _sent(self, said: dict[str, bytes], **more: str) -> str:
        number = websafe_encode(self.number)
        response = {name: websafe_encode(value) for name, value in said.items()} | more
        return json.dumps(
            {"id": number, "rawId": number, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )
