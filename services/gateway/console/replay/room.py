"""All pages of replays. What has a path of its own comes before what takes any id."""

from services.gateway.api.body_reader import BodyReader
from services.gateway.console.replay.comparison_page import ComparisonPage
from services.gateway.console.replay.plan_page import PlanPage
from services.gateway.console.replay.promotion_page import PromotionPages
from services.gateway.console.replay.replay_page import ReplayPages
from services.gateway.console.shell.path import Pages
from services.gateway.console.shell.shell import Shell
from services.gateway.replay.desk import ReplayDesk


def make_replay_pages(shell: Shell, bodies: BodyReader, desk: ReplayDesk) -> tuple[Pages, ...]:
    """The pages by which operators plan, drive, compare and promote replays."""
    return (
        PlanPage(shell, bodies, desk),
        ReplayPages(shell, bodies, desk),
        ComparisonPage(shell, desk),
        PromotionPages(shell, bodies, desk),
    )
