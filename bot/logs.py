"""Logs: for people in a terminal, JSON anywhere else."""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Set up structlog, and the loggers of libraries to warnings."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    # it quotes the line of a malformed request, be it a cookie or a token, with a traceback
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)


class _Untold(logging.Filter):
    """Says that something went wrong, and nothing of it: the address of a socket holds a ticket."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args, record.exc_info = "Socket Mode has trouble", (), None
        return True


def untold(name: str) -> logging.Logger:
    """A logger for a library whose errors hold secrets: it says that there was one."""
    logger = quiet(name)
    if not logger.filters:
        logger.addFilter(_Untold())
    return logger


def quiet(name: str) -> logging.Logger:
    """A logger for a library that would print what people wrote, or a code of Slack's: errors only."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    return logger
