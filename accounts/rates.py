"""How often a caller may ask. REST_FRAMEWORK in the settings names these classes and the rates."""

from collections import Counter
from typing import ClassVar

from django.conf import settings
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle


class CountedHere:
    """A rate in fixed windows, counted in the memory of this worker: counting must not cost a statement.

    Each worker allows its share of the rate (WEB_CONCURRENCY tells gunicorn's number of workers); counts start anew
    with the worker."""

    counts: ClassVar[dict] = {}  # scope → (window, Counter of callers)

    def allow_request(self, request, view):
        if self.rate is None or (caller := self.get_cache_key(request, view)) is None:
            return True
        window = int(self.timer() // self.duration)
        since, callers = self.counts.get(self.scope, (None, None))
        if since != window:
            since, callers = self.counts[self.scope] = window, Counter()
        callers[caller] += 1
        return callers[caller] <= max(1, self.num_requests // settings.WORKERS)

    def wait(self):
        return self.duration - self.timer() % self.duration


class UserRate(CountedHere, UserRateThrottle):
    """By person or machine account."""


class AddressRate(CountedHere, AnonRateThrottle):
    """By address, of whoever has not signed in."""
