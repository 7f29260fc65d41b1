"""Connections on which nothing is waited for past a deadline.

Time limits of HTTP clients hold for each read: who sends a byte now and then holds them for ever.
Here the calling thread names a moment, and connecting, writing and reading end by it.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore


class DeadlineBackend(httpcore.NetworkBackend):
    """The network of a connection pool; its threads each have a deadline of their own."""

    def __init__(self) -> None:
        self._network = httpcore.SyncBackend()
        self._thread = threading.local()

    @contextmanager
    def until(self, moment: float) -> Iterator[None]:
        """Let this thread wait until `moment` of the monotonic clock, and no longer."""
        self._thread.moment = moment
        try:
            yield
        finally:
            del self._thread.moment

    def left(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
        """A time limit, cut by the deadline of this thread. Raises `late` where it has passed."""
        moment = getattr(self._thread, "moment", None)
        if moment is None:
            return timeout
        left: float = moment - time.monotonic()
        if left <= 0:
            raise late("the deadline has passed")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = self.left(timeout, httpcore.ConnectTimeout)
        stream = self._network.connect_tcp(host, port, left, local_address, socket_options)
        return _DeadlineStream(stream, self)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every wait is cut by the deadline of the thread that waits."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: DeadlineBackend) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return _DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
