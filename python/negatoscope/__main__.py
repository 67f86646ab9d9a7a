"""``python -m negatoscope …`` is ``negatoscope …``, with the native ONNX Runtime of this environment if it has one."""

import os
import subprocess
import sys

from ._binary import binary, environment


def main() -> int:
    command = [str(binary()), *sys.argv[1:]]
    if os.name == "posix":
        # In place of Python: signals and the exit code are the binary's own.
        os.execve(command[0], command, environment())
    return subprocess.run(command, env=environment(), check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FileNotFoundError as error:
        sys.exit(f"negatoscope: {error}")
