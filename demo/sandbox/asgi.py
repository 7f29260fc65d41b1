"""The ASGI entry of a sandbox: gunicorn serves `demo.sandbox.asgi:application`."""

from app.garbage import exempt_loaded
from app.settings import Settings
from demo.sandbox.web import sandbox_gateway

application = sandbox_gateway(Settings())
exempt_loaded()
