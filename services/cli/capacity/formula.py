"""What a load takes, by Little's law: as many calls are under way as begin in the time of one."""

from dataclasses import dataclass
from math import ceil

from schemas.kafka.topics import DEFAULT_PARTITIONS
from schemas.stage import StageName
from services.cli.capacity import measured
from services.cli.capacity.disk import Disk, measure_disk
from services.cli.capacity.load import Load, StageLoad
from services.cli.settings.term import Terms

USED = 0.7
"""Of a worker's slots and of a core: the rest is for what does not come evenly."""

PROVIDER_USED = 0.8
"""Of what a provider allows: it counts by windows of its own."""

PARTITIONS_PER_WORKER = 2
"""So that one more worker, or one fewer, finds an even share."""

OF_LEASES = 2
"""Connections of a gateway to the database besides its pool: docs/postgresql.md."""

HOURS_A_MONTH = 730


@dataclass(frozen=True)
class StagePlan:
    """What a stage takes.

    Attributes:
        calls_under_way: At a time, the mean, of all workers together.
        workers: Processes.
        cores: Busy ones, of all workers together.
        calls_per_min: To the provider.
        tokens_per_min: Prompts and answers, at the provider.
    """

    stage: StageName
    calls_under_way: float
    workers: int
    cores: float
    calls_per_min: float
    tokens_per_min: float

    def share(self, per_min: float) -> int:
        """What each worker may have of what the stage needs, with the provider's reserve."""
        return ceil(per_min / PROVIDER_USED / self.workers)


@dataclass(frozen=True)
class Plan:
    """What a load takes.

    Attributes:
        partitions: Of every topic.
        gateway_cores: Busy ones, of all gateways together; likewise the brokers'.
        broker_connections: To each broker.
        database_connections: To the server, where the tables are in PostgreSQL.
        requests_per_min: That the provider must allow; likewise tokens.
        usd_per_hour: None where the price of a stage is not known.
    """

    stages: tuple[StagePlan, ...]
    partitions: int
    gateways: int
    gateway_cores: float
    broker_cores: float
    broker_connections: int
    database_connections: int
    disk: Disk
    requests_per_min: int
    tokens_per_min: int
    usd_per_hour: float | None

    @property
    def usd_per_month(self) -> float | None:
        """Of 730 hours, all like this one."""
        return None if self.usd_per_hour is None else self.usd_per_hour * HOURS_A_MONTH

    @property
    def calls_under_way(self) -> float:
        """Of all stages at a time, which are as many connections to the provider."""
        return sum(stage.calls_under_way for stage in self.stages)


def make_plan(load: Load, terms: Terms) -> Plan:
    """What a load takes on these terms."""
    stages = tuple(plan_stage(load.jobs_per_s, stage, terms) for stage in load.stages)
    gateway_cores = load.jobs_per_s * measured.GATEWAY_JOB_CPU_S
    gateways = max(1, ceil(gateway_cores / USED))
    of_workers = measured.AGENT_CONNECTIONS * sum(stage.workers for stage in stages)
    return Plan(
        stages=stages,
        partitions=find_partitions(max((stage.workers for stage in stages), default=1)),
        gateways=gateways,
        gateway_cores=gateway_cores,
        broker_cores=load.jobs_per_s * measured.BROKER_JOB_CPU_S * terms.replicas,
        broker_connections=of_workers + measured.GATEWAY_CONNECTIONS * gateways,
        database_connections=gateways * (terms.pool_size + OF_LEASES),
        disk=measure_disk(load, terms),
        requests_per_min=ceil(sum(s.calls_per_min for s in stages) / PROVIDER_USED),
        tokens_per_min=ceil(sum(s.tokens_per_min for s in stages) / PROVIDER_USED),
        usd_per_hour=_sum_cost(load),
    )


def plan_stage(jobs_per_s: float, load: StageLoad, terms: Terms) -> StagePlan:
    """What a stage takes. A worker is bound by its slots, or by its one core."""
    deliveries_per_s = jobs_per_s * load.deliveries
    calls_per_s = deliveries_per_s * load.calls
    under_way = calls_per_s * load.call_s
    cores = deliveries_per_s * max(1.0, load.calls) * measured.AGENT_CALL_CPU_S
    by_slots, by_cores = under_way / USED / terms.concurrency, cores / USED
    return StagePlan(
        stage=load.stage,
        calls_under_way=under_way,
        workers=max(1, ceil(by_slots), ceil(by_cores)),
        cores=cores,
        calls_per_min=calls_per_s * 60,
        tokens_per_min=deliveries_per_s * 60 * (load.input_tokens + load.output_tokens),
    )


def find_partitions(workers: int) -> int:
    """The least of 6, 12, 24 ... that gives each worker two: all are shared out evenly."""
    partitions = DEFAULT_PARTITIONS
    while partitions < workers * PARTITIONS_PER_WORKER:
        partitions *= 2
    return partitions


def _sum_cost(load: Load) -> float | None:
    costs = [stage.cost_usd for stage in load.stages]
    if None in costs:
        return None
    of_a_job = sum((s.cost_usd or 0.0) * s.deliveries for s in load.stages)
    return of_a_job * load.jobs_per_min * 60
