"""The module in a real Jupyter kernel, its page in a real browser, and its end with the kernel.

Run: NEGATOSCOPE_BIN=target/debug/negatoscope python tests/python/notebook.py
Needs what requirements.txt beside it names, NumPy, scikit-learn, Node.js and Chromium.
"""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from jupyter_client import KernelManager

ROOT = Path(__file__).resolve().parents[2]

COHORT = """
import json
import numpy as np, pandas as pd, polars as pl
import negatoscope
rng = np.random.default_rng(7)
centres = rng.normal(size=(3, 16)) * 4
group = np.repeat([0, 1, 2], 20)
features = (centres[group] + rng.normal(size=(60, 16))).astype("float32")
# An index of its own, and words that a CSV could be misread from.
metadata = pd.DataFrame(
    {"site": np.array(["a,b", 'c"d', "e"])[group], "age": rng.integers(20, 90, 60), "patient": [f"p{i // 2}" for i in range(60)]},
    index=range(100, 160),
)
"""


class Kernel:
    """A Jupyter kernel of this Python, which sees the module as it is in the repository."""

    def __init__(self, folder):
        self.manager = KernelManager()
        path = os.pathsep.join(filter(None, [str(ROOT / "python"), os.environ.get("PYTHONPATH")]))
        cache = {"NEGATOSCOPE_CACHE_DIR": folder, "PYTHONPATH": path}
        self.manager.start_kernel(env={**os.environ, **cache})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code):
        """What a cell shows: the bundle of its last line, what it prints, or the name and text of its error."""
        found = {"html": None, "text": None, "printed": "", "error": None}

        def hear(message):
            content = message["content"]
            if message["msg_type"] == "execute_result":
                found["html"] = content["data"].get("text/html")
                found["text"] = content["data"].get("text/plain")
            elif message["msg_type"] == "stream" and content["name"] == "stdout":
                found["printed"] += content["text"]
            elif message["msg_type"] == "error":
                found["error"] = f"{content['ename']}: {content['evalue']}"

        self.client.execute_interactive(code, output_hook=hear, timeout=120)
        return found

    def value(self, expression):
        """The value of an expression, through JSON."""
        found = self.run(f"print(json.dumps({expression}))")
        assert found["error"] is None, found["error"]
        return json.loads(found["printed"])

    def end(self):
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)


class Notebook(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.kernel = Kernel(cls.folder.name)
        found = cls.kernel.run(COHORT + "view = negatoscope.show(features, metadata, group_by='patient')\nview")
        assert found["error"] is None, found["error"]
        cls.html = found["html"]

    @classmethod
    def tearDownClass(cls):
        cls.kernel.end()
        cls.folder.cleanup()

    def setUp(self):
        self.value = self.kernel.value

    def test_labels_come_back_as_the_frame_that_the_metadata_was(self):
        self.assertTrue(self.value("isinstance(view.labels(), pd.DataFrame)"))
        table = self.value("view.labels(method='pca', eps=0.5, min_samples=5).to_dict('list')")
        self.assertEqual(len(table["cluster"]), 60)
        self.assertEqual(table["site"], self.value("metadata.site.tolist()"), "in the rows' order, as they were")
        self.assertEqual(table["age"], self.value("metadata.age.tolist()"))
        # scikit-learn on the same features.
        from sklearn.cluster import DBSCAN
        from sklearn.decomposition import PCA
        from sklearn.preprocessing import StandardScaler

        features = self.value("features.tolist()")
        reference = DBSCAN(eps=0.5, min_samples=5).fit(StandardScaler().fit_transform(PCA(2).fit_transform(features)))
        self.assertEqual(table["cluster"], reference.labels_.tolist())

    def test_a_frame_of_polars_comes_back_as_one(self):
        code = "other = negatoscope.show(features, pl.DataFrame(metadata.to_dict('list'))); frame = other.labels(); other.close()"
        self.assertIsNone(self.kernel.run(code)["error"])
        self.assertTrue(self.value("isinstance(frame, pl.DataFrame) and frame.shape[0] == 60"))

    def test_the_page_is_in_the_cell_and_what_is_saved_there_comes_back(self):
        self.assertIn("<iframe", self.html)
        page = f"<!doctype html><title>a notebook</title>{self.html}"
        for name in ("localhost", "127.0.0.1"):
            with Served(page) as port:
                frame = subprocess.run(
                    ["node", ROOT / "tests/browser/framed.mjs", f"http://{name}:{port}/", f"odd ones {name}"],
                    capture_output=True,
                    text=True,
                    check=False,
                )
            self.assertEqual(frame.returncode, 0, frame.stderr)
            chosen = json.loads(frame.stdout)
            self.assertGreater(len(chosen), 0)
            self.assertEqual(self.value(f"view.selection('odd ones {name}').id.tolist()"), chosen)
        self.assertEqual(self.value("view.selection().id.tolist()"), chosen, "the one that was saved last")

    def test_another_site_may_not_frame_it(self):
        address, token = self.value("view.url").split("?token=")
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request) as answer:
            policy = answer.headers["content-security-policy"]
        self.assertIn("frame-ancestors http://localhost:* http://127.0.0.1:*", policy)

    def test_nobody_is_let_in_without_the_token(self):
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(self.value("view.url.split('?')[0] + 'api/cohort'"))
        self.assertEqual(refused.exception.code, 401)

    def test_what_does_not_fit_is_said_in_a_sentence(self):
        for code, said in [
            ("negatoscope.show()", "ValueError: there is nothing to lay out: give features, images, or both"),
            ("negatoscope.show(features[0])", "ValueError: features has 1 axes: give an array of shape"),
            ("negatoscope.show(features[:50], metadata).labels()", "NegatoscopeError: "),
            ("negatoscope.show(features, metadata, group_by='nobody')", "NegatoscopeError: "),
            ("view.selection('not there')", "NegatoscopeError: no selection called 'not there' is saved here"),
            ("view.labels(eps=-1)", "NegatoscopeError: "),
        ]:
            error = self.kernel.run(code)["error"]
            self.assertIsNotNone(error, code)
            self.assertTrue(error.startswith(said), error)
            self.assertNotIn("Traceback", error)

    def test_images_by_their_paths(self):
        made = self.folder.name + "/demo"
        subprocess.run([os.environ["NEGATOSCOPE_BIN"], "demo", made], check=True, capture_output=True)
        self.kernel.run(f"from pathlib import Path; paths = sorted(Path({made!r}, 'images').iterdir())[:30]")
        code = "seen = negatoscope.show(np.eye(30, 8) + rng.normal(size=(30, 8)), images=paths); names = seen.labels().filename.tolist(); seen.close()"
        self.assertIsNone(self.kernel.run(code)["error"])
        self.assertEqual(self.value("names"), self.value("[path.name for path in paths]"))

    def test_the_server_ends_with_the_kernel_however_that_ends(self):
        kernel = Kernel(self.folder.name)
        found = kernel.run(COHORT + "view = negatoscope.show(features); print(view._process.pid)")
        server = int(found["printed"])
        os.kill(server, 0)
        # No farewell: neither atexit nor a finaliser runs.
        kernel.manager.signal_kernel(9)
        ends = time.monotonic() + 5
        while is_alive(server) and time.monotonic() < ends:
            time.sleep(0.05)
        self.assertFalse(is_alive(server), "the server outlives its kernel")
        kernel.end()


def is_alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Served:
    """A page, served as a notebook's server would."""

    def __init__(self, page):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1]

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
