"""Fields written in Python are the fields that Django's own templates write."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

CHOICES = [("", "–"), ("a", "Đất <công> nghiệp"), ('b"', "Khác & còn lại")]
GROUPS = [("Nhóm <1>", CHOICES[1:]), ("c", "Ngoài nhóm")]


class Sample(forms.Form):
    text = forms.CharField(max_length=9, widget=forms.TextInput(attrs={"placeholder": "a < b"}))
    number = forms.IntegerField(min_value=0, max_value=9_999, required=False)
    day = forms.DateField(widget=forms.DateInput(format="%d/%m/%Y"))
    agreed = forms.BooleanField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)
    several_hidden = forms.MultipleChoiceField(choices=CHOICES, widget=forms.MultipleHiddenInput)
    one = forms.ChoiceField(choices=CHOICES)
    grouped = forms.ChoiceField(choices=GROUPS)
    several = forms.MultipleChoiceField(choices=CHOICES)
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple(attrs={"class": "wide"}))
    long = forms.CharField(widget=forms.Textarea)


GIVEN = {
    "text": '"><script>', "number": "1234", "day": "1/2/2025", "agreed": "on", "hidden": "x & y",
    "several_hidden": ["a", 'b"'], "one": 'b"', "grouped": "c", "several": ["a", "<"], "boxes": ["a"], "long": "<p>",
}  # fmt: skip


class Parts(HTMLParser):
    """What a browser reads: tags with their attributes, and text."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, sorted(attrs)))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_data(self, text):
        self.found += [" ".join(text.split())] if text.strip() else []


@pytest.mark.parametrize("data", [None, {}, GIVEN], ids=["empty", "left out", "filled"])
@pytest.mark.parametrize("name", list(Sample.base_fields))
def test_a_field_is_written_as_the_templates_write_it(name, data):
    written = str(Sample(data)[name])
    assert Parts(written).found == Parts(str(Sample(data, renderer=DjangoTemplates())[name])).found
    assert Parts(written).found or not data
