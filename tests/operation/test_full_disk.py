"""The disk of a stack is full, and then it is not."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from schemas.api.status import JobState
from services.cli.client.command_client import connect
from services.cli.client.following import follow
from tests.crash.drill import PLANETS
from tests.operation.measure import Measure
from tests.stack import RunningStack, running_stack, wait_until

SIZE = "100m"
FULL_S = 20.0
BACK_S = 120.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(tmp_path)], check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no disk can be mounted here")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Take all the room that there is."""
    path = disk / "fill"
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 65536)
    try:
        yield
    finally:
        path.unlink()


def ask_all(http: httpx2.Client, seconds: float) -> list[int]:
    """The statuses of posts and reads for a while; 0 where the gateway is not there."""
    end, statuses = time.monotonic() + seconds, []
    while time.monotonic() < end:
        for method, path in (("POST", "/v1/jobs"), ("GET", "/v1/jobs"), ("GET", "/readyz")):
            try:
                answer = http.request(method, path, content=PLANETS if method == "POST" else b"")
                statuses.append(answer.status_code)
            except httpx2.TransportError:
                statuses.append(0)
    return statuses


def completes(stack: RunningStack) -> bool:
    try:
        with connect(stack.gateway_url, retry_for_s=0) as gateway:
            *_, job = follow(gateway, str(gateway.jobs.post(PLANETS).job_id))
    except Exception:
        return False
    return job.status is JobState.COMPLETED


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_full_disk_ends_no_supervision_and_is_no_500(
    small_disk: Path, measures: list[Measure]
) -> None:
    with running_stack(small_disk / "d", "--with-demo") as stack:
        log = stack.data_dir / "up.log"
        headers = {"Content-Type": "application/json"}
        with httpx2.Client(base_url=stack.gateway_url, headers=headers, timeout=30) as http:
            assert http.post("/v1/jobs", content=PLANETS).status_code == 202
            with filled(small_disk):
                statuses = ask_all(http, FULL_S)
            freed_at = time.monotonic()
            wait_until(lambda: completes(stack), BACK_S, "a job completes after the disk has room")
            back_s = time.monotonic() - freed_at
        assert set(statuses) <= {0, 200, 202, 503}, sorted(set(statuses))
        said = log.read_text(encoding="utf-8")
    assert "its disk is full" in said
    assert stack.process.returncode == 0
    assert "Traceback" not in log.read_text(encoding="utf-8")
    assert not (stack.data_dir / "stack.json").exists()
    counts = ", ".join(f"{status}: {statuses.count(status)}" for status in sorted(set(statuses)))
    measures.append(
        Measure(
            f"disk full for {FULL_S:g} s",
            "no 500; supervision goes on; a job completes once there is room",
            f"{counts}; completed {back_s:.0f} s after; said {said.count(chr(10))} lines",
        )
    )
