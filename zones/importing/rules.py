"""The model's own rules for one record, without a question to the database: fields, clean(), check constraints."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext as _


def problems(record, fields, accepted):
    """[(field name or "", message)] of what the model refuses; `fields`: names of those that were written.

    `accepted`: what fields have taken before, so that each value is judged once; it grows."""
    found = []
    for field in record._meta.fields:
        if field.name in fields:
            found += refused_by(field, record, accepted)
    try:
        record.clean()
    except ValidationError as error:
        found += told(error)
    if not found:
        for constraint in record._meta.constraints:
            if isinstance(constraint, CheckConstraint) and not holds(constraint.condition, record):
                found.append(("", str(constraint.get_violation_error_message())))
    return found


def refused_by(field, record, accepted):
    """What Model.clean_fields would say of one field; of a relation, whether there is one."""
    value = getattr(record, field.attname)
    if field.is_relation:
        missing = value is None and not field.null and not field.is_cached(record)
        return [(field.name, _("Ô này không được để trống."))] if missing else []
    if (id(field), value) in accepted or (field.blank and value in field.empty_values):
        return []
    try:
        setattr(record, field.attname, field.clean(value, record))
    except ValidationError as error:
        return [(field.name, message) for message in error.messages]
    accepted.add((id(field), value))
    return []


def told(error):
    if not hasattr(error, "error_dict"):
        return [("", message) for message in error.messages]
    return [
        ("" if name == NON_FIELD_ERRORS else name, message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def holds(condition, record):
    """Is a check constraint's condition true of `record`? For the conditions that our models are written with."""
    if isinstance(condition, Q):
        answers = [holds(child, record) for child in condition.children]
        result = all(answers) if condition.connector == Q.AND else any(answers)
        return result != condition.negated
    path, wanted = condition
    name, _separator, lookup = path.partition("__")
    field = record._meta.pk if name == "pk" else record._meta.get_field(name)
    value = getattr(record, field.attname)
    if field.is_relation and value is None and field.is_cached(record):
        value = getattr(record, name)  # given, and stored in the same go
    if lookup == "isnull":
        return (value is None) == wanted
    if lookup:
        raise NotImplementedError(path)
    if isinstance(wanted, F):
        wanted = getattr(record, record._meta.get_field(wanted.name).attname)
        return value is not None and value == wanted
    return value == wanted
