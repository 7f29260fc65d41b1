"""Devices of a sandbox: keys that sign whatever they are asked to, one for each name.

A key is derived from its name and a secret of the sandbox, so that all web processes have the same
and none is stored. It guards nothing: whoever reaches the sandbox may sign with it.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from demo.device import DeviceKey

# Of the group of P-256 (FIPS 186-5, SP 800-186).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def device_key(secret: bytes, name: str) -> DeviceKey:
    """The key of the device with a name."""
    digest = hmac.digest(secret, name.encode(), hashlib.sha512)
    number = int.from_bytes(digest) % (ORDER - 1) + 1
    return DeviceKey(private=derive_private_key(number, SECP256R1()))
