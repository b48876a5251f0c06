"""What the exchange saw of a resource: its answers, its loads, its grants."""

import json
from datetime import datetime, timedelta

from django.db.models import Q

from onewindow.domain.exchange.quality import Known
from onewindow.modules.exchange.models import Grant, Query, RecordBatch
from onewindow.plumbing import clock

LAST_QUERIES = 200
SPAN = timedelta(days=90)


def known_of(resource: str, now: datetime) -> Known:
    """Return what the last questions of ninety days, and the last load, tell of a resource."""
    rows = Query.objects.filter(resource=resource, at__gte=now - SPAN, outcome__in=("answered", "garbage")).order_by("-at")
    asked = given = answered = garbage = 0
    for outcome, fields, response in rows.values_list("outcome", "fields", "response")[:LAST_QUERIES]:
        garbage += outcome == "garbage"
        if outcome == "answered" and response:
            answered += 1
            asked += len(fields)
            given += len(set(fields) & set(json.loads(bytes(response)).get("fields", ())))
    load = RecordBatch.objects.filter(store__resource=resource).order_by("-number").first()
    taken, refused = (load.rows, load.refused) if load else (0, 0)
    return Known(asked, given, answered, garbage, load.at if load else None, taken, refused)


def live_grants(resource: str, now: datetime) -> int:
    """Return how many grants of a resource hold today."""
    today = clock.local_date(now)
    held = Grant.objects.filter(Q(until_date=None) | Q(until_date__gte=today), resource=resource, revoked_at=None, from_date__lte=today)
    return held.count()
