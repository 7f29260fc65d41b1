"""Lets OpenCV and MediaPipe load on a machine without a display's libraries.

Both wheels link to OpenGL, EGL and GLib for windows and GPUs that a server never opens. Where a
machine lacks them, a library of that name is compiled into the environment and loaded before
anything else. Its functions only trap: a call into them, which none of our paths makes, ends the
process at once. Run by make with the environment's own Python; needs cc and nm.
"""

from __future__ import annotations

import ctypes
import subprocess
import sysconfig
from pathlib import Path

# What each library would define, by the start of its functions' names.
LINKED = {
    "libGL.so.1": "gl",
    "libEGL.so.1": "egl",
    "libGLESv2.so.2": "glES",
    "libgthread-2.0.so.0": "g_thread",
    "libglib-2.0.so.0": "g_",
}
WHEELS = ("cv2", "opencv_contrib_python.libs", "mediapipe")


def main() -> None:
    """Compile what is missing, and have the environment load it first."""
    site = Path(sysconfig.get_paths()["purelib"])
    lacking = [name for name in LINKED if _is_missing(name)]
    wanted = _undefined_functions(site) if lacking else set()
    made = [_stand_in(name, wanted, site / "kaihu_headless") for name in lacking]
    lines = [f"import ctypes; ctypes.CDLL({str(path)!r}, ctypes.RTLD_GLOBAL)\n" for path in made]
    (site / "kaihu_headless.pth").write_text("".join(lines), "utf-8")
    if made:
        print("stand-ins for display libraries:", *lacking)


def _is_missing(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return True
    return False


def _undefined_functions(site: Path) -> set[str]:
    """Every name that the wheels' libraries leave for others to define."""
    names: set[str] = set()
    for wheel in WHEELS:
        for library in (site / wheel).rglob("*.so*"):
            command = ["nm", "-D", "--undefined-only", str(library)]
            done = subprocess.run(command, capture_output=True, text=True)
            names |= {line.split()[-1].split("@")[0] for line in done.stdout.splitlines()}
    return names


def _stand_in(name: str, wanted: set[str], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    mine = sorted(function for function in wanted if function.startswith(LINKED[name]))
    source = "".join(f"void {function}(void) {{ __builtin_trap(); }}\n" for function in mine)
    library = folder / name
    command = ["cc", "-w", "-shared", "-fPIC", "-fno-builtin", "-x", "c", "-", "-o", str(library)]
    subprocess.run([*command, f"-Wl,-soname,{name}"], input=source, text=True, check=True)
    return library


if __name__ == "__main__":
    main()
