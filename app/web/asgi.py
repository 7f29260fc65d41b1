"""The ASGI entry of a web process: `gunicorn app.web.asgi:application -k app.web.worker.Worker`."""

from app.factory import create_app
from app.garbage import exempt_loaded
from app.settings import Settings
from app.web.gateway import gateway_of

application = gateway_of(create_app(Settings()))
exempt_loaded()
