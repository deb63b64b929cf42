"""What a gateway has, each with what can be asked of it."""

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
from brainshare_client.transport.method import BlockingResource, asks, tells


class Jobs(BlockingResource):
    """Jobs: made, read, waited for, followed, and acted on."""

    create = asks(job.create)
    create_many = asks(job.create_many)
    post = asks(job.post)
    get = asks(job.get)
    page = asks(job.page)
    list = tells(job.list_)
    result = asks(job.result)
    result_csv = asks(job.result_csv)
    history = tells(job.history)
    history_page = asks(job.history_page)
    cancel = asks(job.cancel)
    retry = asks(job.retry)
    rerun = asks(job.rerun)
    post_rerun = asks(job.post_rerun)
    family = asks(job.family)
    file = asks(job.file)
    promote = asks(job.promote)
    roll_back = asks(job.roll_back)
    delete = asks(job.delete)
    wait = asks(job_course.wait)
    watch = tells(job_course.watch)
    watch_many = tells(several_jobs.watch_many)


class Events(BlockingResource):
    """What happens to all jobs of a tenant."""

    page = asks(event.page)
    watch = tells(event.watch)


class StreamTokens(BlockingResource):
    """Tokens by which pages follow jobs."""

    create = asks(event.create_token)


class DeadLetters(BlockingResource):
    """What was given up on, put back or aside."""

    page = asks(dead_letter.page)
    list = tells(dead_letter.list_)
    groups = asks(dead_letter.groups)
    get = asks(dead_letter.get)
    redrive = asks(dead_letter.redrive)
    redrive_many = asks(dead_letter.redrive_many)
    discard = asks(dead_letter.discard)


class Webhooks(BlockingResource):
    """Where a tenant is told of its jobs, and what became of telling it."""

    create = asks(webhook.create)
    page = asks(webhook.page)
    list = tells(webhook.list_)
    get = asks(webhook.get)
    change = asks(webhook.change)
    delete = asks(webhook.delete)
    rotate = asks(webhook.rotate)
    test = asks(webhook.test)
    deliveries = tells(webhook.deliveries)
    deliveries_page = asks(webhook.deliveries_page)
    delivery = asks(webhook.delivery)
    resend = asks(webhook.resend)
    recover = asks(webhook.recover)


class BulkActions(BlockingResource):
    """One act on many jobs."""

    preview = asks(bulk_action.preview)
    begin = asks(bulk_action.begin)
    page = asks(bulk_action.page)
    list = tells(bulk_action.list_)
    get = asks(bulk_action.get)
    jobs = tells(bulk_action.jobs)
    jobs_page = asks(bulk_action.jobs_page)
    stop = asks(bulk_action.stop)


class Replays(BlockingResource):
    """Jobs of the past run again, and compared."""

    plan = asks(replay.plan)
    plan_control = asks(replay.plan_control)
    page = asks(replay.page)
    list = tells(replay.list_)
    get = asks(replay.get)
    jobs = tells(replay.jobs)
    jobs_page = asks(replay.jobs_page)
    manifest = asks(replay.manifest)
    compare = asks(comparison.compare)
    comparison_csv = asks(comparison.write_csv)
    comparison_html = asks(comparison.write_page)
    start = asks(replay.start)
    pause = asks(replay.pause)
    abort = asks(replay.abort)
    promote = asks(replay.promote)
    preview_promote = asks(replay.preview_promote)
    roll_back = asks(replay.roll_back)


class Keys(BlockingResource):
    """API keys, for admins."""

    create = asks(key.create)
    page = asks(key.page)
    list = tells(key.list_)
    revoke = asks(key.revoke)
    rotate = asks(key.rotate)


class TenantLimits(BlockingResource):
    """What single tenants may have and use, for admins."""

    page = asks(tenant_limit.page)
    get = asks(tenant_limit.get)
    set = asks(tenant_limit.set_)
    unset = asks(tenant_limit.unset)


class Acts(BlockingResource):
    """What operators and admins did."""

    page = asks(act.page)
    list = tells(act.list_)


class Errors(BlockingResource):
    """What goes wrong, by what failed alike."""

    page = asks(error_group.page)
    get = asks(error_group.get)
    resolve = asks(error_group.resolve)
    mute = asks(error_group.mute)
    reopen = asks(error_group.reopen)
