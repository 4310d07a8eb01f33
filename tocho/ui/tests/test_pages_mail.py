import pytest
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse

pytestmark = pytest.mark.urls("tocho.ui.tests.urls")
FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def post_office(settings, tmp_path):
    settings.DEMO, settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = True, FILES, tmp_path

    def send(*subjects):
        body = "証明書ができました。\n\nhttp://localhost:8000/notices/abc/\n<script>"
        messages = [EmailMessage(subject, body, "tocho@localhost", ["hanako@example.jp"]) for subject in subjects]
        get_connection(FILES).send_messages(messages)

    return send


def test_mails_can_be_read_and_their_links_pressed(page, post_office):
    post_office("納税証明書のお届け", "受付のお知らせ")
    listed = page.get(reverse("ui:mail_list"))
    opened = page.get(listed.links["納税証明書のお届け"])
    assert opened.h1 == "納税証明書のお届け"
    assert opened.links["http://localhost:8000/notices/abc/"] == "http://localhost:8000/notices/abc/"
    assert "<script>" in opened.text


def test_empty_mailbox_says_why(page, post_office):
    assert "まだメールはありません" in page.get(reverse("ui:mail_list"))


@pytest.mark.parametrize("name", ["none-0", "..%2Fsecret-0", "x", "x-y", "x-" + "9" * 5000, "x" * 300 + "-0"])
def test_unknown_mail_is_not_found(page, post_office, name):
    assert page.get(f"/ui/mail/{name}/").status == 404


def test_real_mail_is_never_shown(page, post_office, settings):
    settings.DEMO = False
    assert page.get(reverse("ui:mail_list")).status == 404
    settings.DEMO, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    assert page.get(reverse("ui:mail_list")).status == 404
