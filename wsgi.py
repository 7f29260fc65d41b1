"""The WSGI entry: `gunicorn wsgi:application`."""

from app.factory import create_app
from app.settings import Settings

application = create_app(Settings())
