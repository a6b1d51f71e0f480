"""`{{ "matrix"|help_title }}`: what a page of help is called, in the language of the page."""

from django import template
from django.utils.translation import get_language

from openkam.web.programme.help import ORIGINAL, title_of

register = template.Library()


@register.filter
def help_title(tool: str) -> str:
    return title_of(tool, get_language() or ORIGINAL)
