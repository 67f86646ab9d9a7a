"""The table of targets, as text and as docs/performance.md with its plots."""

import subprocess
from pathlib import Path
from statistics import median

from plot import plot

NOTES = Path(__file__).with_name("notes.md")

# Row, what it measures, the peer, the target in words, the least ratio that meets it.
COMPARED = [
    ("search", "the notebook's search, 193 × 64, 51,015 settings", "scikit-learn", 100),
    ("exact", "one exact t-SNE, 193 points, 1000 iterations, one core", "scikit-learn", 25),
    ("tsne-10000", "t-SNE, 10,000 × 64, 750 iterations", "openTSNE, FFT", 2),
    ("tsne-70000", "t-SNE, 70,000 × 64, 1000 iterations", "openTSNE, FFT", 2),
    ("umap-193", "UMAP, 193 × 64, 500 epochs, one core", "umap-learn", 1),
    ("umap-10000", "UMAP, 10,000 × 64, 500 epochs, one core", "umap-learn", 1),
    ("umap-70000", "UMAP, 70,000 × 64, 200 epochs, one core", "umap-learn", 1),
    ("dbscan-0.02", "DBSCAN, 100,000 points in the plane, eps 0.02", "scikit-learn", 5),
    ("dbscan-0.1", "the same, eps 0.1", "scikit-learn", 5),
    ("hdbscan-193", "HDBSCAN, 193 points in the plane", "scikit-learn", 5),
    ("hdbscan-10000", "the same, 10,000 points", "scikit-learn", 5),
    ("hdbscan-100000", "the same, 100,000 points", "scikit-learn", 5),
    ("plane", "285 settings of eps × min_samples, 10,000 points", "scikit-learn", 50),
    ("features", "features of 193 JPEG and PNG files, cold", "Pillow, onnxruntime", 1.5),
]


def write(results, docs):
    lines = [
        "| work | peer | ours | peer's | ratio | target | the same result? |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, work, peer, target in COMPARED:
        if name in results:
            lines += compared(results[name], work, peer, target)
    lines += ["", "| work | measured | target | |", "|---|---|---|---|", *served(results)]
    table = "\n".join(lines)
    print(table)
    drawn = draw(results, docs)
    versions = (Path(__file__).with_name("requirements.txt")).read_text().split()
    notes = NOTES.read_text().format(
        table=table,
        plots=drawn,
        machine=machine(),
        versions=", ".join(versions),
        days=days(results),
        fused=fused(results),
    )
    (docs / "performance.md").write_text(notes)


def compared(row, work, peer, target):
    theirs = median(row["peer"])
    for index, (level, seconds) in enumerate(row["ours"].items()):
        ratio = theirs / median(seconds)
        if index == 0:
            met = "" if ratio >= target else ", **missed**"
            start = f"| {work} | {peer} | "
            end = f"≥ {target} ×{met} | {quality(row.get('judge'))} |"
        else:
            start, end = f"| … with {level} | | ", "| |"
        yield f"{start}{spread(seconds)} | {spread(row['peer'])} | {ratio:.1f} × | {end}"


def quality(judge):
    if judge is None:
        return "tests/analysis_golden.rs"
    if "identical" in judge:
        return "identical" if judge["identical"] else "**different**"
    if "trustworthiness" in judge:
        found = judge["trustworthiness"]
        return f"trustworthiness {found['ours']:.4f} against {found['peer']:.4f}"
    if "ours" in judge:
        more = 100 * (judge["ours"] / judge["peer"] - 1)
        return f"KL {judge['ours']:.4f} against {judge['peer']:.4f} ({more:+.1f} %)"
    return f"within {judge['largest_difference']:.0e} of values up to {judge['largest']:.0f}"


def spread(seconds):
    """The median, and the best of several."""
    best = f" (best {duration(min(seconds))})" if len(seconds) > 1 else ""
    return duration(median(seconds)) + best


def duration(seconds):
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1e3 * seconds:.3g} ms"


def fused(results):
    """What fused multiply-adds would save, level by level."""
    if "fused" not in results:
        return "less time, which `run.py fused` measures"
    times = {name: median(seconds) for name, seconds in results["fused"]["ours"].items()}
    pairs = ((name, f"{name}, fused") for name in times if f"{name}, fused" in times)
    return " and ".join(
        f"{duration(times[other])} in place of {duration(times[name])} with {name}"
        for name, other in pairs
    )


def served(results):
    def row(work, value, limit, unit, note=""):
        met = "" if value < limit else "**missed**"
        return f"| {work} | {value:.3g} {unit} | under {limit} {unit} | {met}{note} |"

    if "eps" in results:
        yield row("eps slider, round trip at n = 10,000, p95", p95(results["eps"]["ms"]), 16, "ms")
    if "perplexity" in results:
        moved = results["perplexity"]
        yield row("perplexity slider at n = 193, p95", p95(moved["ms"]), 30, "ms")
        yield row("… once that map has been computed, p95", p95(moved["again"]), 5, "ms")
    if "start" in results:
        value = median(results["start"]["ms"])
        yield row("second start, 193 images: launch to page, map and clusters", value, 500, "ms")
    if "memory" in results:
        kept = results["memory"]
        yield row("memory, serving 100,000 × 64, peak", kept["megabytes"], 1000, "MB")
        work = "… with a t-SNE map of all of them, peak"
        note = f"the map took {kept['map_ms'] / 1e3:.0f} s"
        yield row(work, kept["with_tsne"], 1000, "MB", note)
    if "panning" in results:
        frames = results["panning"]["ms"]
        work = "panning 100,000 points at 1440 × 900, a frame in software GL, median"
        yield row(work, median(frames), 50, "ms", f"p95 {p95(frames):.0f} ms")


def p95(values):
    values = sorted(values)
    return values[int(0.95 * (len(values) - 1))]


def draw(results, docs):
    curves = dict(results.get("curves", {}))
    if "features" in results:
        curves["features"] = results["features"]["curve"]
    names = {
        "t-SNE": ("openTSNE, FFT", "t-SNE to the last of 1000 iterations, 64 features"),
        "DBSCAN": ("scikit-learn", "DBSCAN in the plane, eps 0.02, min_samples 10"),
        "features": ("Pillow, onnxruntime", "features from files, cold"),
    }
    drawn = []
    for name, (peer, title) in names.items():
        if name in curves:
            file = f"performance-{name.lower()}.svg"
            lines = {"negatoscope": curves[name]["ours"], peer: curves[name]["peer"]}
            (docs / file).write_text(plot(title, lines))
            drawn.append(f"![{title}]({file})")
    return "\n\n".join(drawn)


def machine():
    """The processor and the compiler."""
    cpu = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "?"
    )
    cores = subprocess.run(["nproc"], capture_output=True, text=True).stdout.strip()
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.split()[1]
    return f"{cores} cores of {cpu}, Linux, Rust {rust}"


def days(results):
    found = sorted({row["date"] for row in results.values() if "date" in row})
    return found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}"
