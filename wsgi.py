"""The application for any WSGI server; `kaihu serve` runs it behind `app.web`, which has limits."""

from app.factory import create_app
from app.settings import Settings

application = create_app(Settings())
