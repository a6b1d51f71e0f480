"""What people type about people."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openkam.web.people.models import User
from openkam.web.people.permissions import Permission
from openkam.web.programme.meanwhile import SeenForm, refusal

from .models import Colleague, Contact, MailAddress

DAY = "%Y-%m-%d"
PERSON = ("name", "address_form", "title", "function", "level", "reports_to", "site", "email", "phone", "languages")


def owner_of(address: str) -> Contact | Colleague | None:
    """Whose an address is, or once was."""
    found = MailAddress.objects.filter(address__iexact=address.strip()).select_related("contact", "colleague").first()
    return (found.contact or found.colleague) if found else None


def address_refusal(address: str, person: Contact | Colleague, by: User) -> ValidationError | None:
    """Why an address cannot be this person's; whose it is, is said to those who see that person."""
    owner = owner_of(address)
    if owner is None or (type(owner) is type(person) and owner.pk == person.pk):
        return None
    if isinstance(owner, Contact) and not Contact.objects.visible_to(by).filter(pk=owner.pk).exists():
        return refusal("address_taken_elsewhere")
    return refusal("address_taken", address=address, name=owner.name)


class PersonForm(SeenForm):
    """The fields that people of both sides have."""

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["reports_to"].queryset = self.bosses()
        self.fields["reports_to"].empty_label = _("nobody we know")
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def bosses(self) -> Any:
        """Who works there too; whoever is set stays possible."""
        people = type(self.instance)._default_manager.exclude(pk=self.instance.pk)
        there = Q(left_on=None, erased_at=None) | Q(pk=self.instance.reports_to_id)
        return people.filter(there)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email and (refused := address_refusal(email, self.instance, self.by)):
            raise refused
        return email


class ContactForm(PersonForm):
    class Meta:
        model = Contact
        fields = (*PERSON, "primary", "wanted_days", "is_placeholder", "external_id", "left_on")
        widgets = {"left_on": forms.DateInput({"type": "date"}, DAY)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours = Colleague.objects.filter(Q(left_on=None, erased_at=None) | Q(pk=self.instance.primary_id))
        self.fields["primary"].queryset = ours
        self.fields["primary"].empty_label = _("nobody yet")
        self.remember()

    def bosses(self) -> Any:
        return super().bosses().filter(account=self.instance.account_id)


class ColleagueForm(PersonForm):
    """Who signs in as whom is the director's to say."""

    class Meta:
        model = Colleague
        fields = (*PERSON, "user", "external_id", "left_on")
        widgets = {"left_on": forms.DateInput({"type": "date"}, DAY)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.by.may(Permission.RUN_PROGRAMME):
            free = User.objects.filter(Q(colleague=None) | Q(pk=self.instance.user_id))
            self.fields["user"].queryset = free
            self.fields["user"].empty_label = _("does not sign in")
        else:
            del self.fields["user"]
        self.remember()


class DepartureForm(forms.Form):
    on = forms.DateField(label=_("last day"), widget=forms.DateInput({"type": "date"}, DAY))

    def clean_on(self) -> Any:
        if self.cleaned_data["on"] > timezone.localdate():
            raise refusal("in_the_future")
        return self.cleaned_data["on"]


class MoveForm(DepartureForm):
    """Where somebody works now, and since when."""

    on = forms.DateField(label=_("since"), widget=forms.DateInput({"type": "date"}, DAY))
    title = forms.CharField(label=_("new job title"), max_length=200, required=False)
