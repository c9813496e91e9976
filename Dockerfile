# The workshop's image: one process tree, no build tools, nothing that runs as root. docs/deploy.md says how to run it.
# Closed networks: name other bases (BASE_IMAGE, COMPILER_IMAGE), another index (PIP_EXTRA_ARGS="--index-url …"), another
# npm registry (NPM_REGISTRY), or collect all of it in a folder (scripts/wheels.py) and add
# `--build-context wheels=FOLDER`.
ARG PYTHON_VERSION=3.11
ARG BASE_IMAGE=python:${PYTHON_VERSION}-slim
ARG COMPILER_IMAGE=python:${PYTHON_VERSION}

# empty, unless replaced by --build-context wheels=FOLDER
FROM scratch AS wheels

# what is installed, apart from all else that pyproject.toml says: a setting of a linter moves no large layer
FROM ${BASE_IMAGE} AS requirements
WORKDIR /requirements
COPY pyproject.toml deploy/requirements.py ./
ARG EXTRAS=""
# the same words are the same file: some builders compare its time too
RUN python requirements.py ${EXTRAS} > requirements.txt && touch --date=@0 requirements.txt

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
COPY --from=requirements /requirements/requirements.txt ./
RUN --mount=type=bind,from=wheels,target=/wheels \
    pip install --find-links /wheels ${PIP_EXTRA_ARGS} -c constraints.txt -r requirements.txt

# the page's libraries and what bundles its modules, which package-lock.json pins
FROM build AS page
ARG NPM_REGISTRY=https://registry.npmjs.org/
COPY package-lock.json ./
COPY scripts/vendor.py scripts/bundle.py scripts/
RUN --mount=type=bind,from=wheels,target=/wheels python scripts/vendor.py fetch /wheels
COPY static static
RUN python scripts/vendor.py fill

FROM build AS project
ARG PIP_EXTRA_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
COPY pyproject.toml README.md LICENSE ./
COPY scripts/build_hook.py scripts/bundle.py scripts/
COPY package package
COPY templates templates
COPY docs docs
COPY static static
COPY --from=page /build/static/vendor static/vendor
COPY app app
COPY model model
# what builds a wheel comes from where all else does
RUN --mount=type=bind,from=wheels,target=/wheels \
    pip install --find-links /wheels ${PIP_EXTRA_ARGS} --no-deps --target /opt/skipscope .

FROM build AS slim
COPY deploy/slim.sh ./
RUN sh slim.sh /opt/venv

# what makes measuring cheaper, for the torch above; where there is no compiler it says so, and all else works
FROM ${COMPILER_IMAGE} AS native
WORKDIR /build
# some builders do not notice that what is mounted changed
COPY --from=build /opt/venv/lib/python3*/site-packages/torch/version.py /torch/
COPY model/measure/native skipscope/model/measure/native
RUN --mount=type=bind,from=build,source=/opt/venv,target=/opt/venv \
    /opt/venv/bin/python -B -m skipscope.model.measure.native.build skipscope/model/measure/native || true

# names that only a debugger reads are a fifth of PyTorch; without binutils they stay. Files in folders *.libs were patched
# by those who packed them, and no longer load once they are stripped
FROM ${COMPILER_IMAGE} AS stripped
COPY --from=slim /opt/venv /opt/venv
RUN if command -v strip; then find /opt/venv/lib -type f \
    -regex ".*/site-packages/\(torch\|pyarrow\|sqlalchemy\|uvloop\|_brotli\).*\.so[.0-9]*" -exec strip --strip-unneeded {} +; fi

FROM ${BASE_IMAGE} AS compiled
COPY --from=stripped /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:${PATH}
WORKDIR /build
# what was stripped must load on the base; what was compiled elsewhere and does not load is left out
RUN python -B -c "import brotli, pyarrow.parquet, sqlalchemy, torch, uvloop"
COPY --from=native /build/skipscope skipscope
RUN install -d /compiled \
    && if python -B -c "from skipscope.model.measure import native; raise SystemExit(native.load() is None)"; \
    then find skipscope -name "*.so" -exec mv -t /compiled {} +; fi

FROM ${BASE_IMAGE}
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin skipscope \
    && install -d -o skipscope -g skipscope -m 0700 /data
COPY --from=stripped /opt/venv /opt/venv
COPY --from=compiled /compiled /opt/skipscope/skipscope/model/measure/native
COPY --from=project /opt/skipscope /opt/skipscope
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
# http.client asks the server itself, whatever proxy the environment names
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=6 CMD ["python", "-S", "-c", "\
import os, http.client as h; c = h.HTTPConnection('127.0.0.1', int(os.environ['SKIPSCOPE_PORT']), timeout=3); \
c.request('GET', '/readyz'); raise SystemExit(c.getresponse().status != 200)"]
# one child only: the server itself ends its workers in order
ENTRYPOINT ["dumb-init", "--single-child", "--", "skipscope"]
CMD ["serve"]
# last, since they change with every build
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Skipscope" \
      org.opencontainers.image.description="An interactive laboratory for residual networks" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
