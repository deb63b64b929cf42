"""/console/jobs/{id}/rerun: run a job again from one of its stages, as a new job."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from schemas.api.job.rerun import RerunRequest
from services.gateway.access.principal import principal_of
from services.gateway.api.body import parse_body
from services.gateway.api.body_reader import BodyReader
from services.gateway.api.problem import ProblemError
from services.gateway.compute.compute import Compute
from services.gateway.console.job.job_page import OF_ONE, read_job_id
from services.gateway.console.job.rerun_form import (
    RerunForm,
    begin_form,
    refuse_form,
    write_request,
)
from services.gateway.console.shell.form import Form, read_form
from services.gateway.console.shell.navigation import JOBS
from services.gateway.console.shell.path import Paths
from services.gateway.console.shell.shell import Shell
from services.gateway.job.store import StoredJob
from services.gateway.rerun.act import find_source, rerun_job
from services.gateway.rerun.rerunner import Rerunner
from services.gateway.submission.acceptance import Acceptance

RERUN = f"{OF_ONE}/rerun"
REFUSED = (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
NOT_NOW = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""What the form shows, too, so that nothing of what was written is lost."""


@dataclass(frozen=True)
class RerunPage:
    """The form of a rerun, and what is done by it."""

    shell: Shell
    bodies: BodyReader
    compute: Compute
    rerunner: Rerunner
    acceptance: Acceptance

    def list_pages(self) -> Paths:
        """What is asked for."""
        return {RERUN: self.show}

    def list_acts(self) -> Paths:
        """What is done."""
        return {RERUN: self.rerun}

    async def show(self, request: Request) -> Response:
        """The form, as the job has it."""
        self.shell.admit(request, "rerunJob")
        job_id = read_job_id(request)
        return self._render(request, job_id, await self._begin(request, job_id))

    async def rerun(self, request: Request) -> Response:
        """Run it again, and show the new job."""
        self.shell.admit(request, "rerunJob")
        job_id = read_job_id(request)
        said = await read_form(request, self.bodies)
        form = _fill(await self._begin(request, job_id), said)
        try:
            job = await self._accept(request, job_id, form)
        except ProblemError as error:
            if error.status in NOT_NOW:
                told = replace(form, errors={"": error.detail})  # sent again, it is the same job
            elif error.status in REFUSED:
                told = refuse_form(form, error.errors, error.detail)
            else:
                raise
            return self._render(request, job_id, told, error.status)
        return self.shell.see(f"{JOBS}/{job.job_id}", "rerun")

    async def _begin(self, request: Request, job_id: str) -> RerunForm:
        sight = principal_of(request.scope).sight
        source = await find_source(self.rerunner, job_id, sight)
        return await self.compute.run(len(source.value), begin_form, source)

    async def _accept(self, request: Request, job_id: str, form: RerunForm) -> StoredJob:
        body = write_request(form)
        asked = await self.compute.run(len(body), parse_body, body, RerunRequest)
        told = (self.rerunner, self.acceptance, job_id, asked, asked.idempotency_key)
        _, job = await rerun_job(request, *told)
        return job

    def _render(
        self,
        request: Request,
        job_id: str,
        form: RerunForm,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        values = {"job_id": job_id, "form": form, "fields": form.fields, "errors": form.errors}
        return self.shell.render(request, "rerun.html", values, status=status)


def _fill(form: RerunForm, said: Form) -> RerunForm:
    """The form as it was sent; a box that is not ticked is not sent."""
    given = {name: said.get(name, "") for name in form.fields}
    if not form.is_editable:
        given["table"] = form.fields["table"]
    return replace(form, fields=given)
