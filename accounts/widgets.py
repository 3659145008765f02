"""Fields of forms written in Python: the templates of Django take a third of a list page for its filter.

What is written is what those templates write, so forms look the same; whatever stands not here goes through them."""

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

INPUTS = ("text", "hidden", "number", "date", "checkbox")


class WrittenFields(DjangoTemplates):
    """The renderer of every form (settings.FORM_RENDERER)."""

    def render(self, template_name, context, request=None):
        if write := WRITERS.get(template_name):
            return write(context["widget"])
        return super().render(template_name, context, request)


def one_input(widget):
    told = {"type": widget["type"], "name": widget["name"]}
    if widget["value"] is not None:
        told["value"] = widget["value"]
    return format_html("<input{}>", flatatt(told | widget["attrs"]))


def hidden_inputs(widget):
    return format_html_join("\n", "{}", ((one_input(each),) for each in widget["subwidgets"]))


def select(widget):
    groups = ((group, options_of(options)) for group, options, _index in widget["optgroups"])
    written = format_html_join("", "{}", ((grouped(group, options),) for group, options in groups))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), written)


def grouped(name, options):
    return format_html('<optgroup label="{}">{}</optgroup>', name, options) if name else options


def options_of(options):
    told = ((flatatt({"value": each["value"]} | each["attrs"]), each["label"]) for each in options)
    return format_html_join("", "<option{}>{}</option>", told)


def checkboxes(widget):
    """Boxes to tick, in one group: a filter has no others."""
    attrs = {name: widget["attrs"].get(name) for name in ("id", "class")}
    told = (
        (flatatt({"for": box["attrs"].get("id")}), one_input(box), box["label"])
        for _group, boxes, _index in widget["optgroups"]
        for box in boxes
    )
    return format_html(
        "<div{}>{}</div>", flatatt(attrs), format_html_join("", "<div><label{}>{} {}</label></div>", told)
    )


WRITERS = {f"django/forms/widgets/{name}.html": one_input for name in INPUTS} | {
    "django/forms/widgets/multiple_hidden.html": hidden_inputs,
    "django/forms/widgets/select.html": select,
    "django/forms/widgets/checkbox_select.html": checkboxes,
}
