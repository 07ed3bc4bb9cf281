"""Everything about stories, wired: placing articles, knowing who was told, changing what is out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.delivery import DeliveryKind
from bot.core.ports import Clock, Messenger
from bot.core.story import StoryPolicy
from bot.flow.group import StoryGrouping
from bot.flow.prepare import Preparer
from bot.flow.retell import SameStoryRule, StoryUpdates
from bot.flow.summarise import AlertSummariser
from bot.language.analyser import Analyser
from bot.scheduler import Scheduler
from bot.settings.model import Settings
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryWiring:
    """What the rest of the bot needs of it."""

    group: StoryGrouping
    rule: SameStoryRule
    retell_by: Callable[[Messenger], StoryUpdates]

    def schedule(self, scheduler: Scheduler) -> None:
        """Count headlines as they come, so that no alert waits for it; first those of the window, after a start."""
        scheduler.every(timedelta(seconds=30), "count headlines", self.group.catch_up)


def wire_stories(
    settings: Settings, store: Store, clock: Clock, summarise: AlertSummariser, analyser: Analyser
) -> StoryWiring:
    """Wire it."""
    alerts = settings.alerts
    policy = StoryPolicy(window=alerts.story_window, same=alerts.same_story, related=alerts.related_story)
    return StoryWiring(
        group=StoryGrouping(stories=store.stories, clock=clock, policy=policy, locate=analyser.locate),
        rule=SameStoryRule(stories=store.stories, clock=clock),
        retell_by=lambda messenger: StoryUpdates(
            stories=store.stories, outbox=store.outbox, messenger=messenger, summarise=summarise.again
        ),
    )


def preparers(retell: StoryUpdates) -> dict[DeliveryKind, Preparer]:
    """Make what prepares changes of alerts that are out."""
    return {DeliveryKind.EDIT: retell.prepare}
