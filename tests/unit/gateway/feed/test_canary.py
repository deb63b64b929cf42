"""What happens to canaries is in nobody's stream, as they are in nobody's list."""

from schemas.canary import CANARY_TENANT
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, job, job_id, request, whole_job

PATH = "/v1/events"
CANARY = job(job_id(1), tenant=CANARY_TENANT)


async def test_an_admin_who_follows_all_jobs_is_told_of_none(gateway: Gateway) -> None:
    """One a minute would soon be all of the newest."""
    await gateway.project(*whole_job(CANARY))
    await gateway.project(request(20))
    first = (await gateway.client.get(PATH)).json()
    facts = (await gateway.client.get(f"{PATH}?after=0")).json()
    assert [one["jobId"] for one in first["jobs"]] == [str(JOB_ID)]
    assert {one["jobId"] for one in facts["events"]} == {str(JOB_ID)}
    assert first["next"] == facts["next"]


async def test_who_names_one_is_told_of_it(gateway: Gateway) -> None:
    await gateway.project(*whole_job(CANARY))
    for query in (f"topics=job:{CANARY.job_id}", f"topics=job:{CANARY.job_id}&after=0"):
        told = (await gateway.client.get(f"{PATH}?{query}")).json()
        assert [one["jobId"] for one in told["jobs"]] == [str(CANARY.job_id)]
