"""Where the binary of this wheel is, and the native ONNX Runtime of this environment."""

import importlib.util
import os
import sys
import sysconfig
from pathlib import Path

NAME = "negatoscope.exe" if os.name == "nt" else "negatoscope"


def binary() -> Path:
    """The program that the wheel brought, or the one that NEGATOSCOPE_BIN names.

    Raises FileNotFoundError where there is none.
    """
    named = os.environ.get("NEGATOSCOPE_BIN")
    if named:
        return Path(named)
    user = {"posix": "posix_user", "nt": "nt_user"}.get(os.name, "posix_user")
    package = Path(__file__).parent
    folders = [
        Path(sysconfig.get_path("scripts")),
        Path(sys.executable).parent,
        Path(sysconfig.get_path("scripts", user)),
        # As `pip install --target` lays it out.
        package.parent / "bin",
    ]
    for folder in folders:
        if (folder / NAME).is_file():
            return folder / NAME
    searched = ", ".join(map(str, folders))
    raise FileNotFoundError(f"{NAME} is not in {searched}: install the wheel again, or name it in NEGATOSCOPE_BIN")


def environment() -> dict:
    """The environment of the binary: with the native library, unless one is named already."""
    library = None if "ORT_DYLIB_PATH" in os.environ else _native_library()
    return {**os.environ, **({"ORT_DYLIB_PATH": str(library)} if library else {})}


def _native_library():
    """The library in the onnxruntime package, which is looked for and not imported."""
    found = importlib.util.find_spec("onnxruntime")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "capi"
    for pattern in ("libonnxruntime.so*", "libonnxruntime*.dylib", "onnxruntime.dll"):
        for library in sorted(folder.glob(pattern)):
            return library
    return None
