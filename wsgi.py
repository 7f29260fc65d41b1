"""The WSGI entry: `gunicorn wsgi:application`."""

import sys

from app import create_app
from app.settings import Settings

# Threads that take uploads apart hold the interpreter for five milliseconds each by default, and
# whoever asks for little would wait for all of them.
sys.setswitchinterval(0.0005)

application = create_app(Settings())
