"""Jobs that were imported: a file each, in the data folder, which no gateway knows."""

from dataclasses import dataclass
from pathlib import Path

from services.cli.export.new_file import write_new
from services.cli.job_file.document import JobDocument, open_document
from services.cli.terminal.error import CliError, RequestRefused
from services.cli.terminal.os_error import tell_os_error

FOLDER = "imported"
LEAST_CHARS = 4
SHOWN = 5


@dataclass(frozen=True)
class ImportedJobs:
    """The jobs that were imported on this machine.

    Attributes:
        data_dir: Of a stack, or where one would be.
    """

    data_dir: Path

    def keep(self, job: JobDocument, *, overwrite: bool) -> Path:
        """Keep a job; the same one again is kept once.

        Raises:
            CliError: Another state of it is kept already, or it cannot be written.
        """
        path, content = self._path(job.job_id), job.write()
        if path.is_file() and open_document(path).write() == content:
            return path
        if path.exists() and not overwrite:
            raise CliError(
                f"another state of job {job.job_id} was imported before: add --overwrite to take"
                " this one in its place"
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CliError(f"{path.parent} cannot be made: {tell_os_error(error)}") from error
        write_new(path, content, overwrite=overwrite)
        return path

    def find(self, given: str) -> JobDocument:
        """The job that is meant, by its id or the beginning of it.

        Raises:
            RequestRefused: No such job was imported, or several.
        """
        begin = given.lower()
        kept = sorted(path.stem for path in self._path("").parent.glob("*.json"))
        found = [name for name in kept if name.startswith(begin) and len(begin) >= LEAST_CHARS]
        if len(found) > 1:
            told = ", ".join(found[:SHOWN])
            raise RequestRefused(f"{len(found)} imported jobs begin with {given}: {told}")
        if not found:
            raise RequestRefused(f"no job {given[:40]} was imported into {self.data_dir}")
        return open_document(self._path(found[0]))

    def _path(self, job_id: str) -> Path:
        return self.data_dir / FOLDER / f"{job_id}.json"
