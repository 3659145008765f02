"""Pages that begin behind a row, not at a number: page 10,000 costs what page 1 costs, and no row is shown twice or
left out because others come in meanwhile. A signed cursor says where, in this list with these conditions."""

import datetime
import hashlib
from dataclasses import dataclass

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import F, Field, OrderBy, Q

MOST_COUNTED = 10_000
SALT = "accounts.keyset"


class WrongCursor(Exception):
    """Not a cursor of this list, or of this list with other conditions."""


@dataclass(frozen=True)
class Key:
    """One column of an order; unknown values come last."""

    name: str
    field: Field
    descending: bool
    nullable: bool

    def order(self, back, *, known=False):
        """`known`: among rows without unknown values, which an index may be read for in either direction."""
        down = self.descending != back
        if known or not self.nullable:
            return F(self.name).desc() if down else F(self.name).asc()
        last = None if back else True
        return OrderBy(F(self.name), descending=down, nulls_last=last, nulls_first=back or None)

    def beyond(self, value, back, *, equal=False):
        comparison = ("lt" if self.descending != back else "gt") + ("e" if equal else "")
        return Q(**{f"{self.name}__{comparison}": value})

    def at(self, value):
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def known(self):
        return Q(**{f"{self.name}__isnull": False})


@dataclass(frozen=True)
class Window:
    """The keys of the rows of one page, and the cursors of the pages around it ("" where there is none)."""

    keys: list
    following: str
    previous: str


def window(rows, size, cursor="", of=""):
    """The page of `size` rows of an ordered queryset that begins (or, read backwards, ends) at `cursor`."""
    rows, keys = in_order(rows)
    back, edge = read(cursor, keys, of) if cursor else (False, None)
    found = []
    for part in parts(rows, keys, edge, back):
        found += part.values_list("pk", *(key.name for key in keys))[: size + 1 - len(found)]
        if len(found) > size:
            break
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    ahead, behind = (bool(cursor), more) if back else (more, bool(cursor))
    return Window(
        [row[0] for row in found],
        write(keys, found[-1][1:], of) if ahead and found else "",
        write(keys, found[0][1:], of, back=True) if behind and found else "",
    )


def in_order(rows):
    """The rows with the columns of their order named, and these. The last one tells any two rows apart."""
    given = [*(rows.query.order_by or rows.model._meta.ordering), "pk"]
    orders = [one if isinstance(one, OrderBy) else OrderBy(F(one.lstrip("-")), one.startswith("-")) for one in given]
    first = {order.expression: order for order in reversed(orders)}  # a column counts where it is named first
    orders = [order for order in orders if first[order.expression] is order]
    rows = rows.annotate(**{f"key_{number}": order.expression for number, order in enumerate(orders)})
    keys = []
    for number, order in enumerate(orders):
        column = rows.query.annotations[f"key_{number}"]
        field, own = column.output_field, getattr(column, "alias", None) == rows.model._meta.db_table
        keys.append(Key(f"key_{number}", field, order.descending, nullable=field.null or not own))
        if own and field.unique and not field.null:
            break
    return rows, keys


def parts(rows, keys, edge, back):
    """The rows behind `edge` (all without one) in pieces that an index on the first column can each give in order."""
    (first, *rest), ties = keys, rows.order_by(*(key.order(back) for key in keys[1:]))
    whole = rows.order_by(first.order(back, known=True), *(key.order(back) for key in rest))
    unknown = ties.filter(first.at(None))
    if edge is None:
        return [whole.filter(first.known()), unknown] if first.nullable else [whole]
    value, others = edge[0], edge[1:]
    tied = [ties.filter(first.at(value), behind(rest, others, back))] if rest else []
    if value is None:
        return [*tied, whole.filter(first.known())] if back else tied
    found = [*tied, whole.filter(first.beyond(value, back))]
    return [*found, unknown] if first.nullable and not back else found


def behind(keys, edge, back):
    """The condition for rows behind `edge` in the order of `keys`."""
    (key, *rest), (value, *others) = keys, edge
    tied = key.at(value) & behind(rest, others, back) if rest else None
    if value is None:
        return key.known() | tied if back else tied
    found = key.beyond(value, back)
    if key.nullable and not back:
        return found | key.at(None) | tied
    return key.beyond(value, back, equal=True) & (found | tied) if tied else found  # the bound is what an index can use


# Cursors --------------------------------------------------------------------------------------------------------------


def write(keys, values, of, *, back=False):
    texts = [None if value is None else spelled(value) for value in values]
    return signing.Signer(salt=SALT).sign_object([mark(keys, of), back, texts])


def spelled(value):
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def read(cursor, keys, of):
    """(backwards?, values); WrongCursor when it is not one of this list."""
    try:
        of_list, back, texts = signing.Signer(salt=SALT).unsign_object(cursor)
        values = [None if text is None else key.field.to_python(text) for key, text in zip(keys, texts, strict=True)]
    except (signing.BadSignature, ValueError, ValidationError):
        raise WrongCursor from None
    if of_list != mark(keys, of):
        raise WrongCursor
    return back, values


def mark(keys, of):
    """What a cursor belongs to, in short."""
    order = ",".join(f"{key.descending:d}{key.field.name}" for key in keys)
    return hashlib.sha256(f"{of} {order}".encode()).hexdigest()[:16]


def conditions(query, *left_out):
    """The parameters of an address that decide which rows a list holds, in one line."""
    return repr(sorted((name, query.getlist(name)) for name in query if name not in left_out))


def count_up_to(rows, most=MOST_COUNTED):
    """How many rows there are; None when there are more than `most`: nobody waits for a million to be counted."""
    found = rows.order_by().values("pk")[: most + 1].count()
    return found if found <= most else None
