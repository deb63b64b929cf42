"""Seals what clients are given to give back: cursors, tokens. Readable by them, and not to be made.

A seal is HMAC-SHA256, half of it, over what the text is for and what it says: one that was made for
one thing opens no other.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

SEAL_BYTES = 16


class SealError(ValueError):
    """The text was not sealed here, or for something else."""


class Signer:
    """Seals and opens texts.

    Args:
        key: The secret of all gateways on these tables.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, purpose: str, text: str) -> str:
        """Seal a text, in letters that a URL holds.

        Args:
            purpose: What it is for, and all that it is bound to.
        """
        return f"{_encode(text.encode())}.{_encode(self._sign(purpose, text))}"

    def open(self, purpose: str, sealed: str) -> str:
        """Read what `seal` wrote for the same purpose.

        Raises:
            SealError: It did not write this, or for another one.
        """
        encoded, _, seal = sealed.partition(".")
        try:
            text = _decode(encoded).decode()
            is_ours = hmac.compare_digest(_decode(seal), self._sign(purpose, text))
        except ValueError as error:
            raise SealError("it is no text of ours") from error
        if not is_ours or self.seal(purpose, text) != sealed:
            raise SealError("its seal is not ours, or was made for something else")
        return text

    def _sign(self, purpose: str, text: str) -> bytes:
        # No purpose holds the sign between the two.
        told = f"{purpose}\0{text}".encode()
        return hmac.new(self._key, told, hashlib.sha256).digest()[:SEAL_BYTES]


def _encode(said: bytes) -> str:
    return urlsafe_b64encode(said).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
