"""Signing in: throttled, by invitation only, with a second factor, under a strict content security policy."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client

from openkam.web.people.middleware import SIGN_IN_PAGES
from openkam.web.people.models import User
from openkam.web.programme.models import Event
from openkam.web.settings import CACHES

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post("/auth/login/", {"login": email, "password": password})


def confirm(client: Client) -> None:
    """What protects the sign-in itself asks once more who it is."""
    client.post("/auth/reauthenticate/", {"password": PASSWORD})


def code_now() -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(SECRET, counter)))


def sent_mail() -> list[Any]:
    for thread in threading.enumerate():
        if thread.name == "openkam-mail":
            thread.join()
    return mail.outbox


def test_the_right_password_signs_in_and_leads_home(client: Client, olga: User) -> None:
    response = sign_in(client, olga.email)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert client.get("/").status_code == 200


def test_the_address_may_be_typed_in_capitals(client: Client, olga: User) -> None:
    assert sign_in(client, olga.email.upper()).status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, olga: User) -> None:
    wrong = sign_in(client, olga.email, "not this").content.decode()
    unknown = sign_in(client, "nobody@supplier.example", "not this").content.decode()
    assert "The e-mail address or the password is not right." in wrong
    assert strip(wrong, olga.email) == strip(unknown, "nobody@supplier.example")


def strip(page: str, email: str) -> str:
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"|csrftoken": "[^"]+"', "", page.replace(email, "ADDRESS"))


def test_attempts_are_counted_over_every_process(client: Client, settings: Any, olga: User, tmp_path: Path) -> None:
    assert CACHES["default"]["BACKEND"].endswith("FileBasedCache")
    settings.CACHES = {"default": {**CACHES["default"], "LOCATION": tmp_path / "attempts"}}
    for _ in range(5):
        sign_in(client, olga.email, "not this")
    settings.CACHES = {"default": {**settings.CACHES["default"]}}  # what another process opens
    assert "Too many attempts" in sign_in(Client(), olga.email).content.decode()


def test_the_sixth_wrong_password_is_refused_even_when_it_is_right(client: Client, settings: Any, olga: User) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "sixth"}}
    for _ in range(5):
        assert "is not right" in sign_in(client, olga.email, "not this").content.decode()
    response = sign_in(client, olga.email)
    assert "Too many attempts. Wait five minutes, then try again." in response.content.decode()
    assert client.get("/").status_code == 302


def test_somebody_without_access_is_told_only_after_the_right_password(client: Client, olga: User) -> None:
    olga.is_active = False
    olga.save()
    assert "is not right" in sign_in(client, olga.email, "not this").content.decode()
    response = client.post("/auth/login/", {"login": olga.email, "password": PASSWORD}, follow=True)
    assert client.get("/").status_code == 302
    assert response.status_code == 200


@pytest.mark.parametrize("address", ["/auth/signup/", "/auth/email/", "/auth/confirm-email/", "/auth/password/set/"])
def test_nobody_signs_up_or_changes_an_address_alone(client: Client, olga: User, address: str) -> None:
    assert client.get(address).status_code == 404
    client.force_login(olga)
    assert client.get(address).status_code == 404
    assert client.post(address, {"email": "new@supplier.example"}).status_code == 404


def test_a_forgotten_password_gives_the_same_answer_for_known_and_unknown(client: Client, olga: User) -> None:
    for email in (olga.email, "nobody@supplier.example"):
        response = client.post("/auth/password/reset/", {"email": email})
        assert response.status_code == 302
        assert response["Location"] == "/auth/password/reset/done/"
    assert [message.to for message in sent_mail()] == [[olga.email]]


def test_the_mailed_link_sets_a_password_once(client: Client, olga: User) -> None:
    client.post("/auth/password/reset/", {"email": olga.email})
    link = re.search(r"http://testserver(\S+)", sent_mail()[0].body)
    assert link
    form = client.get(link[1], follow=True)
    address = form.request["PATH_INFO"]
    new = "violet umbrella seven"
    client.post(address, {"password1": new, "password2": new})
    assert sign_in(Client(), olga.email, new).status_code == 302
    assert "This link no longer works" in Client().get(link[1], follow=True).content.decode()
    assert Event.objects.get(verb="password_changed").by == olga


def test_without_a_mail_server_the_page_says_whom_to_ask(client: Client, settings: Any, db: None) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "Ask your programme director" in client.get("/auth/password/reset/").content.decode()


def test_changing_the_password_is_recorded_and_keeps_one_signed_in(as_: Any, olga: User) -> None:
    client, new = as_(olga), "violet umbrella seven"
    answers = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/auth/password/change/", answers).status_code == 302
    assert client.get("/").status_code == 200
    assert Event.objects.about(olga).get().verb == "password_changed"


def test_a_second_factor_is_asked_for_after_the_password(client: Client, olga: User) -> None:
    TOTP.activate(olga, SECRET)
    response = sign_in(client, olga.email)
    assert response["Location"].startswith("/auth/2fa/authenticate/")
    assert client.get("/").status_code == 302
    assert client.post("/auth/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/auth/2fa/authenticate/", {"code": code_now()}).status_code == 302
    assert client.get("/").status_code == 200


def test_a_recovery_code_signs_in_once(client: Client, olga: User) -> None:
    TOTP.activate(olga, SECRET)
    code = RecoveryCodes.activate(olga).get_unused_codes()[0]
    sign_in(client, olga.email)
    assert client.post("/auth/2fa/authenticate/", {"code": code}).status_code == 302
    again = Client()
    sign_in(again, olga.email)
    assert again.post("/auth/2fa/authenticate/", {"code": code}).status_code == 200


def test_setting_up_an_app_asks_for_the_password_again_and_is_recorded(
    client: Client, olga: User, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(olga)
    page = client.get("/auth/2fa/totp/activate/", follow=True)
    assert "Is it you?" in page.content.decode()
    confirmed = client.post(page.request["PATH_INFO"] + "?next=/auth/2fa/totp/activate/", {"password": PASSWORD})
    assert confirmed["Location"] == "/auth/2fa/totp/activate/"
    form = client.get("/auth/2fa/totp/activate/")
    assert 'src="data:image/svg+xml' in form.content.decode()
    secret = form.context["form"].secret
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/auth/2fa/totp/activate/", {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=olga, type="totp").exists()
    assert Event.objects.about(olga).filter(verb="two_factor_added").exists()


OUTSIDE = ["login", "password/reset", "password/reset/done", "password/reset/key/a-b", "inactive"]


@pytest.mark.parametrize("address", OUTSIDE)
def test_pages_before_signing_in_keep_to_the_policy(client: Client, db: None, address: str) -> None:
    response = client.get(f"/auth/{address}/")
    keeps_to_the_policy(response)
    assert 'name="language"' in response.content.decode()


@pytest.mark.parametrize("address", ["logout", "reauthenticate", "password/change", "2fa", "2fa/totp/activate"])
def test_pages_after_signing_in_keep_to_the_policy(client: Client, olga: User, address: str) -> None:
    sign_in(client, olga.email)
    confirm(client)
    keeps_to_the_policy(client.get(f"/auth/{address}/"))


@pytest.mark.parametrize("address", ["2fa", "2fa/recovery-codes", "2fa/recovery-codes/generate", "2fa/totp/deactivate"])
def test_pages_of_a_second_factor_keep_to_the_policy(client: Client, olga: User, address: str) -> None:
    sign_in(client, olga.email)
    confirm(client)
    TOTP.activate(olga, SECRET)
    RecoveryCodes.activate(olga)
    keeps_to_the_policy(client.get(f"/auth/{address}/"))


def test_pages_of_passkeys_keep_to_the_policy_and_load_their_scripts_as_files(client: Client, olga: User) -> None:
    sign_in(client, olga.email)
    confirm(client)
    page = client.get("/auth/2fa/webauthn/add/")
    keeps_to_the_policy(page)
    assert "/static/mfa/js/webauthn.js" in page.content.decode()
    assert "/static/mfa/js/webauthn.js" in Client().get("/auth/login/").content.decode()
    keeps_to_the_policy(client.get("/auth/2fa/webauthn/"))


def keeps_to_the_policy(response: Any) -> None:
    page = response.content.decode()
    assert response.status_code == 200
    assert "script-src 'self';" in response["Content-Security-Policy"] + ";"
    assert not INLINE.findall(page)
    assert page.count("<h1") == 1


def test_the_login_offers_a_challenge_for_passkeys(client: Client, db: None) -> None:
    answer = client.get("/auth/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["challenge"]
    refused = client.post("/auth/2fa/webauthn/login/", {"credential": "{}"})
    assert refused.status_code in {200, 302}
    assert client.get("/").status_code == 302


def test_every_page_kept_from_allauth_exists() -> None:
    from django.urls import get_resolver  # noqa: PLC0415

    assert set(get_resolver().reverse_dict) >= SIGN_IN_PAGES
