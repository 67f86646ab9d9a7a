"""A dashboard that was started from Python: shown in a notebook's cell, asked for labels, ended with the kernel."""

import atexit
import csv
import html
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import weakref
from collections import deque
from pathlib import Path
from threading import Thread

import narwhals as nw

from ._binary import binary, environment

# Where notebooks are served: their pages may show the dashboard in a frame.
NOTEBOOKS = ("http://localhost:*", "http://127.0.0.1:*")

# Time for the server to say where it listens, in seconds.
STARTS_WITHIN = 30


class NegatoscopeError(RuntimeError):
    """What the dashboard refuses, in its own words."""


def show(features=None, metadata=None, images=None, *, column=None, group_by=None, height=860, options=()):
    """Opens the dashboard on vectors, a table and images, any of which may be missing, and gives a :class:`View`.

    In a notebook the view as the last line of a cell is the page itself.

    features: array of shape (n_images, n_features), of floats or integers, in the rows' order; or the path of a file
        that ``--features`` takes. Without it the built-in network computes them from the images.
    metadata: a data frame (pandas, Polars, PyArrow, …) with a row for each image, or the path of a table.
    images: a folder, of which a column of the metadata names the files; or the files' paths, one for each row.
    column: the column that is asked about.
    group_by: the column of the independent unit, such as the patient.
    height: of the page in the cell, in pixels.
    options: further words of the command line, such as ``["--where", "view=PA"]``.

    Raises NegatoscopeError with what the program says, ValueError where the parts do not fit together.
    """
    if features is None and images is None:
        raise ValueError("there is nothing to lay out: give features, images, or both")
    folder = Path(tempfile.mkdtemp(prefix="negatoscope-"))
    try:
        frame = None if metadata is None or _is_path(metadata) else nw.from_native(metadata, eager_only=True)
        # What the page calls a cohort that has no name of its own.
        inside = folder / "notebook"
        inside.mkdir()
        words = _words(inside, features, metadata, frame, images)
        words += ["--column", column] if column else []
        words += ["--group-by", group_by] if group_by else []
        return View([*words, *options], height=height, folder=folder, like=frame)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


class View:
    """A dashboard that runs. It ends with :meth:`close`, with the view itself, and with the kernel."""

    def __init__(self, words, *, height, folder, like):
        self.height = height
        self._like = like
        self._token = secrets.token_urlsafe(24)
        command = [str(binary()), *words, "--host", "127.0.0.1", "--port", "0", "--no-open", "--until-input-ends"]
        for site in NOTEBOOKS:
            command += ["--frame-ancestor", site]
        # Its own input: it ends when this process does, however that ends.
        process = subprocess.Popen(
            command,
            env={**environment(), "NEGATOSCOPE_TOKEN": self._token},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._process = process
        self._said = deque(maxlen=50)
        Thread(target=lambda: self._said.extend(process.stderr), daemon=True).start()
        self._end = weakref.finalize(self, _end, process, folder)
        atexit.register(self._end)
        self._address = self._listens()

    @property
    def url(self):
        """The link that opens it in a browser; whoever has it can see the cohort."""
        return f"{self._address}/?token={self._token}"

    def labels(self, **parameters):
        """A frame with a row for each image: id, filename, x, y, cluster (-1: in no group), core, and the metadata.

        At the setting that was looked at last on the page, or the one that the page opens with; by parameters at
        another one: ``labels(perplexity=20, eps=0.4)``. The frame is of the library that the metadata came in, else of
        pandas, Polars or PyArrow, whichever is there, else a list of dicts.
        """
        setting = parameters or self._setting()
        return self._framed(self._ask("/api/export", {**setting, "format": "json"})["records"])

    def selection(self, name=None):
        """A frame with the images of a selection, or of a cluster made by hand, that was saved on the page.

        name: as it was saved; the one that was saved last where it is not given. Raises NegatoscopeError where there
        is none.
        """
        kinds = ("selection", "group")
        saved = [item for item in self._ask("/api/project")["items"] if item["kind"] in kinds and not item["gone"]]
        wanted = [item for item in saved if name is None or item["body"].get("name") == name]
        if not wanted:
            there = ", ".join(item["body"].get("name") or "without a name" for item in saved) or "none"
            called = f"called {name!r} " if name else ""
            raise NegatoscopeError(f"no selection {called}is saved here ({there} is): select images and press Save")
        last = max(wanted, key=lambda item: item["revision"])
        chosen = set(last["body"]["images"])
        records = self._ask("/api/export", {**self._setting(), "format": "json"})["records"]
        return self._framed([record for record in records if record["id"] in chosen])

    def verdict(self, **parameters):
        """Whether the groups are luck, as a dict: ``headline``, ``case``, ``lines``; see docs/verdict.md."""
        return self._ask("/api/verdict", {**(parameters or self._setting()), "effort": "full"})

    def close(self):
        """Ends the server, and takes away what was written for it."""
        self._end()

    def _repr_html_(self):
        # The name under which the notebook is open: to a browser localhost and 127.0.0.1 are two sites, and cookies
        # of another site are not sent.
        source = html.escape(self.url.replace("127.0.0.1", "localhost", 1), quote=True)
        frame = f"negatoscope-{secrets.token_hex(6)}"
        return (
            f'<iframe id="{frame}" src="{source}" title="Negatoscope" width="100%" height="{int(self.height)}" '
            f'style="border:0" allow="clipboard-write; fullscreen"></iframe><script>'
            f'if(location.hostname==="127.0.0.1"){{const f=document.getElementById("{frame}");'
            f'f.src=f.src.replace("localhost","127.0.0.1")}}</script>'
        )

    def __repr__(self):
        state = "ended" if self._process.poll() is not None else f"at {self._address}"
        return f"<negatoscope.View {state}>"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _listens(self):
        """Where it listens, once it does."""
        waits = Thread(target=self._read_address, daemon=True)
        self._line = ""
        waits.start()
        waits.join(STARTS_WITHIN)
        if not self._line:
            self._end()
            raise NegatoscopeError(self._complaint())
        return self._line

    def _read_address(self):
        for line in self._process.stdout:
            if line.startswith("Listening on "):
                self._line = line.split()[-1]
                break
        # Whatever else it says: a pipe that nobody reads fills up.
        for _ in self._process.stdout:
            pass

    def _complaint(self):
        time.sleep(0.05)
        said = [line.removeprefix("negatoscope: ").strip() for line in self._said if line.strip()]
        return said[-1] if said else "it did not start"

    def _setting(self):
        """What was looked at last; nothing where nobody has looked, which is the setting that the page opens with."""
        looks = self._ask("/api/looks")["looks"]
        settings = [look["params"] for look in looks if look["kind"] not in ("plane", "settings", "search")]
        settings = [params for params in settings if params]
        return settings[-1] if settings else self._ask("/api/proposal").get("params") or {}

    def _ask(self, path, query=()):
        """The JSON of a path, once the features are there."""
        while path != "/api/cohort":
            cohort = self._ask("/api/cohort")
            if cohort["state"] == "ready":
                break
            if cohort["state"] == "failed":
                raise NegatoscopeError(cohort["error"])
            time.sleep(0.1)
        address = f"{self._address}{path}?{urllib.parse.urlencode(dict(query))}"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {self._token}"})
        # No proxy: it is this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise NegatoscopeError(_refusal(error)) from None
        except urllib.error.URLError:
            raise NegatoscopeError(f"it does not run any more: {self._complaint()}") from None

    def _framed(self, records):
        names = list(records[0]) if records else []
        columns = {name: [record.get(name) for record in records] for name in names}
        if self._like is not None:
            return nw.from_dict(columns, backend=nw.get_native_namespace(self._like)).to_native()
        for library in ("pandas", "polars", "pyarrow"):
            try:
                return nw.from_dict(columns, backend=library).to_native()
            except ImportError:
                continue
        return records


def _end(process, folder):
    """Ends a server, and takes its folder away."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        try:
            pipe.close()
        except (OSError, ValueError):
            pass
    shutil.rmtree(folder, ignore_errors=True)


def _refusal(error):
    try:
        return json.load(error)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return str(error)


def _is_path(value):
    return isinstance(value, (str, os.PathLike))


def _words(folder, features, metadata, frame, images):
    """The words of the command line, with what is not a file yet written to the folder."""
    words = []
    if features is not None and not _is_path(features):
        features = _write_npy(features, folder / "features.npy")
    if features is not None:
        words += ["--features", str(Path(features).absolute())]
    if images is not None and not _is_path(images):
        images, names = _common(images)
        if frame is None and metadata is not None:
            raise ValueError("images is a list and metadata a file: give a folder, or the metadata as a data frame")
        if frame is None:
            metadata = _write_names(names, folder / "metadata.csv")
        elif len(frame) != len(names):
            raise ValueError(f"there are {len(names)} images and {len(frame)} rows of metadata: give one for each row")
        else:
            frame = frame.with_columns(nw.new_series("filename", names, backend=nw.get_native_namespace(frame)))
        words += ["--filename-column", "filename"]
    if frame is not None:
        metadata = folder / "metadata.csv"
        frame.write_csv(str(metadata))
    if metadata is not None:
        words += ["--metadata", str(Path(metadata).absolute())]
    if images is not None:
        words += ["--images", str(Path(images).absolute())]
    return words


def _common(paths):
    """The folder that all files are in, and their paths in it."""
    whole = [os.path.abspath(path) for path in paths]
    if not whole:
        raise ValueError("images is empty: give one path for each row")
    common = os.path.commonpath([os.path.dirname(path) for path in whole])
    return common, [Path(os.path.relpath(path, common)).as_posix() for path in whole]


def _write_names(names, path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["filename"], *([name] for name in names)])
    return path


def _write_npy(features, path):
    import numpy as np

    array = np.asarray(features)
    if array.ndim != 2:
        raise ValueError(f"features has {array.ndim} axes: give an array of shape (n_images, n_features)")
    kind = array.dtype if array.dtype in (np.float32, np.float64) else np.float32
    np.save(path, np.ascontiguousarray(array, dtype=kind))
    return path
