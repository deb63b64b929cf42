"""Which command lines of each command are taken pictures of. A command without a row fails."""

from dataclasses import dataclass

from tests.unit.contract.picture.history import CANCELLED, COMPLETED, FAILED, RUNNING, WAITING

NO_JOB = "00000000-0000-4000-8000-00000000dead"
LETTER = "column-0-0"
ERROR, NO_ERROR = "8b09584a2d0d", "000000000000"


@dataclass(frozen=True)
class Case:
    """The pictures of one command, besides its help and an option that it has not.

    Attributes:
        looks: Run against a gateway that knows the jobs of `history`.
        alone: Run where no stack is.
        stdin: Of all of them.
        env: Of those that run alone, besides.
    """

    looks: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    stdin: bytes = b""
    env: tuple[tuple[str, str], ...] = ()


CASES: dict[str, Case] = {
    "": Case(alone=("", "--version", "sumbit", "help submit")),
    "dead-letters": Case(alone=("dead-letters", "dead-letters lst")),
    "keys": Case(alone=("keys",)),
    "topics": Case(alone=("topics",)),
    "webhooks": Case(alone=("webhooks", "webhooks lst")),
    "acts": Case(("acts", "acts --tenant Acme"), ("acts", "acts --limit 0")),
    "apply": Case(
        (f"apply {COMPLETED} -", f"apply {RUNNING} -", f"apply {COMPLETED} missing.csv"),
        ("apply last", "apply last - --in-place"),
        stdin=b"a,b\n1,2\n",
    ),
    "audit": Case(alone=("audit",)),
    "backup": Case(alone=("backup", "backup archive")),
    "bulk": Case(alone=("bulk",)),
    "bulk begin": Case(
        ("bulk begin retry --status failed --preview", "bulk begin discard --status failed"),
        ("bulk begin retry", "bulk begin", "bulk begin stop --yes"),
    ),
    "bulk list": Case(("bulk list",), ("bulk list --limit 0",)),
    "bulk show": Case((f"bulk show {NO_JOB}",)),
    "bulk stop": Case((f"bulk stop {NO_JOB}",)),
    "cancel": Case((f"cancel {CANCELLED}", f"cancel {COMPLETED}"), ("cancel last",)),
    "capacity": Case(
        alone=(
            "capacity 600 --model gpt-4.1",
            "capacity",
            "capacity 0",
            "capacity 600 --from-metrics",
            "capacity 600 --request missing.csv",
        )
    ),
    "clean": Case(alone=("clean", "clean --yes")),
    "completion": Case(alone=("completion dash",)),
    "dead-letters discard": Case(
        ("dead-letters discard nothing --reason no",), ("dead-letters discard x",)
    ),
    "dead-letters groups": Case(
        ("dead-letters groups", "dead-letters groups --state resolved"), ("dead-letters groups",)
    ),
    "dead-letters list": Case(
        (
            "dead-letters list",
            "dead-letters list --limit 1",
            "dead-letters list --state resolved",
            "dead-letters list --group x",
        ),
        ("dead-letters list", "dead-letters list --kind no"),
    ),
    "dead-letters redrive": Case(
        ("dead-letters redrive --all --dry-run", "dead-letters redrive nothing"),
        ("dead-letters redrive", "dead-letters redrive --all"),
    ),
    "dead-letters show": Case(
        (
            f"dead-letters show {LETTER}",
            f"dead-letters show {FAILED}",
            f"dead-letters show {COMPLETED}",
            "dead-letters show nothing",
        ),
        ("dead-letters show x",),
    ),
    "delete": Case(
        (f"delete {COMPLETED}", f"delete {RUNNING} --yes"), ("delete last --yes", "delete")
    ),
    "demo": Case(alone=("demo --kafka-port 99999",)),
    "doctor": Case(("doctor",), ("doctor",)),
    "errors": Case(alone=("errors",)),
    "errors list": Case(
        ("errors list", "errors list --state resolved"), ("errors list", "errors list --source x")
    ),
    "errors show": Case((f"errors show {ERROR}", f"errors show {NO_ERROR}"), ("errors show x",)),
    "errors resolve": Case(
        (f"errors resolve {NO_ERROR} --reason mended",), ("errors resolve", "errors resolve x")
    ),
    "errors mute": Case((f"errors mute {NO_ERROR}",), ("errors mute x",)),
    "errors reopen": Case((f"errors reopen {NO_ERROR}",), ("errors reopen x",)),
    "export": Case(
        (f"export {NO_JOB}", f"export {RUNNING} -o ."), ("export last", "export ffff --imported")
    ),
    "explain": Case(
        alone=("explain", "explain --json", "explain --prometheus ftp://prometheus:9090")
    ),
    "down": Case(alone=("down",)),
    "family": Case((f"family {COMPLETED}", f"family {NO_JOB}"), ("family last",)),
    "import": Case(alone=("import", "import missing.json")),
    "jobs": Case(alone=("jobs", "jobs find")),
    "jobs list": Case(
        (
            "jobs list --dead-letters yes",
            "jobs list --stage row --stage-state completed --limit 1",
            "jobs list --title 'No Such' --tag x",
            "jobs list --stage row",
        ),
        ("jobs list", "jobs list --from noon"),
    ),
    "keys create": Case(
        ("keys create app --tenant Acme", "keys create ''"),
        ("keys create", "keys create app --role root"),
    ),
    "keys list": Case(("keys list",), ("keys list", "keys list --limit 0")),
    "keys revoke": Case(("keys revoke nothing",), ("keys revoke bsk_0123456789ab",)),
    "keys rotate": Case(
        ("keys rotate nothing",), ("keys rotate bsk_0123456789ab", "keys rotate x --overlap-s -1")
    ),
    "limits": Case(alone=("limits",)),
    "limits list": Case(("limits list",), ("limits list",)),
    "limits show": Case(("limits show acme", "limits show Acme")),
    "limits set": Case(
        ("limits set Acme --open-jobs 3",),
        ("limits set acme", "limits set acme --open-jobs x", "limits set"),
    ),
    "limits unset": Case(("limits unset Acme",)),
    "logs": Case(
        (f"logs {FAILED}", f"logs {str(COMPLETED)[:8]}", f"logs {NO_JOB}"),
        ("logs", "logs --lines -1", "logs 0b5d4e1e", "logs last --follow"),
    ),
    "rebuild": Case(alone=("rebuild", "rebuild --as-of yesterday")),
    "restore": Case(alone=("restore", "restore missing", "restore missing --go-on --append")),
    "verify": Case(alone=("verify", "verify missing")),
    "rehydrate": Case(alone=("rehydrate", "rehydrate --deadline-s 0")),
    "replay": Case(alone=("replay", "replay lst")),
    "replay list": Case(("replay list",), ("replay list --limit 0",)),
    "replay show": Case((f"replay show {NO_JOB}",)),
    "replay start": Case(
        (f"replay start {NO_JOB}",), ("replay start", f"replay start {NO_JOB} --rate 0")
    ),
    "replay pause": Case((f"replay pause {NO_JOB}",), ("replay pause",)),
    "replay plan": Case(
        alone=(
            "replay plan",
            "replay plan --stage columns",
            "replay plan --stage column --from yesterday",
            "replay plan --stage column --from 2026-11-02 --to 2026-11-01",
            "replay plan --stage column --jobs-file missing.txt",
            "replay plan --stage column --prompt missing.txt",
        )
    ),
    "replay abort": Case(
        (f"replay abort {NO_JOB} --yes",), ("replay abort", "replay abort missing.json")
    ),
    "replay compare": Case(
        alone=(
            "replay compare",
            "replay compare missing.json",
            "replay compare missing.json --fail-if worse",
        )
    ),
    "replay control": Case(alone=("replay control", "replay control missing.json")),
    "replay promote": Case(
        alone=(
            "replay promote",
            "replay promote missing.json",
            "replay promote missing.json --if worst",
        )
    ),
    "replay rollback": Case(
        (f"replay rollback {COMPLETED}", f"replay rollback {RUNNING}", f"replay rollback {NO_JOB}"),
        ("replay rollback", "replay rollback missing.json"),
    ),
    "replay run": Case(
        alone=(
            "replay run",
            "replay run missing.json",
            "replay run x --rate 0",
            f"replay run {NO_JOB}",
        )
    ),
    "rerun": Case(
        (f"rerun {RUNNING} --from row", f"rerun {NO_JOB} --from row"),
        ("rerun last", "rerun last --from rows", "rerun last --from row --prompt row-0"),
    ),
    "restart": Case(alone=("restart gateway", "restart")),
    "result": Case(
        (
            f"result {COMPLETED}",
            f"result {RUNNING}",
            f"result {WAITING}",
            f"result {FAILED} --csv",
            f"result {COMPLETED} --csv",
            f"result {COMPLETED} --csv .",
            f"result {COMPLETED} --xlsx table.xlsx",
        ),
        ("result last", "result last --json --csv"),
    ),
    "retry": Case((f"retry {COMPLETED}", "retry ffff"), ("retry last",)),
    "service": Case(alone=("service --workers 17",)),
    "settings": Case(
        alone=("settings --set",),
        env=(
            ("OPENAI_API_KEY", "sk-a-secret-that-nobody-may-see"),
            ("DATABASE_URL", "postgresql+psycopg://brainshare@database.example:5432/brainshare"),
            ("LLM_MODLE", "gpt"),
        ),
    ),
    "status": Case(
        (
            f"status {FAILED}",
            "status",
            "status --status cancelling",
            *(f"status {job}" for job in (COMPLETED, RUNNING, WAITING, CANCELLED)),
            "status 2a9b",
            "status ffff",
            "status f95",
            f"status {NO_JOB}",
            "status nonsense",
        ),
        ("status", "status --limit 0"),
    ),
    "submit": Case(
        (
            "submit --key picture 'Cheeses of France'",
            "submit --key picture 'Cheeses of Spain'",
            "submit missing.csv 'Rivers of France'",
            "submit 'Lakes of France' --tag a,b",
            "submit - --key text",
        ),
        (
            "submit Cheeses",
            "submit",
            "submit a b --key x",
            "submit note.docx",
            "submit a --stages tables",
            "submit Cheeses --dry-run",
            "submit - --dry-run",
        ),
        stdin=b'{"tableId": "t", "want": {"rows": 99}}',
    ),
    "topics apply": Case(alone=("topics apply",)),
    "up": Case(alone=("up --workers 17", "up --gateway-port x")),
    "webhooks change": Case(
        ("webhooks change nothing --off", "webhooks change nothing --address app.example"),
        ("webhooks change x", "webhooks change x --event job.done"),
    ),
    "webhooks delete": Case(("webhooks delete nothing",), ("webhooks delete",)),
    "webhooks create": Case(
        ("webhooks create https://10.0.0.1/hook", "webhooks create app.example"),
        ("webhooks create", "webhooks create https://app.example --event job.done"),
    ),
    "webhooks deliveries": Case(
        ("webhooks deliveries nothing", "webhooks deliveries nothing x"),
        ("webhooks deliveries", "webhooks deliveries x --state odd"),
    ),
    "webhooks list": Case(
        ("webhooks list", "webhooks list --tenant Acme"),
        ("webhooks list", "webhooks list --limit 0"),
    ),
    "webhooks recover": Case(
        ("webhooks recover nothing --since yesterday",), ("webhooks recover x",)
    ),
    "webhooks resend": Case(("webhooks resend nothing x",), ("webhooks resend x",)),
    "webhooks rotate": Case(
        ("webhooks rotate nothing",), ("webhooks rotate", "webhooks rotate x --overlap-s -1")
    ),
    "webhooks test": Case(("webhooks test nothing",), ("webhooks test",)),
    "watch": Case(
        (
            f"watch {COMPLETED}",
            f"watch {FAILED}",
            "watch last",
            f"watch {COMPLETED} {FAILED} {NO_JOB}",
        ),
        ("watch last", "watch", "watch last --all"),
    ),
}
