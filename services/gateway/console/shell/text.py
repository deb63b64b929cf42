"""How values are written in a page: filters of its templates. Pure.

What others wrote (titles, cells, messages) is hostile: it goes through `foreign`, which cuts it,
shows what would be hidden or turn the direction of writing, and keeps it apart from its
surroundings. Everything else is escaped by Jinja.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from markupsafe import Markup, escape

from schemas.unseen import is_unseen

MAX_SHOWN = 300
"""Characters of a foreign text."""


def foreign(text: object, most: int = MAX_SHOWN) -> Markup:
    """A text of somebody else's; nothing where it is empty.

    Args:
        most: So many characters of it are shown.
    """
    said = "" if text is None else str(text)
    if not said:
        return Markup("")
    shown = "".join(map(_show, said[:most]))
    rest = f'<span class="cut" title="{len(said)} characters">…</span>' if len(said) > most else ""
    return Markup(f"<bdi>{escape(shown)}</bdi>{rest}")


def _show(sign: str) -> str:
    return f"[U+{ord(sign):04X}]" if is_unseen(sign) else sign


def moment(at: datetime | None) -> Markup:
    """A moment, in UTC; a script says beside it how long ago that is."""
    if at is None:
        return NOTHING
    utc = at.astimezone(UTC)
    machine, person = utc.strftime("%Y-%m-%dT%H:%M:%SZ"), utc.strftime("%Y-%m-%d %H:%M:%S")
    return Markup(f'<time datetime="{machine}" data-moment>{person} UTC</time>')


def number(count: float | None) -> str | Markup:
    """A count, with a space between thousands."""
    return NOTHING if count is None else f"{count:,.0f}".replace(",", "\u202f")


def dollars(usd: float | None) -> str | Markup:
    """An amount of money; small ones to a hundredth of a cent."""
    if usd is None:
        return NOTHING
    return f"${usd:.2f}" if usd >= 1 or usd == 0 else f"${usd:.4f}"


def percent(share: float | None) -> str | Markup:
    """A share of 1 in percent."""
    return NOTHING if share is None else f"{share * 100:.0f}\u202f%"


def duration(lasted: timedelta | float | None) -> str | Markup:
    """How long something lasted; a number is of seconds."""
    if lasted is None:
        return NOTHING
    seconds = lasted.total_seconds() if isinstance(lasted, timedelta) else lasted
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, whole_s = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole_s} s" if minutes else f"{whole_s} s"


NOTHING = Markup('<span class="nothing">–</span>')
"""What stands where there is no value."""

FILTERS: Mapping[str, Callable[..., object]] = {
    "foreign": foreign,
    "moment": moment,
    "number": number,
    "dollars": dollars,
    "percent": percent,
    "duration": duration,
}
