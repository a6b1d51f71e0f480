"""A form of many people at once: it carries what its editor started from, so that two editors lose nothing."""

from typing import Any

from django import forms
from django.core import signing

from openkam.web.programme.meanwhile import refusal

SALT = "started from"


def plain(value: Any) -> str:
    """A value as it is compared: the ends of lines and the order of ticks make no difference."""
    if isinstance(value, list | tuple):
        return ",".join(sorted(map(str, value)))
    if value is None or isinstance(value, bool):
        return "1" if value else ""
    return str(value).replace("\r\n", "\n").strip()


class StartedForm(forms.Form):
    """`seen` carries the values that the editor started from, signed. A posted form needs data that can be changed.

    What the editor left alone takes the value that is stored now, whoever wrote it; what both changed is refused once,
    with the other's value. A form that was not part of the page that was sent changes nothing.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def remember(self) -> None:
        """Called when every field is there with what is stored."""
        names = [name for name in self.fields if name != "seen"]
        self.stored = {name: self.get_initial_for_field(self.fields[name], name) for name in names}
        now = {name: plain(value) for name, value in self.stored.items()}
        self.fields["seen"].initial = signing.dumps(now, salt=SALT, compress=True)
        self.changed, self.taken = [], []
        if self.is_bound:
            self._compare(now)

    def _compare(self, now: dict[str, str]) -> None:
        started = self._started(now)
        for name, value in now.items():
            given = plain(self[name].data)
            if given == started.get(name):
                self._put(name, self.stored[name])
            elif given != value:
                self.changed.append(name)
                if started.get(name) != value:
                    self.taken.append(name)

    def _started(self, now: dict[str, str]) -> dict[str, str]:
        """What the page held; for a form that was not on it, whatever it may say now."""
        text = self.data.get(self.add_prefix("seen"))
        if text is None:
            return {name: plain(self[name].data) for name in now}
        try:
            return dict(signing.loads(text, salt=SALT))
        except signing.BadSignature:
            return {}

    def _put(self, name: str, value: Any) -> None:
        key = self.add_prefix(name)
        if isinstance(value, bool):
            self.data.pop(key, None)
            value = ["on"] if value else []
        values = value if isinstance(value, list | tuple) else ["" if value is None else str(value)]
        self.data.setlist(key, list(values))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.taken:
            self.add_error(name, refusal("changed_meanwhile", value=self._words(name) or "–"))
        return cleaned

    def _words(self, name: str) -> str:
        """What is stored now, as a person reads it."""
        value, words = self.stored[name], {str(code): str(said) for code, said in self._choices(name)}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(words.get(str(each), plain(each)) for each in values)

    def _choices(self, name: str) -> Any:
        return getattr(self.fields[name], "choices", ())

    def look_again(self) -> None:
        """A refused form, ready to be sent once more: its sender has now been told what others changed."""
        self.data[self.add_prefix("seen")] = self.fields["seen"].initial
