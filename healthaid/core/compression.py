"""Pages and what they load go out compressed: a list of fifty people is 36 KB, and 7 KB on the wire."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


class PageCompression(GZipMiddleware):
    """Compresses pages and nothing else: workbooks and PDFs are compressed already, and streams keep their length.

    Django's own middleware adds bytes at random, so that the length of a page tells nothing of what is in it (BREACH).
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """The answer, compressed where it is a page."""
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        return super().process_response(request, response) if is_page else response


class CompressedStaticFiles(CompressedManifestStaticFilesStorage):
    """Compresses files under the names that pages use, once: such a name holds the hash of what is in the file."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The names made, each with what it was made of."""
        named = (path for path in paths if HASHED.search(path))
        return super().compress_files([path for path in named if not self.exists(f"{path}.gz")])
