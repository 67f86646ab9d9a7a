"""Cohorts in an object store: the crate that mirrors them against a real S3 server, moto's, and the ordinary binary on what
comes of it. A binary that knows object stores itself (NEGATOSCOPE_OBJECTS_BIN) is asked the same.

Run: NEGATOSCOPE_BIN=target/debug/negatoscope NEGATOSCOPE_MIRROR=target/debug/examples/mirror python tests/python/objects.py
Needs what requirements.txt beside it names; `cargo test -p negatoscope-objects` builds the example.
"""

import logging
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

BINARY = Path(os.environ["NEGATOSCOPE_BIN"]).resolve()
MIRROR = Path(os.environ["NEGATOSCOPE_MIRROR"]).resolve()
OBJECTS_BINARY = os.environ.get("NEGATOSCOPE_OBJECTS_BIN")

PREFIX = "archive/of the ward"
# The server says every request.
logging.getLogger("werkzeug").setLevel(logging.ERROR)

SECRETS = {"AWS_ACCESS_KEY_ID": "a-key-of-the-test", "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-test"}


class Objects(unittest.TestCase):
    """The demo cohort below a prefix of a bucket, anew for every test."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.place = Path(cls.folder.name)
        cls.run_there([BINARY, "demo", "demo"])

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        self.addCleanup(self.server.stop)
        self.endpoint = "http://{}:{}".format(*self.server.get_host_and_port())
        self.variables = {
            **SECRETS,
            "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
        }
        self.client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="eu-west-1",
            aws_access_key_id=SECRETS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=SECRETS["AWS_SECRET_ACCESS_KEY"],
        )
        # The servers of one process share their buckets.
        self.bucket = self._testMethodName.replace("_", "-")[:40].strip("-")
        self.client.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.address = f"s3://{self.bucket}/{PREFIX}"
        self.cohort = self.place / self._testMethodName / "of the ward"
        images = self.cohort / "images"
        images.mkdir(parents=True)
        (self.cohort / "metadata.csv").write_bytes((self.place / "demo/metadata.csv").read_bytes())
        for path in sorted((self.place / "demo/images").iterdir())[:30]:
            (images / path.name).write_bytes(path.read_bytes())
        for path in self.cohort.rglob("*"):
            if path.is_file():
                self.put(path.relative_to(self.cohort).as_posix(), path.read_bytes())
        self.cache = self.place / self._testMethodName / "cache"

    def put(self, name, bytes):
        self.client.put_object(Bucket=self.bucket, Key=f"{PREFIX}/{name}", Body=bytes)

    @classmethod
    def run_there(cls, command, code=0, **variables):
        environment = {**os.environ, **variables}
        done = subprocess.run(command, cwd=cls.place, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == code, done.stderr
        for secret in SECRETS.values():
            assert secret not in done.stdout + done.stderr, done.stderr
        return done

    def mirrored(self):
        """How many objects came, and the folder with all of them."""
        done = self.run_there([MIRROR, self.address, self.cache], **self.variables)
        return int(done.stderr.split()[0]), Path(done.stdout.strip())

    def embedded(self, cohort):
        """The features of a folder, as bytes."""
        output = self.place / "features.npy"
        output.unlink(missing_ok=True)
        self.run_there([BINARY, "embed", cohort, "-o", output, "--cache-dir", self.place / "cache"])
        return output.read_bytes()

    def test_the_same_features_as_of_the_folder_and_what_changed_is_noticed(self):
        n_objects, folder = self.mirrored()
        self.assertEqual((n_objects, folder.name), (31, "of the ward"))
        self.assertEqual(self.embedded(folder), self.embedded(self.cohort))
        self.assertEqual(self.mirrored(), (0, folder))
        # One is another picture, one is gone, and one is new.
        first, second, third, *_ = sorted((self.cohort / "images").iterdir())
        first.write_bytes(third.read_bytes())
        self.put(f"images/{first.name}", first.read_bytes())
        second.unlink()
        self.client.delete_object(Bucket=self.bucket, Key=f"{PREFIX}/images/{second.name}")
        before = self.embedded(folder)
        self.assertEqual(self.mirrored(), (1, folder))
        self.assertFalse((folder / "images" / second.name).exists())
        after = self.embedded(folder)
        self.assertEqual(after, self.embedded(self.cohort))
        self.assertNotEqual(after, before)

    def test_a_store_that_is_gone_is_told_and_its_mirror_used(self):
        _, folder = self.mirrored()
        self.server.stop()
        done = self.run_there([MIRROR, self.address, self.cache], **self.variables)
        self.assertEqual(done.stdout.strip(), str(folder))
        done = self.run_there([MIRROR, self.address, self.place / "another"], code=1, **self.variables)
        self.assertIn("cannot be reached", done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_a_bucket_that_is_not_there_and_a_prefix_of_nothing_are_one_sentence(self):
        for address, said in [("s3://none/a", "there is no bucket"), (f"s3://{self.bucket}/none", "there is nothing below")]:
            done = self.run_there([MIRROR, address, self.cache], code=1, **self.variables)
            self.assertIn(said, done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_more_objects_than_one_listing_has(self):
        for number in range(1100):
            self.put(f"many/{number}.png", b"no picture")
        n_objects, folder = self.mirrored()
        self.assertEqual(n_objects, 1131)
        self.assertEqual(len(list(folder.glob("many/*"))), 1100)

    @unittest.skipUnless(OBJECTS_BINARY, "NEGATOSCOPE_OBJECTS_BIN names no binary with object stores")
    def test_the_program_itself(self):
        output = self.place / "own.npy"
        command = [OBJECTS_BINARY, "embed", self.address, "-o", output, "--cache-dir", self.cache]
        done = self.run_there(command, **self.variables)
        self.assertIn(f"31 objects came from {self.address}", done.stderr)
        self.assertEqual(output.read_bytes(), self.embedded(self.cohort))
        self.assertIn("0 objects came", self.run_there(command, **self.variables).stderr)
        self.server.stop()
        done = self.run_there(command, **self.variables)
        self.assertEqual(done.stderr.count("cannot be reached"), 1, done.stderr)
        self.assertEqual(output.read_bytes(), self.embedded(self.cohort))
        command[-1] = self.place / "another cache"
        done = self.run_there(command, code=1, **self.variables)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
