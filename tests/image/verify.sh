#!/usr/bin/env bash
# Builds the Dockerfile as it is, without an engine or a registry, runs what comes of it, and prints figures.
#
#   tests/image/verify.sh [COHORT]      # a folder of X-rays; the demo's files without one
#
# Needs root, Debian's buildah, mmdebstrap, binutils and qemu-user, curl, Python 3, and a Rust toolchain by rustup with the
# target aarch64-unknown-linux-gnu. What is built stays in target/image, so that a second run shows what an edit costs;
# NEGATOSCOPE_IMAGE_PLACE names another folder.
# The bases that the Dockerfile names are made here of Debian's packages and that toolchain.
set -euo pipefail
cd "$(dirname "$0")/../.."

place="$(realpath -m "${NEGATOSCOPE_IMAGE_PLACE:-target/image}")"
mkdir -p "$place"
scratch="$(mktemp -d)"
token=verify-verify-verify
port=18420
process=

say() { printf '%-58s %s\n' "$1" "$2"; }
fail() { printf 'FAILED: %s\n' "$1"; exit 1; }
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.2f s", b - a }'; }
images() { buildah --root "$place/storage" --runroot "$scratch/run" "$@"; }

end() {
  # Who changes its user outlives its parent, so it is ended itself.
  [ -z "$process" ] || pkill -KILL -P "$process" || true
  images umount --all >/dev/null 2>&1 || true
  images rm --all >/dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap end EXIT

for tool in buildah mmdebstrap curl rustc objcopy python3 qemu-aarch64; do
  command -v "$tool" >/dev/null || fail "$tool is missing"
done
[ "$(id -u)" = 0 ] || fail "it needs root"
! curl -sS "http://127.0.0.1:$port/" >/dev/null 2>&1 || fail "something listens on port $port"

# --- The bases.

has() { images images --format '{{.Name}}:{{.Tag}}' 2>/dev/null | grep -qx "$1"; }

debian=docker.io/library/debian:bookworm-slim
distroless=gcr.io/distroless/cc-debian12:nonroot
rust="docker.io/library/$(sed -n 's/^FROM .*\(rust:[^ ]*\).*/\1/p' Dockerfile)"
# Whatever certificates this machine trusts, its builds trust.
certificates=(/etc/ssl/certs /usr/share/ca-certificates /usr/local/share/ca-certificates)
mounts=()
for folder in "${certificates[@]}"; do [ ! -d "$folder" ] || mounts+=(-v "$folder:$folder:ro"); done
build() {
  images bud --isolation chroot --pull-never --format docker --layers "${mounts[@]}" "$@" >"$scratch/built" 2>&1 \
    || { tail -n 40 "$scratch/built"; fail "building: $*"; }
}

if ! has "$debian"; then
  mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$scratch/debian.tar"
  printf 'FROM scratch\nADD debian.tar /\n' > "$scratch/Dockerfile"
  build -t "$debian" "$scratch"
fi
# As distroless has it: packages unpacked, and nothing that could run but the dynamic linker. Of each processor.
for processor in amd64 arm64; do
  ! has "localhost/distroless-$processor:latest" || continue
  mmdebstrap --quiet --arch="$processor" --variant=extract \
    --include=base-files,ca-certificates,libc6,libgcc-s1,libstdc++6,netbase,tzdata bookworm "$scratch/distroless.tar"
  printf 'FROM scratch\nADD distroless.tar /\n' > "$scratch/Dockerfile"
  build --platform "linux/$processor" -t "distroless-$processor" "$scratch"
done
images tag localhost/distroless-amd64 "$distroless"
if ! has "$rust"; then
  mkdir "$scratch/rust"
  cp -a "$(rustc --print sysroot)" "$scratch/rust/toolchain"
  rm -rf "$scratch/rust/toolchain/share"
  cat > "$scratch/rust/Dockerfile" <<BASE
FROM $debian
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null
COPY toolchain /usr/local/toolchain
RUN printf '#!/bin/sh\ntest -d "\$(rustc --print target-libdir --target "\$3")"\n' > /usr/local/toolchain/bin/rustup \
 && chmod +x /usr/local/toolchain/bin/rustup
ENV PATH=/usr/local/toolchain/bin:\$PATH
BASE
  build -t "$rust" "$scratch/rust"
fi

# --- The image, from what is committed and what is not, and again after an edit.

git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -xf - --one-top-level="$scratch/context"
begun="$(now)"
build -t negatoscope "$scratch/context"
say "built" "$(since "$begun")"
echo "// $(now)" >> "$scratch/context/src/version.rs"
begun="$(now)"
build -t negatoscope "$scratch/context"
say "built again after an edit in src/" "$(since "$begun")"
size() { images images --json "$1" | sed -n 's/.*"size": "\(.*\)".*/\1/p' | head -n 1; }
say "size" "$(size negatoscope), on a base of $(size "$distroless")"

# --- Running it: a process tree of its own, as uid 10001, on a root that cannot be written.

# What is run: an image, and further mounts as FROM:TO.
run() {
  local container root
  container="$(images from --pull-never "$1")"
  root="$(images mount "$container")"
  shift
  local variables=(PATH=/usr/local/bin:/usr/bin:/bin "NEGATOSCOPE_TOKEN=$token" "NEGATOSCOPE_PORT=$port")
  while read -r variable; do variables+=("$variable"); done \
    < <(images inspect --format '{{range .OCIv1.Config.Env}}{{println .}}{{end}}' "$container" | grep '^[A-Z]')
  local entry
  entry="$(images inspect --format '{{index .OCIv1.Config.Entrypoint 0}}' "$container")"
  : > "$scratch/out"
  begun="$(now)"
  # shellcheck disable=SC2016 # Expanded in the new tree.
  unshare --mount --pid --fork --kill-child bash -c '
    set -e
    root="$1"; user="$2"; entry="$3"; shift 3
    mount --bind "$root" "$root"
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/tmp"
    while [ "$1" != -- ]; do
      from="${1%%:*}"; to="$root${1#*:}"
      if [ -d "$from" ]; then mkdir -p "$to"; fi
      mount --bind "$from" "$to"
      mount -o remount,bind,ro "$to"
      shift
    done
    shift
    mount -o remount,bind,ro "$root"
    exec env -i "$@" "$(command -v chroot)" --userspec="$user" "$root" "$entry"
  ' bash "$root" "${user:-10001:10001}" "$entry" "$@" -- "${variables[@]}" > "$scratch/out" 2>&1 &
  process=$!
}

ask() { curl -fsS --max-time 60 -H "authorization: Bearer $token" "http://127.0.0.1:$port$1"; }

until_it() {
  for _ in $(seq 600); do
    if "$@" >/dev/null 2>&1; then return; fi
    kill -0 "$process" 2>/dev/null || break
    sleep 0.02
  done
  cat "$scratch/out"
  fail "it does not: $*"
}

is_ready() { ask /api/cohort | grep -q '"state":"ready"'; }

# The first process of the tree, as the system numbers it.
first() { pgrep -P "$process" | head -n 1; }

finish() {
  local begun ended=0
  begun="$(now)"
  kill -TERM "$(first)"
  wait "$process" || ended=$?
  say "$1: SIGTERM to process 1" "exit code $ended after $(since "$begun")"
  [ "$ended" = 0 ] || fail "it did not end by itself"
  process=
  images rm --all >/dev/null
}

# The lines of a start: its name, and the image with its mounts.
start() {
  local name="$1"
  shift
  run "$@"
  until_it curl -fsS "http://127.0.0.1:$port/healthz"
  say "$name: listens after" "$(since "$begun")"
  until_it is_ready
  say "$name: ready after" "$(since "$begun")"
  ask '/api/projection?method=tsne' > "$scratch/map"
  grep -q '"coordinates"' "$scratch/map" || fail "there is no map"
  say "$name: first map after" "$(since "$begun")"
}

start "the demo" negatoscope
nsenter --target "$(first)" --mount --pid -- chroot "/proc/$(first)/root" /usr/local/bin/negatoscope health \
  --port "$port" >/dev/null || fail "the health check"
say "the demo: health check" "passes"
grep -q "cache" "$scratch/out" && say "the demo: without a cache it says" "$(grep -m 1 -i cache "$scratch/out" | sed 's/^.*WARN *//')"
finish "the demo"

cohort="${1:-}"
if [ -z "$cohort" ]; then
  target/release/negatoscope demo "$scratch/cohort" >/dev/null 2>&1 || cargo run -q --release --locked -- demo "$scratch/cohort"
  cohort="$scratch/cohort"
fi
start "a cohort, read-only" negatoscope "$(realpath "$cohort"):/data"
ask /api/cohort | grep -o '"n_images":[0-9]*' | head -n 1 | sed 's/.*:/images of the cohort: /'
finish "a cohort"

mkdir -m 700 "$scratch/closed"
run negatoscope "$scratch/closed:/data"
wait "$process" && fail "a folder that it may not read is no failure"
process=
say "a folder that uid 10001 may not read" "$(tail -n 1 "$scratch/out")"
grep -q -- "--user" "$scratch/out" || fail "it does not say what to do"
images rm --all >/dev/null

# --- With a study inside.

binary="$scratch/negatoscope"
container="$(images from --pull-never negatoscope)"
cp "$(images mount "$container")/usr/local/bin/negatoscope" "$binary"
images rm --all >/dev/null
objcopy --dump-section .dep-v0="$scratch/crates" "$binary" /dev/null
crates="$(python3 -c 'import json, sys, zlib; print(len(json.loads(zlib.decompress(open(sys.argv[1], "rb").read()))["packages"]))' "$scratch/crates")"
[ "$crates" -gt 100 ] || fail "the program does not say of which crates it is made"
say "the program names the crates that it is made of" "$crates"
"$binary" bake "$cohort" -o "$scratch/context/study.negatoscope" --cache-dir "$scratch/cache" > "$scratch/bake" 2>&1 \
  || { cat "$scratch/bake"; fail "bake"; }
begun="$(now)"
build --build-arg BUNDLE=study.negatoscope -t study "$scratch/context"
say "a study is built into it in" "$(since "$begun")"
say "size with the study" "$(size study)"
start "the study" study
image="$(ask /api/cohort | grep -o '"id":"[^"]*"' | head -n 1 | cut -d'"' -f4)"
ask "/api/thumbnails/$image" > "$scratch/picture"
say "the study: first picture after" "$(since "$begun"), $(stat -c %s "$scratch/picture") bytes"
finish "the study"

# --- For another processor, built across and run by an emulator.

images tag localhost/distroless-arm64 "$distroless"
begun="$(now)"
build --platform linux/arm64 --build-arg BUILDPLATFORM=linux/amd64 -t negatoscope-arm64 "$scratch/context"
images tag localhost/distroless-amd64 "$distroless"
say "built across for arm64 in" "$(since "$begun"), $(size negatoscope-arm64)"
root="$(images mount "$(images from --pull-never --platform linux/arm64 negatoscope-arm64)")"
across() { qemu-aarch64 -L "$root" "$root/usr/local/bin/negatoscope" "$@"; }
across --version | grep -q "vector units" || fail "the program for arm64"
same=(search --features tests/golden/features.npy --perplexity "17,30" --json)
results() { python3 -c 'import json, sys; print(json.load(sys.stdin)["results"])'; }
across "${same[@]}" 2>/dev/null | results > "$scratch/across"
"$binary" "${same[@]}" 2>/dev/null | results > "$scratch/here"
cmp "$scratch/across" "$scratch/here" || fail "another processor finds something else"
say "arm64 finds what this processor finds" "$(wc -c < "$scratch/here") bytes of it"
echo "all of it holds"
