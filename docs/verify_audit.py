"""Verify an export of Kaihu's audit log, or that the log only grew. It imports nothing of Kaihu.

    python verify_audit.py export ARCHIVE.zip KEY        (kaihu audit export)
    python verify_audit.py consistency OLD_NOTE PROOF.json KEY

KEY is a file with the log's public key, got from elsewhere (C2SP verifier key). PROOF.json is
`GET /audit/consistency-proofs/{old_size}`, or `consistency.json` of an archive. RFC 6962, C2SP.
"""

import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def require(true, what):
    if not true:
        sys.exit(f"NOT VERIFIED: {what}")


def checkpoint(note, key_text):
    """Size and root of a signed note. Raises where it is not signed by the key."""
    keys = [line.split("+", 2) for line in key_text.splitlines() if line.count("+") > 1]
    text, signatures = note.split("\n\n", 1)
    origin, size, root = text.split("\n")[:3]
    for line in signatures.strip().split("\n"):
        signer, encoded = line.removeprefix("— ").split(" ")
        signature = base64.b64decode(encoded)
        named = [signer, signature[:4].hex()]
        for key in (key for *name, key in keys if name == named and signer == origin):
            public_key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
            public_key.verify(signature[4:], (text + "\n").encode())
            return int(size), base64.b64decode(root)
    sys.exit("NOT VERIFIED: not signed by this key")


def root_of(leaf, index, size, path):
    """The root that an inclusion proof leads to (RFC 6962, 2.1.1)."""
    if size == 1:
        require(index == 0 and not path, "a proof of another length")
        return leaf
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return node(root_of(leaf, index, half, path[:-1]), path[-1])
    return node(path[-1], root_of(leaf, index - half, size - half, path[:-1]))


def roots_of(old_size, size, path, old_root, whole=True):
    """The old and the new root that a consistency proof leads to (RFC 6962, 2.1.2)."""
    if old_size == size:
        require(len(path) == (0 if whole else 1), "a proof of another length")
        return (old_root, old_root) if whole else (path[0], path[0])
    half = 1 << (size - 1).bit_length() - 1
    if old_size <= half:
        old, new = roots_of(old_size, half, path[:-1], old_root, whole)
        return old, node(new, path[-1])
    old, new = roots_of(old_size - half, size - half, path[:-1], old_root, False)
    return node(path[-1], old), node(path[-1], new)


def export(archive_path, key_path):
    with zipfile.ZipFile(archive_path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    size, root = checkpoint(files["checkpoint"].decode(), Path(key_path).read_text("utf-8"))
    events = {name[7:-5]: entry for name, entry in files.items() if name.startswith("events/")}
    for event, entry in events.items():
        proof = json.loads(files[f"proofs/{event}.json"])
        path = [bytes.fromhex(one) for one in proof["proof"]]
        leaf = hashlib.sha256(b"\x00" + entry).digest()
        require(root_of(leaf, proof["position"], size, path) == root, f"{event} is not in the log")
    exported = files["exported"].decode()
    values = json.loads(events.pop(exported))["values"]
    require(hashlib.sha256(files["manifest"]).hexdigest() == values["digest"], "another manifest")
    digests = {name: hashlib.sha256(entry).hexdigest() for name, entry in events.items()}
    lines = [f"{digest}  events/{name}.json" for name, digest in digests.items()]
    listed = files["manifest"].decode().split("\n")[:-1]
    require(sorted(lines) == sorted(listed), "events were left out")
    print(f"{len(events)} events, all in the log of {size} that the key signed")


def consistency(note_path, proof_path, key_path):
    note, key_text = Path(note_path).read_text("utf-8"), Path(key_path).read_text("utf-8")
    proof = json.loads(Path(proof_path).read_text("utf-8"))
    old_size, old_root = checkpoint(note, key_text)
    size, root = checkpoint(proof["note"], key_text)
    path = [bytes.fromhex(one) for one in proof["proof"]]
    require(roots_of(old_size, size, path, old_root) == (old_root, root), "the log was changed")
    print(f"the log of {old_size} events is the beginning of the one of {size}")


if __name__ == "__main__":
    {"export": export, "consistency": consistency}[sys.argv[1]](*sys.argv[2:])
