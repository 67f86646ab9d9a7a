"""The recipes of docs/scale.md, as they stand there: real Ray, real Dask, the script of a Slurm array and the arguments
of a Kubernetes Job, each on several local workers, and the same bytes as one process.

Run: NEGATOSCOPE_BIN=target/debug/negatoscope python tests/python/shards.py
Needs what requirements.txt beside it names.
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
PAGE = (ROOT / "docs/scale.md").read_text(encoding="utf-8")


def recipe(heading, language):
    """The first block of this language below a heading."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)[1]


class Shards(unittest.TestCase):
    """One folder with the demo cohort, in which every recipe fills a folder of parts."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.place = Path(cls.folder.name)
        bin = cls.place / "bin"
        bin.mkdir()
        (bin / "negatoscope").symlink_to(BINARY)
        cls.environment = {
            **os.environ,
            "PATH": f"{bin}{os.pathsep}{os.environ['PATH']}",
            "NEGATOSCOPE_CACHE_DIR": str(cls.place / "cache"),
            # Nothing leaves this machine.
            "RAY_USAGE_STATS_ENABLED": "0",
        }
        cls.run_there(["negatoscope", "demo", "whole"])
        cls.make_small()
        cls.run_there(["negatoscope", "embed", "cohort", "-o", "one.parquet", "--cache-dir", "cache of one"])
        cls.one = (cls.place / "one.parquet").read_bytes()

    @classmethod
    def make_small(cls):
        """A few images of the demo, and one that cannot be read: the network takes all of the time."""
        images = cls.place / "cohort"
        images.mkdir()
        for path in sorted((cls.place / "whole/images").iterdir())[:40]:
            path.rename(images / path.name)
        (images / "no_picture.png").write_text("no picture")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def run_there(cls, command, **variables):
        environment = {**cls.environment, **variables}
        done = subprocess.run(command, cwd=cls.place, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def setUp(self):
        for folder in ["parts", "cache"]:
            subprocess.run(["rm", "-rf", str(self.place / folder)], check=True)

    def check_parts(self):
        """The parts are four, and together what one process makes."""
        names = sorted(path.name for path in (self.place / "parts").iterdir())
        self.assertEqual(names, [f"part-{index:05}-of-00004.parquet" for index in range(4)])
        said = self.run_there(["negatoscope", "embed", "cohort", "--features", "parts", "-o", "all.parquet"])
        self.assertIn("no_picture.png", said)
        self.assertEqual((self.place / "all.parquet").read_bytes(), self.one)

    def run_program(self, heading):
        program = self.place / f"{heading.lower()}_recipe.py"
        program.write_text(recipe(heading, "python"))
        self.run_there([sys.executable, program.name])

    def test_ray(self):
        self.run_program("Ray")
        self.check_parts()

    def test_dask(self):
        self.run_program("Dask")
        self.check_parts()

    def test_the_script_of_a_slurm_array(self):
        script = recipe("A Slurm array", "sh")
        for index in range(4):
            self.run_there(["sh", "-c", script], SLURM_ARRAY_TASK_ID=str(index), TMPDIR=str(self.place))
        self.check_parts()

    def test_the_arguments_of_a_kubernetes_job(self):
        job = recipe("A Kubernetes indexed Job", "yaml")
        arguments = re.search(r"args: \[(.*)\]", job)[1].split(", ")
        self.assertEqual(arguments[0], "embed")
        for index in range(4):
            one = [word.replace("$(JOB_COMPLETION_INDEX)", str(index)) for word in arguments]
            self.run_there(["negatoscope", *one])
        self.check_parts()

    @unittest.skipUnless(os.environ.get("NEGATOSCOPE_SPARK"), "NEGATOSCOPE_SPARK asks for Spark, which needs Java")
    def test_spark(self):
        self.run_program("Spark")
        self.check_parts()


if __name__ == "__main__":
    unittest.main()
