"""Rows about the program as people use it: the release binary, over HTTP."""

import http.client
import json
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median


def library(bench):
    """The native ONNX Runtime, which the pinned wheel holds: the same that the peer runs."""
    return next((bench.work / "venv").glob("lib/*/site-packages/onnxruntime/capi/libonnxruntime.so*"))


def environment(bench):
    return os.environ | {"ORT_DYLIB_PATH": str(library(bench)), "NEGATOSCOPE_LOG": "warn"}


def features(bench):
    """From files to vectors: our whole process, an empty cache included; the peer's work alone,
    after its imports."""
    counts = (24, 48, 96, 193)
    ours, peer = {}, {}
    for n in counts:
        ours[n] = [embed(bench, n) for _ in range(5 if n == 193 else 3)]
        peer[n] = bench.peer(f"features-{n}", 5 if n == 193 else 3)
    curve = {"ours": {n: median(ours[n]) for n in counts}}
    curve["peer"] = {n: median(peer[n]) for n in counts}
    times = {"ours": {"AVX-512": ours[193]}, "peer": peer[193], "curve": curve}
    return times | {"judge": bench.judge("features")}


def embed(bench, n):
    """Seconds of one cold run over the first n pictures."""
    cohort = bench.folder / f"x-rays-{n}"
    if not cohort.exists():
        (cohort / "images").mkdir(parents=True)
        for picture in sorted((bench.folder / "x-rays/images").iterdir())[:n]:
            shutil.copy(picture, cohort / "images")
    cache = bench.work / "cache-cold"
    shutil.rmtree(cache, ignore_errors=True)
    output = bench.folder / "features_ours.npy"
    command = [bench.binary, "embed", cohort, "-o", output, "--threads", "2", "--cache-dir", cache]
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment(bench))
    return time.perf_counter() - start


class Server:
    """A running binary."""

    def __init__(self, bench, words, cache):
        self.started = time.perf_counter()
        common = ["--no-open", "--port", "0", "--threads", "2", "--cache-dir", cache]
        self.process = subprocess.Popen(
            [bench.binary, *words, *common],
            env=environment(bench),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def ready(self):
        while self.get("/api/projection?method=pca")[0] == 503:
            time.sleep(0.005)

    def milliseconds(self, paths):
        """The round trip of each."""
        times = []
        for path in paths:
            start = time.perf_counter()
            status, body = self.get(path)
            times.append(1e3 * (time.perf_counter() - start))
            assert status == 200, (path, body)
        return times

    def peak_megabytes(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024


@contextmanager
def server(bench, *words, cache="cache"):
    started = Server(bench, words, bench.work / cache)
    try:
        yield started
    finally:
        started.process.terminate()
        started.process.wait()


def eps(bench):
    """The eps slider over a t-SNE map of 10,000 images that is there."""
    cohort = bench.folder / "10000"
    with server(bench, cohort, "--features", cohort / "features.npy") as running:
        running.ready()
        asked = "/api/clusters?method=tsne&perplexity=30"
        running.get(asked)
        return {"ms": running.milliseconds(f"{asked}&eps={i / 100}" for i in range(5, 200))}


def perplexity(bench):
    """The perplexity slider over 193 images: each value once, then each a second time."""
    with server(bench, bench.folder / "x-rays") as running:
        running.ready()
        paths = [f"/api/clusters?method=tsne&perplexity={p}" for p in range(5, 63)]
        first = running.milliseconds(paths)
        return {"ms": first, "again": running.milliseconds(paths)}


def start(bench):
    """From launch to the page and the first map with its clusters, features in the cache."""
    with server(bench, bench.folder / "x-rays") as running:
        running.ready()
    times = []
    for _ in range(9):
        with server(bench, bench.folder / "x-rays") as running:
            running.get("/")
            while running.get("/api/clusters?method=tsne&perplexity=17")[0] == 503:
                time.sleep(0.002)
            times.append(1e3 * (time.perf_counter() - running.started))
    return {"ms": times}


def memory(bench):
    """The most memory ever resident, after serving the table, a PCA map with its clusters and its
    plane; and after a t-SNE map of all images too."""
    cohort = bench.folder / "100000"
    with server(bench, cohort, "--features", cohort / "features.npy") as running:
        running.ready()
        for path in ("cohort", "clusters?method=pca&eps=0.1", "plane?method=pca"):
            running.milliseconds([f"/api/{path}"])
        served = running.peak_megabytes()
        map_ms = running.milliseconds(["/api/projection?method=tsne&perplexity=30"])[0]
        return {"megabytes": served, "with_tsne": running.peak_megabytes(), "map_ms": map_ms}


def panning(bench):
    """Frames while a PCA map of 100,000 images is moved, in a browser without a graphics card."""
    cohort = bench.folder / "100000"
    script = Path(__file__).resolve().parents[2] / "tests/browser/panning.mjs"
    with server(bench, cohort, "--features", cohort / "features.npy") as running:
        running.ready()
        address = f"http://127.0.0.1:{running.port}/?method=pca&marks=dots"
        done = subprocess.run(
            ["node", script, address], check=True, stdout=subprocess.PIPE, text=True
        )
    return json.loads(done.stdout.splitlines()[-1])
