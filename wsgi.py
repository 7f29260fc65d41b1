"""The application for any WSGI server; `kaihu serve` runs it behind `app.web`, which has limits."""

from app.factory import create_app
from app.settings import Settings
from core.private_files import keep_private

settings = Settings()
keep_private(settings.var)
application = create_app(settings)
