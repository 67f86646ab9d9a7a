#!/usr/bin/env bash
# Runs every check of the project: format, lints and docs as errors, Rust, JavaScript, browser.
# Needs Node.js and Chromium beside Rust; CONTRIBUTING.md says how each part is run alone. What needs cargo-deny, mdBook, shellcheck
# or Python is left out where these are not there, but never in CI.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$1"; }
has() {
  command -v "$1" >/dev/null && return
  [ -z "${CI:-}" ] || { echo "$1 is missing"; exit 1; }
  return 1
}

say "format";  cargo fmt --all --check
say "lints";   cargo clippy --locked --all-targets -- -D warnings
say "lints: with object stores"
cargo clippy --locked --workspace --features object-store -- -D warnings
say "docs";    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --workspace --features object-store
if has cargo-deny; then say "dependencies"; cargo deny --locked --all-features check licenses bans sources; fi
if has mdbook; then say "book"; mdbook build; fi
if has shellcheck; then say "scripts"; shellcheck .ci/run tests/*.sh tests/*/*.sh; fi
say "Rust";    cargo test --locked
say "Rust: object stores, which the program is built without"; cargo test --locked -p negatoscope-objects
say "JavaScript: format, lints, types and pure modules"
(cd tests/browser && npm ci --no-audit --no-fund && npm run --silent check)
node --test tests/js/*.test.mjs
# The binary that the Rust tests have just used: another build would have other features of the same crates.
NEGATOSCOPE_BIN="$(realpath "${CARGO_TARGET_DIR:-target}")/debug/negatoscope"
export NEGATOSCOPE_BIN
# It waits for kernels most of the time, and the browser tests for their pages.
python=
if [ -n "${NEGATOSCOPE_PYTHON:-}" ]; then
  say "Python: the recipes of docs/scale.md, by Ray and Dask"
  "$NEGATOSCOPE_PYTHON" tests/python/shards.py
  say "Python: object stores, by moto's S3 server"
  NEGATOSCOPE_MIRROR="$(dirname "$NEGATOSCOPE_BIN")/examples/mirror" "$NEGATOSCOPE_PYTHON" tests/python/objects.py
  say "Python: the examples of docs/api.md and docs/recipes.md"
  "$NEGATOSCOPE_PYTHON" tests/python/examples.py
  say "Python, beside the browser: the module in a notebook's kernel"
  "$NEGATOSCOPE_PYTHON" tests/python/notebook.py & python=$!
elif [ -n "${CI:-}" ]; then
  echo "NEGATOSCOPE_PYTHON names no Python for tests/python"
  exit 1
fi
say "browser"
# Two files at once: each waits for its page part of the time.
node --test --test-concurrency=2 tests/browser/*.test.mjs
[ -z "$python" ] || wait "$python"
