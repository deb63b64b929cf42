"""What was sealed here opens here, for what it was sealed for, and nothing else does."""

import asyncio

import pytest

from services.gateway.database.database import Database
from services.gateway.signing.signer import SealError, Signer
from services.gateway.signing.store import load_signer

SIGNER = Signer(b"k" * 32)


@pytest.mark.parametrize("text", ["", "1.a", "with | and \0 and ü", "x" * 5_000])
def test_what_was_sealed_opens(text: str) -> None:
    sealed = SIGNER.seal("jobs", text)
    assert SIGNER.open("jobs", sealed) == text
    assert sealed.isascii()
    assert not set(sealed) & set("+/=&?# ")


@pytest.mark.parametrize(
    "sealed",
    [
        "",
        ".",
        "a",
        "ä.ö",
        "AAAA.AAAA",
        SIGNER.seal("jobs", "1") + "=",
        SIGNER.seal("jobs", "1") + "A",
        SIGNER.seal("letters", "1"),
        Signer(b"other").seal("jobs", "1"),
        SIGNER.seal("jobs", "2").partition(".")[0] + "." + SIGNER.seal("jobs", "1").split(".")[1],
    ],
)
def test_what_was_not_sealed_so_does_not_open(sealed: str) -> None:
    with pytest.raises(SealError):
        SIGNER.open("jobs", sealed)


async def test_all_gateways_on_the_same_tables_sign_with_one_secret(database: Database) -> None:
    signers = await asyncio.gather(*(database.write(load_signer) for _ in range(4)))
    assert len({signer.seal("jobs", "1") for signer in signers}) == 1
