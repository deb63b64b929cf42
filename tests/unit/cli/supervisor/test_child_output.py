"""From a child's mouth to its log."""

import asyncio
import sys
from pathlib import Path

from services.cli.log.file import LogFile
from services.cli.supervisor.child_output import start_logged
from services.cli.supervisor.child_process import kill_group
from services.cli.supervisor.environment import inherited_env

MANY_LINES = "for n in range(20_000): print(f'line {n:05}')"
LINE_BYTES = len("line 00000\n")
KEEPS_IT_OPEN = (
    "import subprocess, sys;"
    "subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']);"
    "print('gone')"
)
BOUND_S = 20.0


async def run(code: str, log: LogFile) -> int:
    async with asyncio.timeout(BOUND_S):
        process, output = await start_logged((sys.executable, "-c", code), inherited_env(), log)
        status = await process.wait()
        kill_group(process.pid)
        await output.end()
    return status


async def test_no_line_is_lost_however_often_the_log_is_turned_over(tmp_path: Path) -> None:
    path = tmp_path / "child.log"
    assert await run(MANY_LINES, LogFile(path, limit_bytes=60_000)) == 0
    files = [path.with_name(f"child.log.{n}") for n in (3, 2, 1)] + [path]
    lines = "".join(file.read_text() for file in files if file.exists()).splitlines()
    assert lines == [f"line {number:05}" for number in range(20_000 - len(lines), 20_000)]
    assert len(lines) * LINE_BYTES >= 3 * 60_000


async def test_the_last_words_of_a_child_are_in_its_log(tmp_path: Path) -> None:
    path = tmp_path / "child.log"
    assert await run("raise SystemExit('no luck')", LogFile(path)) == 1
    assert path.read_text() == "no luck\n"


async def test_a_child_does_not_notice_a_full_disk() -> None:
    assert await run(MANY_LINES, LogFile(Path("/dev/full"))) == 0


async def test_a_child_of_the_child_cannot_hold_it_up(tmp_path: Path) -> None:
    path = tmp_path / "child.log"
    assert await run(KEEPS_IT_OPEN, LogFile(path)) == 0
    assert path.read_text() == "gone\n"
