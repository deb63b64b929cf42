"""How a plan looks in a terminal, and for programs."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from schemas.kafka.topics import TopicKind
from services.cli.capacity.disk import Disk
from services.cli.capacity.formula import PROVIDER_USED, USED, Plan, StagePlan
from services.cli.capacity.load import Load
from services.cli.settings.term import Terms
from services.cli.terminal.text import plain

UNKNOWN = "not known"
LEAST_SHOWN = 0.05
BYTES = ("bytes", "KB", "MB", "GB", "TB", "PB")
MOST_PARTITIONS = 1000
"""KAFKA_PARTITIONS takes no more."""


class Basis(NamedTuple):
    """What a plan rests on, in words: what a job is like, how long a call takes, whose price."""

    job: str
    call: str
    price: str


def plan_lines(load: Load, terms: Terms, plan: Plan, basis: Basis) -> Iterator[str]:
    """What the load takes, then what that rests on. No line of the tables passes 80 columns."""
    jobs = "job" if load.jobs_per_min == 1 else "jobs"
    yield f"{load.jobs_per_min:,.12g} {jobs} a minute, {_number(load.jobs_per_s)} a second"
    yield ""
    yield "stage   workers  in flight  calls/min    tokens/min  cores"
    yield from map(_stage_line, plan.stages)
    yield ""
    yield "of a worker  LLM_REQUESTS_PER_MINUTE  LLM_TOKENS_PER_MINUTE"
    yield from map(_limit_line, plan.stages)
    yield ""
    yield "on all brokers      size"
    yield from (f"{_label(kind):<14}{show_bytes(size):>10}" for kind, size in plan.disk.largest)
    yield ""
    yield from (f"{name:<12}{told}" for name, told in _parts(terms, plan).items())
    yield ""
    yield from (f"{name:<12}{plain(told)}" for name, told in basis._asdict().items())
    yield f"{'reserve':<12}{USED:.0%} of slots and cores are used, {PROVIDER_USED:.0%} of limits"
    if plan.partitions > MOST_PARTITIONS:
        yield (
            f"warning: KAFKA_PARTITIONS takes {MOST_PARTITIONS:,} at most: raise STAGE_CONCURRENCY"
        )


def _parts(terms: Terms, plan: Plan) -> dict[str, str]:
    copies = "1 copy" if terms.replicas == 1 else f"{terms.replicas} copies"
    return {
        "workers": f"{sum(s.workers for s in plan.stages):,}, of {terms.concurrency} slots each",
        "partitions": f"{plan.partitions:,} of every topic",
        "brokers": f"{show_bytes(plan.disk.brokers)} with {copies}, {_number(plan.broker_cores)}"
        f" cores, {plan.broker_connections:,} connections to each",
        "gateways": f"{plan.gateways:,}, {_number(plan.gateway_cores)} cores",
        "tables": f"{_tables(terms, plan.disk)}, {plan.database_connections:,} connections",
        "provider": f"{plan.requests_per_min:,} requests and {plan.tokens_per_min:,} tokens a"
        " minute",
        "money": _money(plan),
    }


def _stage_line(stage: StagePlan) -> str:
    return (
        f"{stage.stage.value:<7}{stage.workers:>8,}{_number(stage.calls_under_way):>11}"
        f"{_number(stage.calls_per_min):>11}{_number(stage.tokens_per_min):>14}"
        f"{_number(stage.cores):>7}"
    )


def _limit_line(stage: StagePlan) -> str:
    requests, tokens = stage.share(stage.calls_per_min), stage.share(stage.tokens_per_min)
    return f"{stage.stage.value:<7}{requests:>29,}{tokens:>23,}"


def _label(kind: TopicKind) -> str:
    return kind.label.replace("_", " ")


def _tables(terms: Terms, disk: Disk) -> str:
    if disk.tables is None:
        return f"{show_bytes(disk.tables_per_day)} more each day"
    return f"{show_bytes(disk.tables)} after {terms.keep_days} days"


def _money(plan: Plan) -> str:
    if plan.usd_per_hour is None or plan.usd_per_month is None:
        return UNKNOWN
    return f"${plan.usd_per_hour:,.2f} an hour, ${plan.usd_per_month:,.2f} a month"


def show_bytes(size: float) -> str:
    """In the largest unit of a thousand of which there is one."""
    for unit in BYTES[:-1]:
        if size < 1000:
            return f"{_number(size)} {unit}"
        size /= 1000
    return f"{_number(size)} {BYTES[-1]}"


def _number(value: float) -> str:
    """To a tenth below a hundred; what is little is not 0."""
    if 0 < value < LEAST_SHOWN:
        return f"<{LEAST_SHOWN * 2:g}"
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def describe_plan(load: Load, terms: Terms, plan: Plan, basis: Basis) -> dict[str, Any]:
    """The same for programs. Sizes in bytes, money in US dollars; None is not known."""
    return {
        "jobsPerMinute": load.jobs_per_min,
        "stages": [
            {
                "stage": stage.stage.value,
                "workers": stage.workers,
                "callsInFlight": stage.calls_under_way,
                "callsPerMinute": stage.calls_per_min,
                "tokensPerMinute": stage.tokens_per_min,
                "cores": stage.cores,
                "workerRequestsPerMinute": stage.share(stage.calls_per_min),
                "workerTokensPerMinute": stage.share(stage.tokens_per_min),
            }
            for stage in plan.stages
        ],
        "partitions": plan.partitions,
        "gateways": plan.gateways,
        "gatewayCores": plan.gateway_cores,
        "brokerCores": plan.broker_cores,
        "brokerConnections": plan.broker_connections,
        "databaseConnections": plan.database_connections,
        "topicBytes": {kind.label: size for kind, size in plan.disk.topics.items()},
        "tableBytes": plan.disk.tables,
        "tableBytesPerDay": plan.disk.tables_per_day,
        "providerRequestsPerMinute": plan.requests_per_min,
        "providerTokensPerMinute": plan.tokens_per_min,
        "usdPerHour": plan.usd_per_hour,
        "usdPerMonth": plan.usd_per_month,
        "terms": {
            "concurrency": terms.concurrency,
            "replicas": terms.replicas,
            "keepDays": terms.keep_days,
            "poolSize": terms.pool_size,
        },
        "basis": basis._asdict(),
    }
