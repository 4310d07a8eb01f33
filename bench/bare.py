"""The measure of all things: a Django view that inserts one row, with nothing around it.

No middleware, no session, no template; the same server, the same number of processes, the same database. This module
is loaded by the web server only.
"""

import os
from typing import ClassVar

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.settings import database_from_url

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": database_from_url(os.environ["DATABASE_URL"])},
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="bare",
    USE_TZ=True,
)
django.setup()

from django.db import models  # noqa: E402  needs the settings above


class Row(models.Model):
    """One row of the bare view. Must not be used for anything else."""

    id = models.BigAutoField(primary_key=True)
    objects: ClassVar[models.Manager["Row"]]
    text = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bench"
        db_table = "bench_row"
        managed = False

    def __str__(self) -> str:
        return self.text


def insert(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Row.objects.create(text=request.POST["text"]).id))


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("", insert), path("healthz", healthz)]
application = WSGIHandler()
