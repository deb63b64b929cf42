"""Plants one fault after the other, and notes who was told of what."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from deploy.prometheus.pace import Pace
from services.cli.terminal.error import Interrupted
from tests.drill.fault.shape import Fault
from tests.drill.site import Site
from tests.drill.verdict import Finding
from tests.drill.watch import Watch, happens

ENDS, QUIET = "1h", "80m"
"""By when an alert must have ended, and nobody be paged any more; at the drill's pace."""
LEAST_S = 120.0
"""At any pace: what is not shortened takes its time."""
UNSHORTENED_S = 30.0
"""At any pace so much more until an alert fires: processes end and start, and calls take as long
as they take."""
EXPLAINED_S = 30.0

Say = Callable[[str], None]


class Drill:
    """The faults of one run on one stack.

    Args:
        say: Told what is done, a line each.
        ends_at: When no other fault is planted any more, by the monotonic clock.
    """

    def __init__(self, site: Site, watch: Watch, pace: Pace, say: Say, ends_at: float) -> None:
        self._site = site
        self._watch = watch
        self._pace = pace
        self._ends_s, self._quiet_s = (max(LEAST_S, pace.seconds(bound)) for bound in (ENDS, QUIET))
        self._say = say
        self._ends_at = ends_at

    def carry_out(self, faults: Sequence[Fault]) -> Iterator[Finding]:
        """Plant each once all is quiet, and give what came of it, whatever that is."""
        for fault in faults:
            finding = Finding(fault, self._pace.seconds(fault.within) + UNSHORTENED_S)
            if time.monotonic() > self._ends_at:
                finding.problem = "not planted: the time is over"
            else:
                self._try("planting", partial(self._plant, finding), finding)
            if finding.is_planted:
                finding.paged = tuple(n for n in self._watch.paged if n not in fault.fires)
            yield finding
            if finding.is_planted:
                self._try("tidying up", self._site.recover, finding)

    def _try(self, what: str, act: Callable[[], None], finding: Finding) -> None:
        """Note that something could not be done: the next fault is planted all the same."""
        try:
            act()
        except Interrupted as error:
            raise KeyboardInterrupt from error
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            finding.problem = "; ".join(filter(None, (finding.problem, told)))
            self._say(f"{finding.fault.name}: {what}: {told}")

    def _plant(self, finding: Finding) -> None:
        fault = finding.fault
        if not happens(lambda: self._watch.is_quiet(fault.fires), self._quiet_s):
            finding.problem = f"not quiet before it: {', '.join(self._watch.firing)}"
            if self._watch.firing.keys() & set(fault.fires):
                return  # nothing could be told from it
        self._watch.begin()
        finding.is_planted = True
        with fault.plant(self._site):
            planted_at = time.monotonic()
            self._say(f"{fault.name}: planted")
            self._note_fired(finding, planted_at)
            finding.said = self._explain(fault)
            repaired_at = time.monotonic()
        took_s = time.monotonic() - repaired_at
        self._say(f"{fault.name}: explained, and repaired within {took_s:.0f} s")
        self._note_ended(finding, repaired_at)

    def _note_fired(self, finding: Finding, since: float) -> None:
        names = finding.fault.fires
        happens(lambda: all(name in self._watch.firing for name in names), finding.within_s)
        finding.fired_s = {name: self._watch.time_fired(name, since) for name in names}

    def _note_ended(self, finding: Finding, since: float) -> None:
        names = finding.fault.fires
        happens(lambda: not any(name in self._watch.firing for name in names), self._ends_s)
        finding.resolved_s = {name: self._watch.time_ended(name, since) for name in names}

    def _explain(self, fault: Fault) -> str:
        """What is said of it, asked again for a while as long as it does not name the cause."""
        said = ""

        def is_named() -> bool:
            nonlocal said
            said = self._site.explain()["wrong"]
            return fault.is_named_by(said)

        happens(is_named, EXPLAINED_S)
        return said
