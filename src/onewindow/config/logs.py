"""Logging: one JSON object a line on standard error, with ids and codes and never with what people typed."""

import logging
import logging.config
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger


def failure_without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the places it passed: its message may quote a person's data."""
    failure = event.pop("exc_info", None)
    if not failure:
        return event
    if failure is True:
        import sys

        failure = sys.exc_info()
    error = failure[1] if isinstance(failure, tuple) else failure
    if isinstance(error, BaseException):
        event["failure"] = type(error).__qualname__
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        event["passed"] = [f"{frame.filename.rsplit('/site-packages/')[-1].rsplit('/src/')[-1]}:{frame.lineno}" for frame in frames]
    return event


def address_without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the sentence of Django about a request by its status and its route: the address itself may hold what somebody typed."""
    record = event.get("_record")
    request = getattr(record, "request", None)
    if record is None or not str(record.name).startswith(("django.request", "django.security")):
        return event
    event["event"] = "request refused" if record.levelno < logging.ERROR else "request failed"
    match = getattr(request, "resolver_match", None)
    event["route"] = getattr(match, "route", None) or "none"
    event["method"] = getattr(request, "method", None)
    event["status"] = getattr(record, "status_code", None)
    return event


def configure(*, level: str) -> None:
    """Send the platform's and the libraries' records through the same processors."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        address_without_values,
        failure_without_values,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    quiet = {"level": "WARNING", "propagate": True}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            # httpx tells every address it calls, query included; axes tells user names.
            "loggers": {"httpx": quiet, "httpcore": quiet, "axes": {"level": "CRITICAL"}, "django.utils.autoreload": quiet},
        }
    )
