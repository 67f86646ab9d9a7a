# negatoscope with the native ONNX Runtime inside.
#
#   docker build -t negatoscope .
#   docker run --rm -p 127.0.0.1:8420:8420 negatoscope                       # the demo cohort
#   docker run --rm -p 127.0.0.1:8420:8420 -v "$PWD/cohort:/data:ro" -v negatoscope-cache:/cache negatoscope
#
# With a study inside, which is what one hands over; it lies in the folder that is built:
#
#   negatoscope bake cohort -o study.negatoscope
#   docker build --build-arg BUNDLE=study.negatoscope -t study .
#   docker run --rm -p 127.0.0.1:8420:8420 study
#
# For another processor it is built across, and nothing of it is run while it is built:
#
#   docker build --platform linux/arm64 -t negatoscope .
#
# The container listens on every address, so it asks for a token: open the link that it prints.

ARG BUNDLE

FROM --platform=$BUILDPLATFORM debian:bookworm-slim AS onnxruntime
ARG TARGETARCH
# Nothing of this stage but the library is kept, and Debian's servers drop superseded versions.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3-pip unzip \
 && rm -rf /var/lib/apt/lists/*
# The library is that of the wheels, which are held to their hashes: x86_64, then aarch64.
RUN echo "onnxruntime==1.32.0" \
      --hash=sha256:99e1074c4b2197accd5073052a465361be17b89c093b8ffb6e6bd8f986c52df8 \
      --hash=sha256:e36c187006e7a7c8b8d6d57f1a209dd63f52430dca6c282b177718ad6b841054 > /wheel.txt \
 && case "${TARGETARCH:-$(dpkg --print-architecture)}" in arm64) machine=aarch64 ;; *) machine=x86_64 ;; esac \
 && pip download --no-cache-dir --no-deps --only-binary=:all: --require-hashes --python-version 3.12 \
      --platform "manylinux_2_28_$machine" --dest /wheel -r /wheel.txt \
 && mkdir /lib-onnxruntime \
 && unzip -p /wheel/*.whl 'onnxruntime/capi/libonnxruntime.so.*' > /lib-onnxruntime/libonnxruntime.so \
 && unzip -j /wheel/*.whl onnxruntime/LICENSE onnxruntime/ThirdPartyNotices.txt -d /lib-onnxruntime/notices

FROM --platform=$BUILDPLATFORM rust:1.95-slim-bookworm AS build
# The crates of the program and their versions are written into it, where scanners look for them.
RUN cargo install --locked cargo-auditable@0.7.7
ARG TARGETARCH
# The processor that it is built for, and for another than this one a compiler and a linker.
# hadolint ignore=DL3008
RUN here="$(dpkg --print-architecture)" && there="${TARGETARCH:-$here}" \
 && case "$there" in arm64) machine=aarch64 ;; *) machine=x86_64 ;; esac \
 && triple="$machine-unknown-linux-gnu" config="${CARGO_HOME:-$HOME/.cargo}/config.toml" \
 && mkdir -p "$(dirname "$config")" \
 && printf '[build]\ntarget = "%s"\n' "$triple" > "$config" \
 && if [ "$there" != "$here" ]; then \
      apt-get update \
      && apt-get install -y --no-install-recommends "gcc-$(echo "$machine" | tr _ -)-linux-gnu" "libc6-dev-$there-cross" \
      && rm -rf /var/lib/apt/lists/* \
      && rustup target add "$triple" \
      && printf '[target.%s]\nlinker = "%s-linux-gnu-gcc"\n' "$triple" "$machine" >> "$config"; \
    fi
WORKDIR /src
# What others wrote is built before our sources are there, so that an edit builds ours alone.
COPY Cargo.toml Cargo.lock ./
COPY crates/analysis/Cargo.toml crates/analysis/
COPY crates/cohort/Cargo.toml crates/cohort/
COPY crates/features/Cargo.toml crates/features/
COPY crates/host/Cargo.toml crates/host/
COPY crates/objects/Cargo.toml crates/objects/
COPY crates/project/Cargo.toml crates/project/
RUN mkdir -p src benches && touch src/lib.rs benches/analysis.rs benches/features.rs benches/sliders.rs \
 && for crate in crates/*; do mkdir "$crate/src" && touch "$crate/src/lib.rs"; done \
 && echo 'fn main() {}' > src/main.rs \
 && cargo auditable build --release --locked --bin negatoscope
# Then our crates, which take longest, so that an edit in src/ builds what is there.
COPY models models
COPY crates crates
RUN find crates -name '*.rs' -exec touch {} + \
 && cargo auditable build --release --locked --bin negatoscope
COPY src src
COPY static static
COPY templates templates
COPY benches benches
# The commit, for `--version`: --build-arg COMMIT="$(git rev-parse HEAD)".
ARG COMMIT
ENV NEGATOSCOPE_COMMIT=${COMMIT}
# Whoever it runs as may write the cache.
RUN find src -name '*.rs' -exec touch {} + \
 && cargo auditable build --release --locked --bin negatoscope \
 && install -D target/*-linux-gnu/release/negatoscope /image/usr/local/bin/negatoscope \
 && install -d -m 1777 /image/cache

# glibc, libstdc++ and certificates: no shell, no packages to keep up to date.
FROM --platform=$TARGETPLATFORM gcr.io/distroless/cc-debian12:nonroot AS image
LABEL org.opencontainers.image.title="negatoscope" \
      org.opencontainers.image.description="Lay out a cohort of X-rays and learn whether its groups mean anything; a research instrument, not a diagnostic device" \
      org.opencontainers.image.licenses="MIT AND CC-BY-NC-SA-4.0"
COPY --from=onnxruntime /lib-onnxruntime/libonnxruntime.so /usr/local/bin/lib/libonnxruntime.so
COPY --from=onnxruntime /lib-onnxruntime/notices /usr/share/doc/onnxruntime
COPY LICENSE models/README.md /usr/share/doc/negatoscope/
COPY --from=build /image /
USER 10001:10001
VOLUME /cache
EXPOSE 8420
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/usr/local/bin/negatoscope", "health"]
# ONNX Runtime 1.29 and later report to Microsoft from Linux unless told not to before they start.
ENV ORT_DISABLE_TELEMETRY=1
ENV NEGATOSCOPE_HOST=0.0.0.0 NEGATOSCOPE_NO_OPEN=true NEGATOSCOPE_CACHE_DIR=/cache NEGATOSCOPE_COHORT=/data
ENTRYPOINT ["/usr/local/bin/negatoscope"]

FROM image AS image-with-study
ARG BUNDLE
COPY ${BUNDLE} /study.negatoscope
ENV NEGATOSCOPE_COHORT=/study.negatoscope

# A stage of this file, with a study or without.
# hadolint ignore=DL3006
FROM image${BUNDLE:+-with-study}
