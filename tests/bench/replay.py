"""`make bench-replay`: whether a replay keeps its rate and its plan, and what live work waits then.

Jobs are run on a real stack. Then others are posted at a steady pace: alone, beside a replay at a
rate, and beside one that starts its jobs as fast as it may. How long a job takes is from acceptedAt
to completedAt, as the gateway shows them.
"""

import asyncio
import json
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from schemas.stage import STAGE_ORDER
from services.cli.supervisor.environment import inherited_env
from services.kafka import KafkaSettings, open_log_reader
from services.replay.manifest import Manifest
from tests.bench.__main__ import BODY
from tests.bench.command import end_on_sigterm
from tests.bench.load import BATCH, READ_S, WAIT_S, Latencies, Load, open_load
from tests.pipeline.demo_server import DemoServer
from tests.stack import PROGRAM, ROOT, RunningStack, running_stack

UNDER_WAY = 128
FULL_SPEED = 1_000
"""The most that `--rate` takes: the replay is held back by nothing but live work."""

SLOWEST = 2.0
"""Jobs a second, below which a replay is taken to stand."""

FIRST = STAGE_ORDER[0]


@dataclass(frozen=True)
class Sizes:
    """How much is run: jobs, and what a second of them is."""

    jobs: int
    sample: int
    rate: float
    live: float
    alone_s: float
    latency_ms: int
    max_open: int


@dataclass(frozen=True)
class Live:
    """What live jobs took, in milliseconds."""

    jobs: int
    p50_ms: float
    p95_ms: float

    @classmethod
    def of(cls, taken: Latencies) -> "Live":
        """Of so many jobs."""
        return cls(len(taken.values_ms), taken.percentile(50), taken.percentile(95))


@dataclass(frozen=True)
class Beside:
    """What live jobs took beside a replay, and how many of its jobs were started a second.

    Attributes:
        planned_s: As its plan says: until all are started, and what a job took before.
        took_s: From the first request to the last answer, by the broker's time.
    """

    live: Live
    started: int
    per_s: float
    planned_s: float
    took_s: float


@dataclass(frozen=True)
class Figures:
    """What one run measured."""

    alone: Live
    at_rate: Beside
    at_full_speed: Beside


@click.command()
@click.option("--jobs", default=1_200, show_default=True, help="Jobs replayed at full speed.")
@click.option("--sample", default=600, show_default=True, help="Jobs replayed at the rate.")
@click.option("--rate", default=20.0, show_default=True, help="The limit set, in jobs a second.")
@click.option("--live", default=5.0, show_default=True, help="Live jobs posted a second.")
@click.option("--alone-s", default=40.0, show_default=True, help="How long live work is alone.")
@click.option("--latency-ms", default=100, show_default=True, help="Of the model, the median.")
@click.option("--max-open", default=32, show_default=True, help="Bounds the one at full speed.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, last.")
def main(as_json: bool, **sizes: object) -> None:
    """Measure a stack of its own, on free ports and in a folder that is thrown away."""
    end_on_sigterm()
    told = Sizes(**sizes)  # type: ignore[arg-type]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder) / "stack", "--with-demo") as stack,
    ):
        figures = asyncio.run(_measure(stack, Path(folder), told))
    if as_json:
        both = {"at_rate": figures.at_rate, "at_full_speed": figures.at_full_speed}
        ratios = {name: compare(beside, figures.alone) for name, beside in both.items()}
        click.echo(json.dumps(asdict(figures) | {"ratios": ratios}))


async def _measure(stack: RunningStack, folder: Path, sizes: Sizes) -> Figures:
    kafka = KafkaSettings(bootstrap_servers=stack.brokers)
    async with open_load(stack.gateway_url, kafka, BODY.read_bytes()) as load:
        seconds, _ = await load.many(sizes.jobs, UNDER_WAY)
        click.echo(f"{sizes.jobs} jobs to replay are there after {seconds:.0f} s")
        DemoServer(f"http://{stack.address('demo-llm')}").misbehave(latency_ms=sizes.latency_ms)
        ended = asyncio.Event()
        asyncio.get_running_loop().call_later(sizes.alone_s, ended.set)
        alone = Live.of(await load.steadily(sizes.live, ended))
        click.echo(f"live, {sizes.live:g} a second, alone: {_tell(alone)}")
        bench = _Bench(stack, kafka, load, sizes)
        at_rate = await bench.replay(folder / "rate.json", sizes.sample, sizes.rate)
        off = f"{at_rate.per_s / sizes.rate - 1:+.1%} (to reach: +-5 %)"
        _tell_beside(f"at {sizes.rate:g} a second", at_rate, alone, off, "<= 2 x")
        off = f"{at_rate.took_s / at_rate.planned_s - 1:+.1%} (to reach: +-10 %)"
        click.echo(f"planned to take {at_rate.planned_s} s, took {at_rate.took_s} s: {off}")
        bound = ("--max-open", str(sizes.max_open))
        at_full_speed = await bench.replay(folder / "full.json", sizes.jobs, FULL_SPEED, *bound)
        told = f"with {sizes.max_open} records open at most"
        _tell_beside("at full speed", at_full_speed, alone, told, "<= 1.05 x")
    return Figures(alone, at_rate, at_full_speed)


@dataclass(frozen=True)
class _Bench:
    stack: RunningStack
    kafka: KafkaSettings
    load: Load
    sizes: Sizes

    @property
    def _env(self) -> Mapping[str, str]:
        return inherited_env() | {"BRAINSHARE_DATA_DIR": str(self.stack.data_dir)}

    async def replay(self, path: Path, jobs: int, rate: float, *more: str) -> Beside:
        """Replay so many jobs from their first stage, with live work beside until they end."""
        words = ("--stage", FIRST.value, "-o", str(path), "--limit", str(jobs), "--rate", str(rate))
        # What is taken over would be no load beside live jobs.
        planned_s = await asyncio.to_thread(self._plan, *words, "--ask-all")
        planned, ended = Manifest.read(path), asyncio.Event()
        live = asyncio.create_task(self.load.steadily(self.sizes.live, ended))
        try:
            async with asyncio.TaskGroup() as both:
                answered = both.create_task(self._until_answered(planned))
                both.create_task(self._run(path, rate, *more))
        finally:
            ended.set()
        begun_ms = await self._find_starts(planned)
        starts_s, took_s = (
            (end_ms - begun_ms[0]) / 1000 for end_ms in (begun_ms[-1], answered.result())
        )
        per_s = round((len(begun_ms) - 1) / starts_s, 2) if starts_s else 0.0
        return Beside(Live.of(await live), len(begun_ms), per_s, planned_s, round(took_s, 1))

    def _plan(self, *words: str) -> float:
        """Plan a replay: how long it is to take, in seconds."""
        command = [*PROGRAM, "replay", "plan", *words, "--json"]
        done = subprocess.run(command, cwd=ROOT, env=self._env, stdout=subprocess.PIPE, check=False)
        if done.returncode:
            raise click.ClickException(f"{' '.join(words)} ended with {done.returncode}")
        told = json.loads(done.stdout)
        planned_s: float = told["startS"] + (told["jobS"] or 0.0)
        return round(planned_s, 1)

    async def _run(self, path: Path, rate: float, *more: str) -> None:
        words = ("replay", "run", str(path), "--rate", str(rate), *more)
        async with _process(*PROGRAM, *words, env=self._env) as run:
            if await run.wait():
                raise click.ClickException(f"{' '.join(words)} ended with {run.returncode}")

    async def _until_answered(self, planned: Manifest) -> int:
        """Wait until the last stage has answered all, by its topic: that costs next to nothing.

        Returns:
            When it has, by the broker's time, in milliseconds.
        """
        topic, left = self.kafka.topics.suggestions(STAGE_ORDER[-1]), set(planned.by_replay)
        wanted = {str(job_id).encode() for job_id in left}
        ends, last_ms = planned.end_offsets, 0
        async with (
            asyncio.timeout(WAIT_S + len(wanted) / SLOWEST),
            open_log_reader(self.kafka, [topic]) as reader,
        ):
            await reader.seek({at: ends[at] for at in await reader.end_offsets()})
            while wanted:
                answers = [r for r in await reader.read(READ_S, BATCH) if r.key in wanted]
                wanted -= {record.key or b"" for record in answers}
                last_ms = max((last_ms, *(record.timestamp_ms for record in answers)))
        return last_ms

    async def _find_starts(self, planned: Manifest) -> list[int]:
        """When each was started, by the broker's time of its record, in milliseconds, sorted."""
        topic, ends, times = self.kafka.topics.requests(FIRST), planned.end_offsets, list[int]()
        keys = {str(job_id).encode() for job_id in planned.by_replay}
        async with open_log_reader(self.kafka, [topic]) as reader:
            now = await reader.end_offsets()
            await reader.seek({at: ends[at] for at in now})
            async for records in reader.read_to(now, BATCH):
                times += [record.timestamp_ms for record in records if record.key in keys]
        return sorted(times)


@asynccontextmanager
async def _process(
    *words: str, env: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is ended where nobody waits for its end any more."""
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=env)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _tell_beside(how: str, beside: Beside, alone: Live, told: str, asked: str) -> None:
    """Print what a replay came to, as soon as it has."""
    click.echo(f"{beside.started} jobs {how}: {beside.per_s} a second, {told}")
    ratio = f"p95 {compare(beside, alone):.2f} x (to reach: {asked})"
    click.echo(f"live, beside a replay {how}: {_tell(beside.live)}, {ratio}")


def compare(beside: Beside, alone: Live) -> float:
    """How much longer live jobs took beside a replay, by their p95."""
    return round(beside.live.p95_ms / alone.p95_ms, 3)


def _tell(live: Live) -> str:
    return f"p50 {live.p50_ms} ms, p95 {live.p95_ms} ms of {live.jobs} jobs"


if __name__ == "__main__":
    main()
