#!/usr/bin/env bash
# Builds the program twice, in folders of other names and lengths, and says whether it is the same to the byte.
# `tests/reproducible.sh` builds what is committed as it is released, for ten minutes or more; the variables of cargo that
# change a profile (CARGO_PROFILE_RELEASE_OPT_LEVEL=0) hold here too. No part of tests/all.sh: it takes too long.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
commit="$(git rev-parse HEAD)"
cargo_home="${CARGO_HOME:-$HOME/.cargo}"

# Where it was built, and where its libraries lay, stands in no binary.
build() {
  mkdir -p "$1"
  git archive "$commit" | tar -x -C "$1"
  (
    cd "$1"
    export RUSTFLAGS="--remap-path-prefix=$1=/negatoscope --remap-path-prefix=$cargo_home=/cargo"
    export CFLAGS="-ffile-prefix-map=$1=/negatoscope -ffile-prefix-map=$cargo_home=/cargo"
    export CARGO_TARGET_DIR="$1/target" CARGO_INCREMENTAL=0
    cargo build --locked --release --quiet --bin negatoscope
  )
  mv "$1/target/release/negatoscope" "$scratch/$2"
  rm -rf "$1"
}

build "$scratch/one" first
build "$scratch/another/folder-of-a-longer-name" second
sha256sum "$scratch/first" "$scratch/second"
cmp "$scratch/first" "$scratch/second"
if grep -aq -e "$scratch" -e "$cargo_home" "$scratch/first"; then
  echo "it says where it was built"
  exit 1
fi
echo "the same, twice"
