"""`kaihu serve`: web processes, a worker and, where none is set, a risk scorer; ended together."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any

from app.integrators import SandboxUnusable, find_sandbox
from app.model_store import ModelStoreError, verify
from app.reference_service import ReferenceService, ServiceUnusable
from app.scorer import own_public_key
from app.services import migrate, open_services, remember_policy
from app.settings import ROOT, Settings
from app.tls import network_address, own_certificate
from core.private_files import private_file, private_folder
from kyc.decision.replay import PolicyChanged
from storage.keys.roots import RootKeyUnusable

APPLICATION = "app.web.asgi:application"
GRACE_S = 15
BACKLOG = 2048  # connections that wait to be accepted
NOBODY = "255.255.255.255"  # an address that no peer has: no proxy is trusted
POLL_S = 0.5
LOOPBACK = "127.0.0.1"
# Below those that Linux (32768 to 60999) and IANA (from 49152 on) give to connections going out.
LISTENING_PORTS, TRIED_PORTS = range(20_000, 32_000), 20
LENDING, SCORER = "lending", "scorer"
UNSTARTABLE = (ModelStoreError, PolicyChanged, RootKeyUnusable, ServiceUnusable, SandboxUnusable)
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with every setting spelt out, for its children."""
    spelt = {
        f"KAIHU_{name.upper()}": str(value)
        for name, value in settings.model_dump().items()
        if value is not None and value != ""
    }
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    caches = {"NUMBA_CACHE_DIR": str(settings.models / "numba")}
    return {**os.environ, **threads, **caches, **spelt}


class Service:
    """The processes of an embedded Kaihu."""

    def __init__(self, settings: Settings, output: IO[bytes] | None = None) -> None:
        verify(settings.models)
        if settings.sandbox:
            open_services(settings).database.dispose()  # before anything is written beside owners
            settings = find_sandbox().prepare(settings)
        migrate(settings)
        services = open_services(settings)
        remember_policy(services)
        self._scorer = None
        if not settings.scorer_url:
            self._scorer = ReferenceService("scorer", settings.var / "scorer", free_port())
            public_key = self._scorer.prepare(own_public_key(services.parts.keyring))
            told = {"scorer_url": self._scorer.url, "scorer_public_key": public_key}
            settings = settings.model_copy(update=told)
        self._settings, self._output = settings, output
        self._environment = environment(settings)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def start(self) -> None:
        """Start all; from here on a SIGTERM unwinds to the caller of `stop`."""
        signal.signal(signal.SIGTERM, _leave)
        for name, command in self.commands().items():
            self._processes[name] = self._spawn(name, command)

    def watch(self, meanwhile: Callable[[], None]) -> None:
        """Restart each process that ends, and call `meanwhile` twice a second, until `stop`."""
        while not self._stopping:
            self.restart_ended()
            meanwhile()
            time.sleep(POLL_S)

    def restart_ended(self) -> None:
        """Start each process again that has ended."""
        for name, command in self.commands().items():
            if self._processes[name].poll() is not None and not self._stopping:
                self._processes[name] = self._spawn(name, command)

    @property
    def settings(self) -> Settings:
        """The settings of the processes: with the scorer that is started here, if one is."""
        return self._settings

    def ended(self) -> list[str]:
        """The names of processes that have ended."""
        return [name for name, process in self._processes.items() if process.poll() is not None]

    def pid_of(self, name: str) -> int:
        """The process that now is `web`, `worker`, `lending-1` or `scorer`."""
        return self._processes[name].pid

    def stop(self) -> None:
        """End all, gently at first. Signals meanwhile do not interrupt it."""
        self._stopping = True
        handlers = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
        try:
            self._end_processes()
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _end_processes(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)

    def _spawn(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        # A process group each, so that a stop reaches the pool below the worker too.
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment_of(name),
            start_new_session=True,
            stdout=self._output,
            stderr=self._output,
        )

    def _environment_of(self, name: str) -> dict[str, str]:
        """A process's environment; the log's signing key is for the one that sequences it.

        The scorer is another party: no setting of Kaihu's is for it.
        """
        if name == SCORER and self._scorer is not None:
            return self._scorer.environment()
        withheld = () if name == "worker" else ("KAIHU_ROOT_LOG",)
        return {key: value for key, value in self._environment.items() if key not in withheld}

    def commands(self) -> Mapping[str, list[str]]:
        """What starts each process, by its name."""
        commands = {"web": web_command(self._settings)}
        commands["worker"] = _own_command("worker")
        for number in range(1, self._settings.lending_processes + 1):
            commands[f"{LENDING}-{number}"] = _own_command(LENDING)
        if self._scorer is not None:
            commands[SCORER] = self._scorer.command
        if self._settings.broker_url:
            commands["analysts"] = _own_command("analysts")
        return commands


def _own_command(name: str) -> list[str]:
    return [sys.executable, "-m", "app.cli.main", name]


def web_command(settings: Settings) -> list[str]:
    """What starts the web processes and their supervisor."""
    application = find_sandbox().application if settings.sandbox else APPLICATION
    web = [sys.executable, "-m", "gunicorn", application]
    web += ["-k", "app.web.worker.Worker", "--workers", str(settings.web_processes)]
    web += ["--forwarded-allow-ips", settings.trusted_proxies or NOBODY]
    web += ["--graceful-timeout", str(GRACE_S), "--log-level", "warning"]
    if settings.tls_certificate and settings.tls_key:
        web += ["--certfile", str(settings.tls_certificate), "--keyfile", str(settings.tls_key)]
    return [*web, "--bind", f"{settings.host}:{settings.port}", "--backlog", str(BACKLOG)]


class CodeConsole:
    """Shows one-time codes to the person who runs an embedded Kaihu, apart from the log.

    An outbox that is no file (a terminal, a pipe) is left to who reads it.
    """

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox
        self._read = outbox.stat().st_size if outbox.is_file() else 0

    def show_new(self) -> None:
        """Print the codes that were sent since the last call."""
        if not self._outbox.is_file():
            return
        with self._outbox.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):  # still being written
                    return
                self._read += len(line)
                _show(line)


def _show(line: bytes) -> None:
    try:
        sent = json.loads(line)
        print(f"one-time code for {sent['phone']}: {sent['code']}", flush=True)
    except (ValueError, KeyError, TypeError):  # somebody else wrote it
        return


def serve(settings: Settings) -> None:
    """Run until interrupted.

    Exits with a sentence when a weight is not the pinned one, the policy changed under its version,
    the keys are unusable or another database's, the database is for another use, no sandbox is
    installed, or the risk scorer cannot be started.
    """
    log = settings.var / "kaihu.log"
    private_folder(settings.var)
    private_file(log)
    with log.open("ab") as output:
        try:
            service = Service(settings, output)
        except UNSTARTABLE as error:
            sys.exit(str(error))
        base = base_url(settings)
        address = f"{base}/api/v1"
        print(f"Page       {base}/capture")
        if settings.tls_certificate is None and not settings.public_url:
            print("           a phone's camera needs https: kaihu serve --tls")
        if settings.sandbox:
            print(f"Sandbox    {base}/sandbox: test numbers, papers, an actor (docs/integrate.md)")
        print(f"API docs   {address}/docs")
        where = "is shown here" if _shows_codes(settings) else f"goes to {settings.codes}"
        print(f"Sign in    POST {address}/auth/codes with a phone number; the code {where}")
        print(f"Log        {log}", flush=True)
        if settings.code_outbox is None:
            settings.codes.unlink(missing_ok=True)  # it names numbers, and its codes have expired
        show_new = CodeConsole(settings.codes).show_new if _shows_codes(settings) else _show_nothing
        service.start()
        try:
            service.watch(show_new)
        except KeyboardInterrupt:
            print("stopping")
        finally:
            service.stop()


def base_url(settings: Settings) -> str:
    """Where phones reach what is served, without a path."""
    if settings.public_url:
        return settings.public_url
    scheme = "https" if settings.tls_certificate else "http"
    return f"{scheme}://{settings.host}:{settings.port}"


def for_phones(settings: Settings) -> Settings:
    """The same service for phones on this machine's network, over https with its own certificate.

    An address, a public address and a certificate that were set stay as they are.
    """
    address = network_address() if settings.host == LOOPBACK else settings.host
    files = own_certificate(settings.var / "tls", address)
    chosen: dict[str, Any] = {"host": address}
    if settings.tls_certificate is None:
        chosen |= {"tls_certificate": files.certificate, "tls_key": files.key}
    if not settings.public_url:
        chosen["public_url"] = f"https://{address}:{settings.port}"
    return settings.model_copy(update=chosen)


def _shows_codes(settings: Settings) -> bool:
    """Whether codes are for who runs this: not where something else sends them to phones."""
    return settings.code_outbox is None


def _show_nothing() -> None:
    """What is sent to phones stands in no output."""


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def free_port() -> int:
    """A port that nothing listens on now, and that no connection going out is given meanwhile.

    Raises OSError where none is found.
    """
    for port in secrets.SystemRandom().sample(LISTENING_PORTS, TRIED_PORTS):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
    raise OSError("no port is free")
