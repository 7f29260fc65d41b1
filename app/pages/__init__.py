"""Pages of the service: HTML by Jinja, ES modules, one stylesheet a page; no framework, no build.

`routes.py` serves them, `assets.py` names static files by their contents, `packed.py` answers with
what was compressed at the start. A page calls the public API as any app does and knows no database.
Start reading at `routes.py`; the capture page is `capture/`, and docs/capture.md says how it works.
"""
