# One image for every process of Brainshare: `docker compose build`. Several commands run from it:
# python -m services.gateway, services.table_agent (column, row), services.demo_llm, and brainshare.
#
# A release pins the base by its digest: --build-arg PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:...
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# What the lock file names, by hash. A change of the code does not fetch it again.
FROM ${PYTHON_IMAGE} AS dependencies
# pip would note when a file was compiled, so that no two images were the same: it is done by contents below.
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    PIP_CACHE_DIR=/var/cache/pip
RUN python -m venv --without-pip /opt/venv
COPY requirements-image.lock /src/
RUN --mount=type=cache,target=/var/cache/pip \
    pip --python /opt/venv/bin/python install --quiet --no-compile --require-hashes --no-deps -r /src/requirements-image.lock

# Ours, in a folder of its own: a release is one small layer on the dependencies of before.
FROM dependencies AS project
COPY pyproject.toml README.md LICENSE /src/
COPY brainshare_client /src/brainshare_client
COPY schemas /src/schemas
COPY services /src/services
RUN pip --python /opt/venv/bin/python install --quiet --no-compile --no-deps --no-build-isolation --target /opt/app /src \
    && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/app

# What only builds is not needed here. (The embedded Kafka's Java, 104 MB, the lock leaves out: Kafka is a container of its own.)
FROM dependencies AS runtime
RUN pip --python /opt/venv/bin/python uninstall --quiet --yes hatchling editables \
    && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib

FROM ${PYTHON_IMAGE}
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="brainshare" \
      org.opencontainers.image.description="Table, column and row suggestions as background jobs on Kafka" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=runtime /opt/venv /opt/venv
COPY --from=project /opt/app /opt/app
# The only folder that is written to, besides /tmp: mount a volume here. And nobody here becomes root.
RUN install -d -o 10001 -g 10001 /data \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
# Every process answers /healthz on port 8000 of its container.
ENV PATH=/opt/app/bin:/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    GATEWAY_HOST=0.0.0.0 \
    STAGE_HEALTH_HOST=0.0.0.0 \
    STAGE_HEALTH_PORT=8000 \
    STAGE_DATA_DIR=/data \
    DEMO_LLM_HOST=0.0.0.0 \
    DEMO_LLM_PORT=8000
WORKDIR /data
# By number: Kubernetes cannot tell from a name that it is not root.
USER 10001:10001
EXPOSE 8000
# In bash alone, which costs 5 ms where starting Python costs 100.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8000 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 4 _ status _ <&3 && [ $status = 200 ]"]
CMD ["brainshare", "--help"]
