"""Addresses of the figures and of the published datasets; part of the portal's own."""

from django.urls import URLPattern, path, re_path

from tocho.portal.views import dashboards, datasets

urlpatterns: list[URLPattern] = [
    path("figures/", dashboards.figures, name="figures"),
    path("figures/<str:key>/", dashboards.figure_detail, name="figure_detail"),
    path("figures/<str:key>/records/", dashboards.figure_records, name="figure_records"),
    path("data/", datasets.open_data, name="open_data"),
    re_path(r"^data/(?P<key>[\w.-]+)\.(?P<form>csv|json|xlsx)$", datasets.dataset_file, name="dataset_file"),
    path("data/<str:key>/", datasets.dataset_detail, name="dataset_detail"),
]
