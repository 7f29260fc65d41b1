"""A certificate of our own, so that a phone on the same network may open its camera.

Browsers give camera and microphone to pages of https alone (W3C Secure Contexts). A phone warns
once of a certificate that nobody vouches for: it is for trying out, not for serving owners.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core.private_files import private_file, private_folder

VALID = timedelta(days=90)  # phones refuse those of more than 398
LEFT = timedelta(days=7)  # before its end another one is made
ELSEWHERE = "192.0.2.1"  # TEST-NET-1 (RFC 5737): nothing is sent there


@dataclass(frozen=True)
class TlsFiles:
    """PEM files of a certificate and of its private key."""

    certificate: Path
    key: Path


def network_address() -> str:
    """The address by which others on the same network reach this machine; else its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((ELSEWHERE, 9))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def own_certificate(folder: Path, address: str, now: datetime | None = None) -> TlsFiles:
    """A self-signed certificate for an IP address and this machine, made once in `folder`.

    It is made anew for another address and before it ends. Its key is readable by its owner alone.
    """
    now = now or datetime.now(UTC)
    private_folder(folder)
    files = TlsFiles(folder / "certificate.pem", folder / "key.pem")
    if not _serves(files, address, now):
        _write(files, address, now)
    return files


def _serves(files: TlsFiles, address: str, now: datetime) -> bool:
    if not (files.certificate.exists() and files.key.exists()):
        return False
    found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = names.get_values_for_type(x509.IPAddress)
    return ipaddress.ip_address(address) in known and found.not_valid_after_utc - LEFT > now


def _write(files: TlsFiles, address: str, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kaihu on this machine")])
    addresses = {ipaddress.ip_address(one) for one in (address, "127.0.0.1")}
    alternatives = [x509.DNSName("localhost"), *(x509.IPAddress(one) for one in addresses)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private_file(files.key)
    files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    files.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
