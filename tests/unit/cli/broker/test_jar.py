"""The lock file of Kafka's jars."""

import hashlib
from pathlib import Path

import pytest

from services.cli.broker.jar import Jar, load_lock, parse_lock

SUM = "a" * 64


def test_each_line_is_a_coordinate_and_a_sum() -> None:
    text = f"# a comment\n\norg.example:thing:1.2 sha256:{SUM}\n"
    assert [Jar("org.example", "thing", "1.2", SUM)] == parse_lock(text)


@pytest.mark.parametrize(
    "line",
    [
        "org.example:thing sha256:" + SUM,
        "org.example:thing:1.2",
        "org.example:thing:1.2 sha256:" + SUM[:-1],
        "org.example:thing:1.2 sha1:" + SUM,
        f"org.example:thing:1.2 sha256:{SUM} more",
    ],
)
def test_any_other_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"not a line of jars\.lock"):
        parse_lock(line)


def test_the_lock_names_one_version_of_each_artifact() -> None:
    jars = load_lock()
    assert len({(jar.group, jar.artifact) for jar in jars}) == len(jars)


def test_all_of_kafka_has_one_version() -> None:
    assert {jar.version for jar in load_lock() if jar.group == "org.apache.kafka"} == {"4.3.1"}


def test_a_jar_lies_where_maven_puts_it() -> None:
    jar = Jar("org.apache.kafka", "kafka-clients", "4.3.1", SUM)
    expected = Path("/m2/org/apache/kafka/kafka-clients/4.3.1/kafka-clients-4.3.1.jar")
    assert expected == jar.path_in(Path("/m2"))


@pytest.mark.parametrize(
    ("content", "is_right"), [(b"whole", True), (b"whol", False), (None, False)]
)
def test_only_the_pinned_bytes_count_as_the_jar(
    tmp_path: Path, content: bytes | None, is_right: bool
) -> None:
    path = tmp_path / "thing.jar"
    if content is not None:
        path.write_bytes(content)
    jar = Jar("org.example", "thing", "1.2", hashlib.sha256(b"whole").hexdigest())
    assert is_right == jar.is_at(path)
