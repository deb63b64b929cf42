"""Whether the bytes of a file may be opened as a workbook: a zip, whole, and of bounded size."""

import io
import zipfile

from services.cli.terminal.error import CliError

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WORKBOOK = "xl/workbook.xml"
OTHERS = {
    "xl/workbook.bin": "an .xlsb",
    "mimetype": "an OpenDocument",
    "word/document.xml": "a Word",
}
MIB = 1024 * 1024
MAX_UNPACKED_BYTES = 64 * MIB
MAX_PARTS = 5_000
SAVE_AS = "save it as .xlsx or CSV UTF-8"


def is_spreadsheet(content: bytes) -> bool:
    """Whether bytes are a spreadsheet's, or an older form of one. Its name does not matter."""
    return content.startswith((ZIP, OLE))


def open_archive(content: bytes, name: str) -> zipfile.ZipFile:
    """The parts of a workbook.

    Raises:
        CliError: It is none, is protected, broken, or too large to be unpacked.
    """
    if content.startswith(OLE):
        what = "protected by a password" if ENCRYPTED in content else "an .xls or another old form"
        raise CliError(f"{name} is {what}, which cannot be read: {SAVE_AS} without a password")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise CliError(f"{name} is broken, or not whole: {error}") from error
    parts = archive.infolist()
    if WORKBOOK not in archive.namelist():
        kinds = [kind for part, kind in OTHERS.items() if part in archive.namelist()]
        raise CliError(f"{name} is {kinds[0] if kinds else 'a zip'} file, no .xlsx: {SAVE_AS}")
    if any(part.flag_bits & 1 for part in parts):
        raise CliError(f"{name} is protected by a password: {SAVE_AS} without one")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
        raise CliError(
            f"{name} holds {unpacked / MIB:,.0f} MiB in {len(parts):,} parts when it is unpacked,"
            f" more than {MAX_UNPACKED_BYTES // MIB} MiB or {MAX_PARTS:,}: save its sheet as CSV"
        )
    return archive


def has_formulas(archive: zipfile.ZipFile) -> bool:
    """Whether any sheet has a formula.

    Raises:
        zipfile.BadZipFile: A part is not what its sums say.
    """
    sheets = [part for part in archive.namelist() if part.startswith("xl/worksheets/")]
    return any(mark in archive.read(part) for part in sheets for mark in (b"<f>", b"<f "))
