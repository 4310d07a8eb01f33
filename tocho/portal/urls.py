"""All addresses of the platform, part by part."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from tocho.portal import rest, urls_figures
from tocho.portal.views import desk, front, mine, programs, returns, stalled, tasks

portal = [
    path("", front.front, name="front"),
    path("search/", front.search_results, name="search"),
    path("my/", mine.my_page, name="my_page"),
    path("my/documents/", mine.my_documents, name="my_documents"),
    path("my/data/", mine.my_data, name="my_data"),
    path("my/data/copy/", mine.my_copy, name="my_copy"),
    path("my/data/close/", mine.account_close, name="account_close"),
    path("accessibility/", front.accessibility, name="accessibility"),
    path("healthz", front.healthz, name="healthz"),
    path("api/", programs.api_reference, name="api_reference"),
    path("desk/", desk.desk, name="desk"),
    path("desk/search/", desk.desk_search, name="desk_search"),
    path("desk/tasks/", tasks.desk_tasks, name="desk_tasks"),
    path("desk/stalled/", stalled.stalled, name="stalled"),
    path("desk/stalled/<slug:source>/<int:thing_id>/", stalled.stalled_detail, name="stalled_detail"),
    path("desk/returns/", returns.returns, name="returns"),
    path("desk/returns/<str:key>/import/", returns.returns_import, name="returns_import"),
    path("desk/returns/<str:key>/<str:month>/remind/", returns.returns_remind, name="returns_remind"),
    re_path(r"^desk/returns/(?P<key>[\w.-]+)/returns\.(?P<form>csv|xlsx)$", returns.return_file, name="return_file"),
    path("desk/returns/<str:key>/<str:unit>/<str:month>/", returns.return_detail, name="return_detail"),
    *urls_figures.urlpatterns,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((portal, "portal"))),
    path("", include("tocho.modules.procedures.urls")),
    path("", include("tocho.modules.designer.urls")),
    path("", include("tocho.modules.inventory.urls")),
    path("", include("tocho.modules.events.urls")),
    path("", include("tocho.modules.decisions.urls")),
    path("", include("tocho.modules.mandates.urls")),
    path("", include("tocho.modules.notices.urls")),
    path("", include("tocho.modules.payments.urls")),
    path("", include("tocho.modules.messages.urls")),
    path("", include("tocho.modules.consultations.urls")),
    path("", include("tocho.modules.improvement.urls")),
    path("", include("tocho.modules.registers.urls")),
    path("", include("tocho.modules.seals.urls")),
    path("", include("tocho.modules.records.urls")),
    path("", include("tocho.modules.opinions.urls")),
    path("api/v1/", include((rest.urlpatterns, "rest"))),
    path("", include("tocho.engines.rest.urls")),
    *([path("", include("tocho.modules.line.urls"))] if settings.LINE_BASIC_ID else []),
    path("ui/", include("tocho.ui.urls")),
    path("accounts/", include("tocho.core.accounts.urls")),
    path("", include("tocho.core.org.urls")),
]
