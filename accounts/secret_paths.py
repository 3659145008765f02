"""Addresses that hold a secret: whoever knows one may open it, so no line of a log holds a whole one."""

import logging
import re

SECRET_PREFIXES = ("/calendar/feed/", "/answer/")
SECRETS = re.compile(rf"({'|'.join(map(re.escape, SECRET_PREFIXES))})[^\s?\"'<>]+")


def told(text):
    """A path, or a text that names one, without the secret in it: “/calendar/feed/…”."""
    return SECRETS.sub(r"\1…", text)


class WithoutSecrets(logging.Filter):
    """Takes the secret out of every line, also of those that Django writes of a request that failed."""

    def filter(self, record):
        text = record.getMessage()
        if (safe := told(text)) != text:
            record.msg, record.args = safe, ()
        return True
