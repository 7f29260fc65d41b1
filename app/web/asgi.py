"""The ASGI entry of a web process: `gunicorn app.web.asgi:application -k app.web.worker.Worker`."""

from app.api.caller import EXTENSION
from app.factory import create_app
from app.garbage import exempt_loaded
from app.settings import Settings
from app.web.gateway import Gateway

_settings = Settings()
_flask = create_app(_settings)
application = Gateway(
    _flask,
    _flask.extensions[EXTENSION],
    _flask.config["MAX_CONTENT_LENGTH"],
    _settings.proxies,
)
exempt_loaded()
