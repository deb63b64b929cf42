"""How a bulk action looks in a terminal."""

from schemas.api.batch import BulkAction
from services.cli.view.time import show_moment


def bulk_line(bulk: BulkAction) -> str:
    """A bulk action in a line: what it does, and how far it is."""
    counts = f"{bulk.done} done, {bulk.skipped} skipped, {bulk.waiting} waiting"
    at = show_moment(bulk.created_at)
    return f"{bulk.id}  {bulk.action.value} {bulk.state.value}: {counts} of {bulk.total}  {at}"
