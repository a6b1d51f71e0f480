"""What people type about their mailboxes and about what is private."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from openkam.web.programme.meanwhile import refusal

from .mailboxes import is_allowed
from .models import ExclusionRule, Mailbox

#: With another one of these the stored password would go to another server.
PLACE = {"host", "port", "security", "login"}
_DOMAIN = re.compile(r"@?[^\s@]+\.[^\s@]+")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


class MailboxForm(forms.ModelForm[Mailbox]):
    """A mailbox of one's own. The password goes in and never comes out."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted and shown to nobody. Many providers want an app password."),
    )

    class Meta:
        model = Mailbox
        fields = ("host", "port", "security", "login", "password", "folder", "since", "with_text")
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].widget.attrs["list"] = "hosts"
        self.fields["port"].widget.attrs |= {"min": 1, "max": 65_535}
        if not self.instance.pk and len(settings.IMAP_HOSTS) == 1:
            self.fields["host"].initial = settings.IMAP_HOSTS[0].partition(":")[0]

    def clean_port(self) -> int:
        port: int = self.cleaned_data["port"]
        if not 1 <= port <= 65_535:
            raise refusal("imap_unreachable")
        return port

    def clean_login(self) -> str:
        return self._one_line("login")

    def clean_folder(self) -> str:
        return self._one_line("folder")

    def _one_line(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if any(sign < " " for sign in text):
            raise refusal("imap_refused_login")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        host, port = data.get("host"), data.get("port")
        if host and port and not is_allowed(host, port):
            self.add_error("host", refusal("imap_not_allowed", host=host))
        if not data.get("password") and (not self.instance.secret or PLACE & set(self.changed_data)):
            self.add_error("password", refusal("mailbox_password"))
        if self._is_there(data):
            raise refusal("mailbox_twice")
        return data

    def _is_there(self, data: dict[str, Any]) -> bool:
        same = {name: data.get(name) for name in ("host", "login", "folder")}
        others = Mailbox.objects.filter(user=self.instance.user, **same).exclude(pk=self.instance.pk)
        return None not in same.values() and others.exists()

    def save(self, commit: bool = True) -> Mailbox:
        """Another place is numbered in another way: it is read from its beginning."""
        if {"host", "login", "folder"} & set(self.changed_data):
            self.instance.uid_validity, self.instance.last_uid = None, 0
        return super().save(commit=commit)


class ExclusionForm(forms.ModelForm[ExclusionRule]):
    """What is to be kept out; a director may say it for everybody."""

    for_all = forms.BooleanField(label=_("for everybody"), required=False)

    class Meta:
        model = ExclusionRule
        fields = ("what", "text", "for_all")

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by.is_director:
            del self.fields["for_all"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        fits = {ExclusionRule.What.ADDRESS: _ADDRESS, ExclusionRule.What.DOMAIN: _DOMAIN}.get(data.get("what", ""))
        if fits and data.get("text") and not fits.fullmatch(data["text"]):
            self.add_error("text", refusal("exclusion_text"))
        return data
