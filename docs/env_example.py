"""What may stand in .env for `docker compose`: the settings that its file takes from there."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

import yaml
from pydantic.fields import FieldInfo

from services.cli.settings.catalogue import FRAGMENTS
from services.lifecycle.settings import fields_of

COMPOSE_FILE = Path(__file__).parents[1] / "docker-compose.yml"
TAKEN = re.compile(r"\$\{(\w+)(?::?-([^{}]*))?\}")
WIDTH = 100

HEAD = """\
# Settings of `docker compose`: copy this file to .env, and take the # from what you change.
# Written by `make generate`. What is absent has the default that stands here.

# Parts that are started too, separated by commas: scale (a second worker of each stage), postgres
# (the tables on a server, and a second gateway), observability (dashboards, alerts), prometheus
# (the rules alone), tools (a look into the topics).
#COMPOSE_PROFILES=

# A model of a real provider: with a key the demo model is called no more.
#OPENAI_API_KEY=

# With the profile postgres, for all gateways:
#DATABASE_URL=postgresql://brainshare:brainshare@postgres:5432/brainshare
#POSTGRES_PASSWORD=brainshare

# The image: another base (pin it by digest for a release), another name, what its labels say.
#PYTHON_IMAGE=python:3.11-slim-bookworm
# BRAINSHARE_PULL=missing takes it from a registry that has that name; `never` builds it here.
#BRAINSHARE_IMAGE=brainshare:local
#BRAINSHARE_PULL=never
#BRAINSHARE_VERSION=dev
#BRAINSHARE_REVISION=unknown

# Ports on this machine, on its loopback address alone.
#GATEWAY_PORT=8000
#GATEWAY_2_PORT=8010
#KAFKA_HOST_PORT=9092
#KAFKA_UI_PORT=8080
#GRAFANA_PORT=3000
#PROMETHEUS_PORT=9090
#PROMETHEUS_IMAGE=prom/prometheus:v3.5.0

# Where a browser finds a trace, but for its id: what the dots of the dashboards lead to.
#TRACES_URL=http://127.0.0.1:16686/trace/
"""


def env_example() -> Iterator[str]:
    """The lines of the example."""
    yield HEAD
    services = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))["services"].values()
    taken = dict(pair for service in services for pair in _taken(service))
    told = set(re.findall(r"^#(\w+)=", HEAD, re.MULTILINE))
    for title, fragment in FRAGMENTS.items():
        rows = [
            row
            for variable, field in fields_of(fragment)
            if variable in taken and variable not in told
            for row in _describe(variable, field, taken[variable])
        ]
        if rows:
            yield f"# --- {title}\n"
            yield from rows
            told |= {variable for variable, _ in fields_of(fragment)}


def _taken(service: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """The variables that a service takes from .env, with the compose file's own default."""
    for name, value in service.get("environment", {}).items():
        if value is None:
            yield name, None
        elif (given := TAKEN.fullmatch(str(value))) is not None:
            yield given[1], given[2]


def _describe(variable: str, field: FieldInfo, default: str | None) -> Iterator[str]:
    for line in wrap(field.description or "", WIDTH - 2):
        yield f"# {line}"
    own = field.get_default(call_default_factory=True)
    shown = default if default is not None else "" if own is None else str(own)
    yield f"#{variable}={shown}\n"
