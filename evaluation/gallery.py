"""`kaihu gallery`: each reading over its photo, the worst first, as one HTML page."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment
from PIL import Image

from core.files import PhotoLimits
from core.policy import Policy
from evaluation.documents import Case, read_documents
from kyc.policy import UploadPolicy
from ocr.preprocess.decode import decode_photo

SHOWN = 900  # px, longest side

_PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<meta charset="utf-8"><title>Readings</title>
<style>
body{font:14px/1.4 sans-serif;margin:2em;background:#f4f4f2}
section{display:flex;gap:1.5em;background:#fff;margin:0 0 1.5em;padding:1em}
figure{margin:0;position:relative}svg{position:absolute;left:0;top:0}
td{vertical-align:top;padding:1px 8px;max-width:36em}.wrong{background:#fbe0dc}
polygon{fill:none;stroke:#0a7d33;stroke-width:2}polygon.flag{stroke:#d11;stroke-width:3}
</style>
<h1>{{ cases|length }} photos, worst first</h1>
{% for case in cases %}<section>
<figure><img src="{{ case.picture }}" width="{{ case.width }}" height="{{ case.height }}">
<svg width="{{ case.width }}" height="{{ case.height }}">
{% for points, style in case.shapes %}<polygon class="{{ style }}" points="{{ points }}"/>
{% endfor %}</svg></figure>
<div><h3>{{ case.title }}</h3><p>{{ case.notes }}</p>
<table>{% for field in case.fields %}<tr class="{{ '' if field.right else 'wrong' }}">
<td>{{ field.label }}</td><td>{{ field.read }}</td>
<td>{{ '' if field.right else field.printed }}</td>
</tr>{% endfor %}</table></div></section>
{% endfor %}""")


def write_gallery(data: Path, models: Path, policy: Policy, file: Path) -> int:
    """Write the page; how many photos it shows."""
    cases = sorted(read_documents(data, models, policy), key=_rightness)
    limits = policy.section(UploadPolicy).photo
    shown = [_shown(case, data / "documents", limits) for case in cases]
    file.write_text(_PAGE.render(cases=shown), "utf-8")
    return len(shown)


def _rightness(case: Case) -> float:
    scored = [field.right for field in case.fields if field.scored]
    missed = len(set(case.truth["flags"]) ^ case.found)
    return (sum(scored) / len(scored) if scored else 1.0) - missed


def _shown(case: Case, folder: Path, limits: PhotoLimits) -> dict[str, object]:
    photo = Image.fromarray(decode_photo((folder / case.truth["file"]).read_bytes(), limits))
    scale = SHOWN / max(photo.size)
    photo.thumbnail((SHOWN, SHOWN))
    jpeg = io.BytesIO()
    photo.save(jpeg, "JPEG", quality=70)
    reading = case.reading
    shapes = []
    if reading is not None:
        shapes += [(_points(q, scale), "") for parts in reading.quads.values() for q in parts]
        shapes += [(_points(f.region, scale), "flag") for f in reading.flags if f.region]
    flags = [f"{f.name} {dict(f.measures) or ''}" for f in reading.flags] if reading else []
    return {
        "picture": "data:image/jpeg;base64," + base64.b64encode(jpeg.getvalue()).decode(),
        "width": photo.width,
        "height": photo.height,
        "shapes": shapes,
        "title": f"{case.truth['file']}: {case.truth['kind']} {', '.join(case.truth['flags'])}",
        "notes": f"reasons: {', '.join(case.reasons)}; flags: {'; '.join(flags)}; "
        f"{', '.join(case.truth['degradations'])}; {case.seconds:.2f} CPU-s",
        "fields": case.fields,
    }


def _points(quad: Sequence[tuple[float, float]], scale: float) -> str:
    return " ".join(f"{x * scale:.0f},{y * scale:.0f}" for x, y in quad)
