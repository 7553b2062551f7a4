import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from healthaid.core.compression import PageCompression

LONG = "大湾村卫生室" * 200


@pytest.mark.parametrize(
    ("response", "is_compressed"),
    [
        (HttpResponse(LONG), True),
        (HttpResponse(LONG, content_type="application/json"), False),
        (HttpResponse(LONG, content_type="application/pdf"), False),
        (HttpResponse("短"), False),
    ],
)
def test_only_long_pages_are_compressed(rf, response, is_compressed):
    request = rf.get("/", headers={"accept-encoding": "gzip"})

    sent = PageCompression(lambda _request: response)(request)

    assert (sent.get("Content-Encoding") == "gzip") == is_compressed
    assert (gzip.decompress(sent.content).decode() if is_compressed else sent.content.decode()) in {LONG, "短"}


def test_streams_keep_their_length(rf):
    request = rf.get("/", headers={"accept-encoding": "gzip"})
    response = StreamingHttpResponse([LONG], headers={"Content-Length": "3600"})

    sent = PageCompression(lambda _request: response)(request)

    assert (sent.get("Content-Encoding"), sent["Content-Length"]) == (None, "3600")
