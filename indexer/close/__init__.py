"""Close, the CRM the calls are in: the only code that talks to it.

close = Close(auth=ApiKey("..."))
for window in close.history(): ...          which calls there are
for event in close.events(since=...): ...   what happened to them lately
close.fetch(["acti_..."])                   the calls themselves, with their words
"""

from indexer.close.answers import Unreachable
from indexer.close.auth import ApiKey, FileTokenStore, OAuth, Tokens, TokenStore
from indexer.close.client import CLOSE_API, Close
from indexer.close.connection import RequestStats
from indexer.close.events import ACTIONS, CallEvent, LeadRenaming
from indexer.close.fetching import Fetched, Unreadable
from indexer.close.history import HistoryWindow, Sighting
from indexer.close.lookups import Account
from indexer.close.payloads import FIELDS, read_call
from indexer.close.subscriptions import Subscription
from indexer.close.webhook import WebhookKey
from indexer.close.webhook_keys import FileWebhookKeys

__all__ = [
    "ACTIONS",
    "CLOSE_API",
    "FIELDS",
    "Account",
    "ApiKey",
    "CallEvent",
    "Close",
    "Fetched",
    "FileTokenStore",
    "FileWebhookKeys",
    "HistoryWindow",
    "LeadRenaming",
    "OAuth",
    "RequestStats",
    "Sighting",
    "Subscription",
    "TokenStore",
    "Tokens",
    "Unreachable",
    "Unreadable",
    "WebhookKey",
    "read_call",
]
