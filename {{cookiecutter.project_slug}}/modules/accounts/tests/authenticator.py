"""A device that keeps passkeys, for tests: it signs as WebAuthn has it, with a key of its own."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def packed(data: bytes) -> str:
    """Return bytes as WebAuthn's JSON has them."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """A device in the hand of one person, with one passkey for one site.

    :param origin: of the page that the browser shows.
    :param counts: whether it counts its signatures; those that synchronize do not.
    :param verifies: whether it asks for a fingerprint or a PIN.
    """

    origin: str = "http://localhost"
    counts: bool = True
    verifies: bool = True
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: str = ""
    count: int = 0

    def create(self, options: str, **client: str) -> str:
        """Answer `navigator.credentials.create()`."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public_key()
        data = self._data(asked["rp"]["id"], ATTESTED) + attested
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        given = self._client_data("webauthn.create", asked, client)
        return self._answer(clientDataJSON=given, attestationObject=attestation)

    def get(self, options: str, *, domain: str = "", **client: str) -> str:
        """Answer `navigator.credentials.get()`.

        :param client: what the browser says instead of the truth: `type`, `challenge`, `origin`.
        """
        asked = json.loads(options)
        self.count += self.counts
        data = self._data(domain or asked["rpId"])
        given = self._client_data("webauthn.get", asked, client)
        signature = self.key.sign(data + sha256(given).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=given,
            authenticatorData=data,
            signature=signature,
            userHandle=unpacked(self.handle),
        )

    def _data(self, domain: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return sha256(domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})  # COSE: ES256 on P-256

    def _client_data(self, type: str, asked: dict[str, Any], client: dict[str, str]) -> bytes:
        said = {"type": type, "challenge": asked["challenge"], "origin": self.origin, **client}
        return json.dumps(said).encode()

    def _answer(self, **response: bytes) -> str:
        texts = {name: packed(data) for name, data in response.items()}
        name = packed(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": texts})
