"""What is chosen is told in plain values, as the command chooses it."""

import pickle
from uuid import UUID

import pytest

from services.kafka import KafkaSettings
from services.replay.question.promote import PromotionQuestion, find_promotable
from tests.unit.replay.comparison.test_comparison import make_trial


def test_a_rule_that_is_none_is_refused_before_a_topic_is_read() -> None:
    manifest = make_trial().manifest.to_json()
    asked = PromotionQuestion(manifest, "best", frozenset({UUID(int=1)}))
    assert pickle.loads(pickle.dumps(asked)) == asked
    with pytest.raises(ValueError, match="'best' is no rule"):
        find_promotable(KafkaSettings(bootstrap_servers="127.0.0.1:1"), asked)
