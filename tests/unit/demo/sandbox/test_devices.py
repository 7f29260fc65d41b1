"""Keys of a sandbox's devices."""

from __future__ import annotations

from demo.sandbox.devices import device_key

SECRET = bytes(range(32))


def test_a_name_has_one_key_in_one_sandbox() -> None:
    assert device_key(SECRET, "curl").thumbprint == device_key(SECRET, "curl").thumbprint


def test_other_names_and_other_sandboxes_have_other_keys() -> None:
    keys = [device_key(SECRET, "curl"), device_key(SECRET, "app"), device_key(b"other", "curl")]
    assert len({key.thumbprint for key in keys}) == 3
