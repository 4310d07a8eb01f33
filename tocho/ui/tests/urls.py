"""The design system alone: its pages need nothing of the portal."""

from django.urls import include, path

urlpatterns = [path("ui/", include("tocho.ui.urls"))]
