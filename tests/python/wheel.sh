#!/usr/bin/env bash
# Makes the wheel, installs it into an empty environment without a compiler in sight, and starts it both ways.
# Needs Rust, Python with venv, and maturin on PATH. Prints sizes and versions. Run: tests/python/wheel.sh [profile]
set -euo pipefail
cd "$(dirname "$0")/../.."

profile="${1:-release}"
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
maturin build --locked --profile "$profile" --out "$place/wheels"
wheel="$(echo "$place"/wheels/negatoscope-*.whl)"
stat -c 'wheel: %s bytes' "$wheel"
python3 -m venv "$place/venv"
PATH="$place/venv/bin:/usr/bin:/bin" "$place/venv/bin/pip" install -q "$wheel"
cd "$place"
env -i HOME="$place" PATH="$place/venv/bin" CC=/nowhere "$place/venv/bin/negatoscope" --version
env -i HOME="$place" PATH="$place/venv/bin" CC=/nowhere "$place/venv/bin/python" -m negatoscope --version
env -i HOME="$place" PATH="$place/venv/bin" "$place/venv/bin/python" -m negatoscope demo "$place/demo"
env -i HOME="$place" PATH="$place/venv/bin" "$place/venv/bin/python" -c "
import negatoscope
with negatoscope.show(images='$place/demo/images', metadata='$place/demo/metadata.csv') as view:
    rows = view.labels(method='pca', eps=0.5, min_samples=5)
    print(len(rows), 'images,', len({row['cluster'] for row in rows}), 'labels')
"
