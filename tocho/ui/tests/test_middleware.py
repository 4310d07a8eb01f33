import pytest

from tocho.lib.errors import Refused
from tocho.ui.middleware import RefusedMiddleware

pytestmark = pytest.mark.urls("tocho.ui.tests.urls")


def answer(rf, exception, **headers):
    request = rf.post("/x/", headers=headers)
    return RefusedMiddleware(lambda r: None).process_exception(request, exception)


def test_refusal_becomes_a_page_with_its_message(rf):
    response = answer(rf, Refused("もう決定されています。"), referer="http://testserver/case/1/")
    assert response.status_code == 422
    assert "もう決定されています。" in response.content.decode()
    assert 'href="http://testserver/case/1/"' in response.content.decode()


def test_way_back_never_leads_to_another_site(rf):
    assert "evil.example" not in answer(rf, Refused("だめ"), referer="http://evil.example/").content.decode()


def test_other_errors_pass(rf):
    assert answer(rf, ValueError("x")) is None


def test_nul_in_an_address_is_a_bad_request(page, settings):
    assert page.get("/ui/%00/").status == 400
    assert page.get("/ui/?a=%00").status == 400
    assert page.get("/ui/mail/?a=%2500").status == 404
