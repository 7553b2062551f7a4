"""A browser window without a browser."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

TOKEN = "a" * 32  # any token that cookie and header share


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes


class Visitor:
    """A signed-in browser that survives the server's restarts."""

    def __init__(self, port):
        self.port = port
        self.cookie = f"csrftoken={TOKEN}"

    def get(self, path) -> Answer:
        return self._ask("GET", path)

    def post(self, path, **form) -> Answer:
        """Send a form; an error when the server died before giving an answer."""
        return self._ask("POST", path, urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, path, **form) -> Answer:
        """Send a form with files."""
        return self._ask("POST", path, encode_multipart(BOUNDARY, form), {"Content-Type": MULTIPART_CONTENT})

    def _ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            sent = {"Cookie": self.cookie, "X-CSRFToken": TOKEN, **(headers or {})}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie" and value.startswith("sessionid="):
                    self.cookie = f"csrftoken={TOKEN}; {value.partition(';')[0]}"
            return Answer(answer.status, answer.headers.get("Location", ""), content)
        finally:
            connection.close()
