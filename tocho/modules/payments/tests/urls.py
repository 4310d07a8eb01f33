from django.urls import URLPattern, URLResolver, include, path

from tocho.portal.urls import urlpatterns as portal

urlpatterns: list[URLPattern | URLResolver] = [path("", include("tocho.modules.payments.urls")), *portal]
