"""What a form sends when a control of it is pressed, and which forms sent by POST are safe to send: pagers of a list.

A guest that sends forms has to be sure that nothing is done by it. So a form is sent by POST only where a control
that counts pages sets a field named like a counter of pages, and where nobody is to write anything into it: no
password, no text, no file. In ASP.NET the whole page is one form: there the hidden fields go, and the pressed button.
"""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from lxml import html

from crawl.fetch.link_shapes import is_widget, leads_nowhere
from crawl.fetch.pagination import counts_by_name
from crawl.registry.canonical import absolute_url

MOST_FIELDS = 60  # of a form: a pager has few, a form to fill in many

ASP_NET = "__VIEWSTATE"  # the field that every form of ASP.NET holds
_WRITTEN = frozenset({"password", "file", "email", "tel", "url", "date"})
_TEXT = frozenset({"", "text", "search", "number"})


@dataclass(frozen=True, slots=True)
class Sending:
    """A form as it is sent. action: absolute address; fields: with what the control sets."""

    action: str
    fields: tuple[tuple[str, str], ...]

    @property
    def address(self) -> str:
        """What is asked for where the form is sent by GET."""
        return f"{self.action.partition('?')[0]}?{urlencode(self.fields)}"


class PageForms:
    """The forms of a page. url: its address, which a form without one is sent to; base: what links are relative to."""

    def __init__(self, root: html.HtmlElement, url: str, base: str = "") -> None:
        self._root = root
        self._url, self._base = url, base or url
        self._fields: dict[html.HtmlElement, dict[str, str]] = {}
        self._may_be_posted: dict[html.HtmlElement, bool] = {}
        self._named: dict[str, html.HtmlElement] | None = None

    def sent(self, form: html.HtmlElement, values: tuple[tuple[str, str], ...]) -> Sending:
        """Return what a form sends by GET when its controls have these values."""
        return Sending(self._action(form), tuple((self.fields_of(form) | dict(values)).items()))

    def posted(self, form: html.HtmlElement, values: tuple[tuple[str, str], ...], text: str) -> Sending | None:
        """Return what a form sends by POST, None where it may be no pager. text: of the control that is pressed."""
        if form not in self._may_be_posted:
            self._may_be_posted[form] = self._is_harmless(form)
        if not self._may_be_posted[form] or not values:
            return None
        fields = self.fields_of(form)
        if ASP_NET not in fields and not any(counts_by_name(name) and value.isdigit() for name, value in values):
            return None
        return Sending(self._action(form), tuple((fields | dict(values)).items()))

    def form_with(self, names: list[str]) -> html.HtmlElement | None:
        """Return the form that holds the fields of these names or ids, None where it is not one."""
        if self._named is None:
            self._named = {}
            for field in self._root.iter("input", "select", "textarea"):
                for name in (field.get("id"), field.get("name")):
                    self._named.setdefault(name or "", field)
        forms = {form_of(self._named[name]) for name in names if name in self._named}
        return forms.pop() if len(forms) == 1 else None

    def name_of(self, name: str) -> str:
        """Return the name that the field with this name or id is sent under."""
        field = (self._named or {}).get(name)
        return (field.get("name") if field is not None else "") or name

    def own_number(self, form: html.HtmlElement) -> tuple[tuple[str, str], ...]:
        """Return the hidden field that counts pages of a form that has one button: a form for each page."""
        fields = self.fields_of(form)
        counted = tuple((name, value) for name, value in fields.items() if counts_by_name(name) and value.isdigit())
        return counted if len(counted) == 1 and ASP_NET not in fields else ()

    def _action(self, form: html.HtmlElement) -> str:
        action = form.get("action")
        return (absolute_url(self._base, action) if action else "") or self._url

    def fields_of(self, form: html.HtmlElement) -> dict[str, str]:
        """Return what a form sends where nobody changes it; of a page of ASP.NET its hidden fields alone."""
        if form not in self._fields:
            hidden = {
                field.get("name", ""): field.get("value", "")
                for field in form.iter("input")
                if field.get("type", "").lower() == "hidden" and field.get("name")
            }
            self._fields[form] = hidden if ASP_NET in hidden else dict(form.form_values())
        return self._fields[form]

    def _is_harmless(self, form: html.HtmlElement) -> bool:
        action, here = self._action(form), urlsplit(self._url)
        if urlsplit(action).netloc != here.netloc or leads_nowhere(action):
            return False
        if is_widget(f"{form.get('class', '')} {form.get('id', '')} {form.get('name', '')}"):
            return False
        if ASP_NET in self.fields_of(form):
            return True
        kinds = [field.get("type", "").lower() for field in form.iter("input")]
        if len(kinds) > MOST_FIELDS or _WRITTEN & set(kinds) or next(form.iter("textarea"), None) is not None:
            return False
        # the box of a list that filters it is left empty, as it stands; any other text is to be written by a reader
        return not _TEXT & set(kinds) or urlsplit(action).path == here.path


def form_of(control: html.HtmlElement) -> html.HtmlElement | None:
    """Return the form that a control stands in."""
    return next(control.iterancestors("form"), None)


def sends(control: html.HtmlElement) -> bool:
    """Tell whether a control is a button that sends its form."""
    kind = control.get("type", "").lower()
    if control.tag == "button":
        return kind in ("submit", "image", "")
    return control.tag == "input" and kind in ("submit", "image")


def presses(control: html.HtmlElement) -> tuple[tuple[str, str], ...]:
    """Return what a button adds to its form when it is pressed; nothing for what is no button that sends one."""
    kind = control.get("type", "").lower()
    name = control.get("name")
    if not sends(control) or not name:
        return ()
    if kind == "image":
        return ((f"{name}.x", "5"), (f"{name}.y", "5"))
    return ((name, control.get("value", "")),)
