#!/usr/bin/env python3
"""Runs negatoscope and its peers side by side and writes docs/performance.md.

    benches/compare/run.py [--work DIR] [--binary FILE] [ROW ...]

Makes a Python environment with the pinned peers, the inputs, and our side three times, once for
each level of vector instructions. Rows named on the command line are run anew; the others keep what
an earlier run measured, and without names all are run. All of it takes about 20 minutes on two
cores. `--binary` is a release build of negatoscope, which is built when none is given.
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
THREADS = 2
# What is replaced in crates/analysis: the commonest vector extensions beside those that
# `targets = "simd"` chooses among by itself.
CHOICE = 'targets = "simd"'
LEVELS = {
    "AVX-512": {},
    "AVX2": {CHOICE: 'targets("x86_64+avx2+fma+bmi1+bmi2+lzcnt+popcnt+f16c+movbe")'},
    "baseline": {CHOICE: 'targets("x86_64+sse2")'},
}
# Fused multiply-adds, which the kernels leave out so that every level gives the same bits: the
# baseline has none. This is what leaving them out costs.
FUSED = {
    "offset.iter().fold(0.0, |sum, x| sum + x * x)": "offset.iter().fold(0.0, |sum, x| x.mul_add(*x, sum))",
    "sums.attraction[axis][lane] += pull * offset[axis];": "sums.attraction[axis][lane] = pull.mul_add(offset[axis], sums.attraction[axis][lane]);",
    "sums.repulsion[axis][lane] += push * offset[axis];": "sums.repulsion[axis][lane] = push.mul_add(offset[axis], sums.repulsion[axis][lane]);",
}
VARIANTS = LEVELS | {f"{level}, fused": LEVELS[level] | FUSED for level in ("AVX-512", "AVX2")}


class Bench:
    """Where everything lies, and how the sides are run."""

    def __init__(self, work, binary):
        self.work, self.binary = work, binary
        self.folder = work / "inputs"
        self.python = work / "venv" / "bin" / "python"
        self.results = work / "results.json"

    def prepare(self):
        if not self.python.exists():
            run([sys.executable, "-m", "venv", self.work / "venv"])
            run([self.python, "-m", "pip", "install", "-qr", HERE / "requirements.txt"])
        make = "import sys, inputs, pathlib; inputs.make(*map(pathlib.Path, sys.argv[1:]))"
        run([self.python, "-c", make, self.folder, ROOT / "tests/golden"], cwd=HERE)
        for variant in VARIANTS:
            self.build(variant)
        if self.binary is None:
            run(["cargo", "build", "--release", "--locked"], cwd=ROOT)
            target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
            self.binary = Path(target) / "release" / "negatoscope"

    def build(self, level):
        """Builds crates/analysis alone: as it is, or with other instructions. The product carries no
        switch for it."""
        crate = self.work / "level" / level
        core = "crates/analysis"
        for copy in (crate / core).rglob("*.rs"):
            if not (ROOT / copy.relative_to(crate)).exists():
                copy.unlink()
        for source in sorted((ROOT / core / "src").rglob("*.rs")):
            text = source.read_text()
            for old, new in VARIANTS[level].items():
                text = text.replace(old, new)
            write_if_new(crate / source.relative_to(ROOT), text)
        write_if_new(crate / core / "Cargo.toml", (ROOT / core / "Cargo.toml").read_text())
        write_if_new(crate / "src/lib.rs", "pub use negatoscope_analysis as analysis;\n")
        write_if_new(crate / "src/main.rs", (HERE / "ours.rs").read_text())
        write_if_new(crate / "Cargo.toml", manifest((ROOT / "Cargo.toml").read_text()))
        if not (crate / "Cargo.lock").exists():
            (crate / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
        build = ["cargo", "build", "--release", "--quiet"]
        run(build, cwd=crate, env={"CARGO_TARGET_DIR": self.work / "level/target" / level})

    def ours(self, row, repeats, level="AVX-512", threads=THREADS):
        program = self.work / "level/target" / level / "release/negatoscope"
        return printed([program, self.folder, row, repeats, threads])

    def peer(self, row, repeats, threads=THREADS):
        # A library of one thread must not take two by way of its linear algebra.
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
        env = {name: threads for name in names}
        return printed([self.python, HERE / "peers.py", self.folder, repeats, row], env)

    def judge(self, row):
        return printed([self.python, HERE / "peers.py", self.folder, "judge", row])


def manifest(ours):
    """The core's own dependencies, in the versions and the profile of the product."""
    shared = ours[ours.index("[workspace]") : ours.index("[package]")]
    profile = ours[ours.index("[profile.release]") : ours.index("[lints]")]
    lints = ours[ours.index("[workspace.lints.rust]") :]
    package = '[package]\nname = "negatoscope"\nversion = "0.0.0"\nedition = "2024"'
    core = '[dependencies]\nnegatoscope-analysis = { path = "crates/analysis" }'
    others = "\n".join(f"{name}.workspace = true" for name in ("ndarray", "ndarray-npy", "rayon"))
    return "\n".join([shared, package, core, others, profile, lints])


def write_if_new(path, text):
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run(command, cwd=None, env=None, **options):
    env = os.environ | {name: str(value) for name, value in (env or {}).items()}
    command = [str(word) for word in command]
    return subprocess.run(command, check=True, cwd=cwd, env=env, **options)


def printed(command, env=None):
    """The last line that a program prints, which is JSON."""
    done = run(command, env=env, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def search(bench):
    ours = {level: bench.ours("search", 5, level) for level in LEVELS}
    # A second OpenMP thread makes scikit-learn's t-SNE of so few points slower on a shared machine.
    return {"ours": ours, "peer": bench.peer("search", 1, threads=1)}


def exact(bench):
    ours = {level: bench.ours("exact", 21, level, threads=1) for level in LEVELS}
    return {"ours": ours, "peer": bench.peer("exact", 5, threads=1), "judge": bench.judge("exact")}


def fused(bench):
    """The exact t-SNE with and without fused multiply-adds, in turns."""
    times = {variant: [] for variant in VARIANTS if variant != "baseline"}
    for _ in range(5):
        for variant, kept in times.items():
            kept += bench.ours("exact", 9, variant, threads=1)
    return {"ours": times}


def against(row, ours, peer, threads=THREADS):
    """A row that both sides run at their best, and whose results are judged."""

    def one(bench):
        times = {
            "ours": {"AVX-512": bench.ours(row, ours, threads=threads)},
            "peer": bench.peer(row, peer, threads),
        }
        return times | {"judge": bench.judge(row)}

    return one


def curves(bench):
    """Seconds against n, for the plots."""
    tsne = {"ours": {}, "peer": {}}
    for n in (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000):
        tsne["ours"][n] = median(bench.ours(f"tsne-{n}-1000", 1))
    for n in (500, 1_000, 2_000, 5_000, 10_000, 20_000):
        tsne["peer"][n] = median(bench.peer(f"tsne-{n}-1000", 1))
    dbscan = {"ours": {}, "peer": {}}
    for n in (1_000, 10_000, 100_000, 1_000_000):
        dbscan["ours"][n] = median(bench.ours(f"dbscan-{n}-0.02-10", 5))
    for n in (1_000, 10_000, 100_000):
        dbscan["peer"][n] = median(bench.peer(f"dbscan-{n}-0.02-10", 3))
    return {"t-SNE": tsne, "DBSCAN": dbscan}


def rows():
    import serving

    return {
        "search": search,
        "exact": exact,
        "fused": fused,
        "tsne-10000": against("tsne-10000-750", 3, 1),
        "tsne-70000": against("tsne-70000-1000", 1, 1),
        "umap-193": against("umap-193", 15, 5, threads=1),
        "umap-10000": against("umap-10000", 3, 1, threads=1),
        "umap-70000": against("umap-70000", 1, 1, threads=1),
        "dbscan-0.02": against("dbscan-100000-0.02-10", 15, 5),
        "dbscan-0.1": against("dbscan-100000-0.1-14", 15, 3),
        "hdbscan-193": against("hdbscan-193-5", 201, 51),
        "hdbscan-10000": against("hdbscan-10000-15", 15, 5),
        "hdbscan-100000": against("hdbscan-100000-15", 5, 1),
        "plane": against("plane", 15, 1),
        "features": serving.features,
        "eps": serving.eps,
        "perplexity": serving.perplexity,
        "start": serving.start,
        "memory": serving.memory,
        "panning": serving.panning,
        "curves": curves,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=ROOT / "target/compare")
    parser.add_argument("--binary", type=Path)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(rows()))
    args = parser.parse_args()
    bench = Bench(args.work.resolve(), args.binary and args.binary.resolve())
    bench.prepare()
    results = json.loads(bench.results.read_text()) if bench.results.exists() else {}
    for name, measure in rows().items():
        if not args.rows or name in args.rows:
            print(f"-- {name}", flush=True)
            results[name] = measure(bench) | {"date": date.today().isoformat()}
            bench.results.write_text(json.dumps(results, indent=1))
    import report

    report.write(results, ROOT / "docs")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main()
