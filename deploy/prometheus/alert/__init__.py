"""Alerts, symptoms first, a file for each noun."""

from deploy.prometheus.alert.job import JOB_ALERTS
from deploy.prometheus.alert.log import LOG_ALERTS
from deploy.prometheus.alert.model import MODEL_ALERTS
from deploy.prometheus.alert.process import PROCESS_ALERTS
from deploy.prometheus.alert.stage import STAGE_ALERTS
from deploy.prometheus.rule import Group

ALERTS = Group(
    "brainshare_alert",
    (*JOB_ALERTS, *LOG_ALERTS, *STAGE_ALERTS, *MODEL_ALERTS, *PROCESS_ALERTS),
)
