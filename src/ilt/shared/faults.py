"""What an error may say in a log: its class and its route. Addresses and messages could tell who did what."""

import logging


class ClassAndRoute(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.name
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        return f"{record.levelname} {kind} on {match.view_name if match else 'an unknown page'}"
