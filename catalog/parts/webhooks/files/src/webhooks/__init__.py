"""Webhooks: signatures, the guard against internal targets, the outbox and who empties it."""

from .addresses import read_networks
from .desk import Desk, NoWebhook
from .guard import Guard, Refused
from .schedule import RETRIES
from .worker import Patience, Worker

__all__ = [
    "RETRIES",
    "Desk",
    "Guard",
    "NoWebhook",
    "Patience",
    "Refused",
    "Worker",
    "read_networks",
]
