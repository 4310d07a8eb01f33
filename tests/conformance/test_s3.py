"""Files in a bucket of a real S3 endpoint (moto's server), spoken to by boto3 over HTTP."""

import io
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.utils import timezone
from moto.server import ThreadedMotoServer

from tocho.core.files import api as files
from tocho.core.ledger.api import SYSTEM

pytestmark = pytest.mark.django_db
TEXT = "納税証明書の控え\n".encode()
OPTIONS = {"bucket": "tocho", "region": "us-east-1", "access_key": "key", "secret_key": "secret"}


@pytest.fixture
def bucket(settings: Any) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    settings.S3 = {**OPTIONS, "endpoint": f"http://{host}:{port}"}
    client = boto3.client(
        "s3",
        endpoint_url=settings.S3["endpoint"],
        region_name=OPTIONS["region"],
        aws_access_key_id=OPTIONS["access_key"],
        aws_secret_access_key=OPTIONS["secret_key"],
    )
    client.create_bucket(Bucket="tocho")
    yield client
    server.stop()


def objects(client: Any) -> int:
    return int(client.list_objects_v2(Bucket="tocho")["KeyCount"])


def store(name: str) -> files.FileView:
    return files.store(io.BytesIO(TEXT), name=name, by=SYSTEM, at=timezone.now())


def test_a_file_comes_back_from_the_bucket(bucket: Any) -> None:
    view = store("控え.txt")
    with files.open_file(view.id) as file:
        assert file.read() == TEXT


def test_equal_contents_are_one_object(bucket: Any) -> None:
    first, second = store("一.txt"), store("二.txt")
    assert first.digest_hex == second.digest_hex
    assert objects(bucket) == 1


def test_the_object_goes_with_the_last_file(bucket: Any, django_capture_on_commit_callbacks: Any) -> None:
    ids = [store("一.txt").id, store("二.txt").id]
    left = []
    for file_id in ids:
        with django_capture_on_commit_callbacks(execute=True):
            files.forget(file_id, by=SYSTEM, at=timezone.now())
        left.append(objects(bucket))
    assert left == [1, 0]


def test_the_download_is_streamed_with_safe_headers(bucket: Any) -> None:
    response = files.download_response(store("控え.txt").id)
    assert b"".join(response.streaming_content) == TEXT
    assert response["X-Content-Type-Options"] == "nosniff"
