"""The same things, awaited."""

from brainshare_client.request import (
    act,
    dead_letter,
    error_group,
    event,
    job,
    job_course,
    key,
    several_jobs,
    tenant_limit,
    webhook,
)
from brainshare_client.request.many import bulk_action, comparison, replay
from brainshare_client.transport.method import AwaitingResource, asks_later, tells_later


class AsyncJobs(AwaitingResource):
    """Jobs: made, read, waited for, followed, and acted on."""

    create = asks_later(job.create)
    create_many = asks_later(job.create_many)
    post = asks_later(job.post)
    get = asks_later(job.get)
    page = asks_later(job.page)
    list = tells_later(job.list_)
    result = asks_later(job.result)
    result_csv = asks_later(job.result_csv)
    history = tells_later(job.history)
    history_page = asks_later(job.history_page)
    cancel = asks_later(job.cancel)
    retry = asks_later(job.retry)
    rerun = asks_later(job.rerun)
    post_rerun = asks_later(job.post_rerun)
    family = asks_later(job.family)
    file = asks_later(job.file)
    promote = asks_later(job.promote)
    roll_back = asks_later(job.roll_back)
    delete = asks_later(job.delete)
    wait = asks_later(job_course.wait)
    watch = tells_later(job_course.watch)
    watch_many = tells_later(several_jobs.watch_many)


class AsyncEvents(AwaitingResource):
    """What happens to all jobs of a tenant."""

    page = asks_later(event.page)
    watch = tells_later(event.watch)


class AsyncStreamTokens(AwaitingResource):
    """Tokens by which pages follow jobs."""

    create = asks_later(event.create_token)


class AsyncDeadLetters(AwaitingResource):
    """What was given up on, put back or aside."""

    page = asks_later(dead_letter.page)
    list = tells_later(dead_letter.list_)
    groups = asks_later(dead_letter.groups)
    get = asks_later(dead_letter.get)
    redrive = asks_later(dead_letter.redrive)
    redrive_many = asks_later(dead_letter.redrive_many)
    discard = asks_later(dead_letter.discard)


class AsyncWebhooks(AwaitingResource):
    """Where a tenant is told of its jobs, and what became of telling it."""

    create = asks_later(webhook.create)
    page = asks_later(webhook.page)
    list = tells_later(webhook.list_)
    get = asks_later(webhook.get)
    change = asks_later(webhook.change)
    delete = asks_later(webhook.delete)
    rotate = asks_later(webhook.rotate)
    test = asks_later(webhook.test)
    deliveries = tells_later(webhook.deliveries)
    deliveries_page = asks_later(webhook.deliveries_page)
    delivery = asks_later(webhook.delivery)
    resend = asks_later(webhook.resend)
    recover = asks_later(webhook.recover)


class AsyncBulkActions(AwaitingResource):
    """One act on many jobs."""

    preview = asks_later(bulk_action.preview)
    begin = asks_later(bulk_action.begin)
    page = asks_later(bulk_action.page)
    list = tells_later(bulk_action.list_)
    get = asks_later(bulk_action.get)
    jobs = tells_later(bulk_action.jobs)
    jobs_page = asks_later(bulk_action.jobs_page)
    stop = asks_later(bulk_action.stop)


class AsyncReplays(AwaitingResource):
    """Jobs of the past run again, and compared."""

    plan = asks_later(replay.plan)
    plan_control = asks_later(replay.plan_control)
    page = asks_later(replay.page)
    list = tells_later(replay.list_)
    get = asks_later(replay.get)
    jobs = tells_later(replay.jobs)
    jobs_page = asks_later(replay.jobs_page)
    manifest = asks_later(replay.manifest)
    compare = asks_later(comparison.compare)
    comparison_csv = asks_later(comparison.write_csv)
    comparison_html = asks_later(comparison.write_page)
    start = asks_later(replay.start)
    pause = asks_later(replay.pause)
    abort = asks_later(replay.abort)
    promote = asks_later(replay.promote)
    preview_promote = asks_later(replay.preview_promote)
    roll_back = asks_later(replay.roll_back)


class AsyncKeys(AwaitingResource):
    """API keys, for admins."""

    create = asks_later(key.create)
    page = asks_later(key.page)
    list = tells_later(key.list_)
    revoke = asks_later(key.revoke)
    rotate = asks_later(key.rotate)


class AsyncTenantLimits(AwaitingResource):
    """What single tenants may have and use, for admins."""

    page = asks_later(tenant_limit.page)
    get = asks_later(tenant_limit.get)
    set = asks_later(tenant_limit.set_)
    unset = asks_later(tenant_limit.unset)


class AsyncActs(AwaitingResource):
    """What operators and admins did."""

    page = asks_later(act.page)
    list = tells_later(act.list_)


class AsyncErrors(AwaitingResource):
    """What goes wrong, by what failed alike."""

    page = asks_later(error_group.page)
    get = asks_later(error_group.get)
    resolve = asks_later(error_group.resolve)
    mute = asks_later(error_group.mute)
    reopen = asks_later(error_group.reopen)
