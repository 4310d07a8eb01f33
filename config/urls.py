from django.urls import include, path

urlpatterns = [path("", include("tocho.portal.urls"))]
