"""The address of a gateway as a person has typed it: taken, or told what is wrong with it."""

import re
from urllib.parse import urlsplit

import click

from services.cli.terminal.error import SettingsWrong

HOST = re.compile(r"[\w.:%-]+")
WRITE_SO = "write http://HOST:PORT or https://HOST"
PORT_IS_NONE = "whose port is none: it must be a number from 1 to 65535"
SECRET = re.compile(r"//[^/@]*@")


def check_address(url: str | None, name: str) -> str | None:
    """The address, if it is one; None where there is none.

    Args:
        name: What it was given by: an option with its dashes, or a setting.

    Raises:
        click.UsageError: No gateway can be asked there, and an option said so.
        SettingsWrong: A setting did.
    """
    if not url:
        return None
    if (trouble := _find_trouble(url)) is not None:
        told = f"{name} is {SECRET.sub('//...@', url)!r}, {trouble}"
        raise click.UsageError(told) if name.startswith("-") else SettingsWrong(told)
    return url.rstrip("/")


def _find_trouble(url: str) -> str | None:
    """What is wrong with it, and what to write instead."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        is_port = str(error).startswith("Port")
        return PORT_IS_NONE if is_port else f"which is no address: {WRITE_SO}"
    if "://" not in url:
        whole = f"http://127.0.0.1:{url}" if url.isdecimal() else f"http://{url.strip('/')}"
        return _find_trouble(whole) or f"which has no scheme: write {whole}"
    if parts.scheme not in ("http", "https"):
        return f"and a gateway is not asked by {parts.scheme}: {WRITE_SO}"
    if port == 0:
        return PORT_IS_NONE
    if host is None or not HOST.fullmatch(host) or parts.query or parts.fragment:
        return f"which is no address: {WRITE_SO}"
    return None
