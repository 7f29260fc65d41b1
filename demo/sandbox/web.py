"""A sandbox's web process: the product's application, and `/sandbox` beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from access.codes import CodeSource
from app.api.caller import EXTENSION
from app.factory import create_app
from app.integrators import SandboxUnusable
from app.services import Services
from app.settings import Settings
from app.web.gateway import Gateway, gateway_of
from demo.sandbox.people import FixedCodes
from demo.sandbox.routes import PREFIX, sandbox_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BANNER = ("Kaihu-Sandbox", "1")


class SandboxApplication:
    """The product's application and the sandbox's; every answer says that this is a sandbox."""

    def __init__(self, product: WSGIApplication, beside: WSGIApplication) -> None:
        self._product, self._beside = product, beside

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request."""

        def start_marked(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start(status, [*headers, BANNER], *error)

        beside = f"{environ['PATH_INFO']}/".startswith(f"{PREFIX}/")
        return (self._beside if beside else self._product)(environ, start_marked)


def sandbox_gateway(settings: Settings) -> Gateway:
    """What serves a sandbox. Raises `SandboxUnusable` where the settings name none."""
    if not settings.sandbox:
        raise SandboxUnusable("a sandbox is served with KAIHU_SANDBOX=1 alone")
    app = create_app(settings)
    services: Services = app.extensions[EXTENSION]
    resources = services.parts.resources
    resources.add(CodeSource, FixedCodes(resources.get(CodeSource)))
    return gateway_of(app, SandboxApplication(app, sandbox_app(settings)))
