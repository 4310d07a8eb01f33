from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO


class S3Store:
    """Contents in a bucket of an S3-compatible service, one object for each digest."""

    def __init__(self, *, bucket: str, endpoint: str, region: str, access_key: str, secret_key: str) -> None:
        import boto3

        self.bucket = bucket
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region or None,
            aws_access_key_id=access_key or None,
            aws_secret_access_key=secret_key or None,
        )

    @staticmethod
    def _key(digest: str) -> str:
        return f"{digest[:2]}/{digest}"

    def put(self, digest: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=self._key(digest), Body=content)

    def take(self, digest: str, path: Path) -> None:
        self.client.upload_file(str(path), self.bucket, self._key(digest))

    def open(self, digest: str) -> BinaryIO:
        return BytesIO(self.client.get_object(Bucket=self.bucket, Key=self._key(digest))["Body"].read())

    def delete(self, digest: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self._key(digest))
