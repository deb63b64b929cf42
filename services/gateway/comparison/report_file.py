"""Files of a replay as they are handed out: to be kept, and never shown in place by a browser."""

from starlette.responses import Response

CSV_TYPE = "text/csv; charset=utf-8; header=present"
HTML_TYPE = "text/html; charset=utf-8"

MEDIA_TYPES = {"json": "application/json", "csv": CSV_TYPE, "html": HTML_TYPE}
"""By the ending of a file's name."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox",
    )
)
"""A page has its styles in it, and says itself of which digest they are: no other applies."""

HEADERS = {
    "Cache-Control": "no-store",  # it has cells of people's tables, and is of this moment
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def hand_out(body: bytes, name: str) -> Response:
    """A file to keep, of the type that the ending of its name says."""
    kind = MEDIA_TYPES[name.rpartition(".")[2]]
    said = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=HEADERS | said, media_type=kind)


def name_report(replay_id: str, form: str) -> str:
    """What the file of a comparison is called.

    Args:
        form: One of `MEDIA_TYPES`.
    """
    return f"comparison-{replay_id}.{form}"
