# negatoscope with the native ONNX Runtime inside.
#
#   docker build -t negatoscope .
#   docker run --rm --init -p 127.0.0.1:8420:8420 -v "$PWD/cohort:/data:ro" -v negatoscope-cache:/cache negatoscope
#
# The container listens on every address, so it asks for a token: open the link that it prints.

FROM debian:bookworm-slim AS onnxruntime
# Nothing of this stage but the library is kept, and Debian's servers drop superseded versions.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3-pip unzip \
 && rm -rf /var/lib/apt/lists/*
ARG ONNXRUNTIME=1.32.0
RUN pip download --no-deps --only-binary=:all: --dest /wheel "onnxruntime==${ONNXRUNTIME}" || \
    pip download --no-deps --only-binary=:all: --python-version 3.12 --dest /wheel "onnxruntime==${ONNXRUNTIME}"
RUN mkdir /lib-onnxruntime \
 && unzip -p /wheel/*.whl 'onnxruntime/capi/libonnxruntime.so.*' > /lib-onnxruntime/libonnxruntime.so \
 && unzip -j /wheel/*.whl onnxruntime/LICENSE onnxruntime/ThirdPartyNotices.txt -d /lib-onnxruntime/notices

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY crates crates
COPY static static
COPY templates templates
COPY models models
COPY benches benches
RUN cargo build --release --locked --bin negatoscope

FROM debian:bookworm-slim
COPY --from=build /src/target/release/negatoscope /usr/local/bin/negatoscope
COPY --from=onnxruntime /lib-onnxruntime/libonnxruntime.so /usr/local/bin/lib/libonnxruntime.so
COPY --from=onnxruntime /lib-onnxruntime/notices /usr/share/doc/onnxruntime
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin negatoscope \
 && install -d -o negatoscope -g negatoscope /cache
USER 10001:10001
VOLUME /cache
EXPOSE 8420
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8420 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && grep -q '^ok' <&3"]
# ONNX Runtime 1.29 and later report to Microsoft from Linux unless told not to before they start.
ENV ORT_DISABLE_TELEMETRY=1
ENV NEGATOSCOPE_HOST=0.0.0.0 NEGATOSCOPE_NO_OPEN=true NEGATOSCOPE_CACHE_DIR=/cache
ENTRYPOINT ["/usr/local/bin/negatoscope"]
CMD ["/data"]
