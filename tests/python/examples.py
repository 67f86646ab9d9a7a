"""The examples of docs/api.md and docs/recipes.md, as they stand there and in their order, and what they print.

Run: NEGATOSCOPE_BIN=target/debug/negatoscope python tests/python/examples.py
With UPDATE=1 what they print is written into the pages. Needs scikit-learn, curl and a shell.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ["NEGATOSCOPE_BIN"]).resolve()
SERVER = "http://127.0.0.1:8420"
# A block of commands, and what stands below it if it prints anything.
EXAMPLE = re.compile(r"```(sh|python)\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)
# Between what one block prints and the next.
MARK = "\x1e"


class Examples(unittest.TestCase):
    """One folder for each page, with the program in the path and nothing else."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.place = Path(folder.name)
        bin = self.place / "bin"
        bin.mkdir()
        (bin / "negatoscope").symlink_to(BINARY)
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(bin), os.path.dirname(sys.executable), os.environ["PATH"]]),
            "NEGATOSCOPE_CACHE_DIR": str(self.place / "cache"),
            "NEGATOSCOPE_NO_OPEN": "true",
            # What it prints hangs on the last digits of the features, and everybody has this one.
            "NEGATOSCOPE_BACKEND": "embedded",
        }

    def hold(self, page, run, skip=0):
        """Runs all blocks after the first `skip`, and holds what they print against the page."""
        text = (ROOT / page).read_text(encoding="utf-8")
        blocks = list(EXAMPLE.finditer(text))[skip:]
        printed = run([(block[1], block[2]) for block in blocks])
        self.assertEqual(len(printed), len(blocks), printed[-1])
        now, end = text[: blocks[0].start()], blocks[0].start()
        for block, said in zip(blocks, printed):
            now += text[end : block.start()] + f"```{block[1]}\n{block[2]}```\n"
            said = said.strip("\n")
            now += f"\n```text\n{said}\n```\n" if said else ""
            end = block.end()
        now += text[end:]
        if os.environ.get("UPDATE"):
            (ROOT / page).write_text(now, encoding="utf-8")
        self.assertEqual(text, now)

    def test_api(self):
        """Against a server of the demo cohort, all Python as one program."""
        command = [BINARY, "--port", "0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment, cwd=self.place)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        self.addCleanup(server.stdout.close)
        address = server.stdout.readline().split()[-1]

        def run(blocks):
            """One program, in which a shell's block is what Python calls."""
            program = ["import subprocess"]
            for language, block in blocks:
                block = block.replace(SERVER, address)
                shell = f"print(subprocess.check_output(['bash', '-euo', 'pipefail', '-c', {block!r}], text=True))"
                program += [block if language == "python" else shell, f"print({MARK!r})"]
            done = subprocess.run(
                [sys.executable, "-c", "\n".join(program)],
                cwd=self.place,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=300,
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return done.stdout.split(MARK)[:-1]

        self.hold("docs/api.md", run, skip=1)

    def test_recipes(self):
        """One after the other in one folder."""

        def run(blocks):
            printed = []
            for _, block in blocks:
                done = subprocess.run(
                    ["bash", "-euo", "pipefail", "-c", block],
                    cwd=self.place,
                    env=self.environment,
                    capture_output=True,
                    text=True,
                    timeout=300,
                )
                self.assertEqual(done.returncode, 0, block + done.stdout + done.stderr)
                printed.append(done.stdout)
            return printed

        self.hold("docs/recipes.md", run)


if __name__ == "__main__":
    unittest.main()
