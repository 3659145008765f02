"""The lines of a text file."""

from bounds import LETTERS_MAX, Refused
from separated import decoded


def read(path):
    with open(path, "rb") as file:
        said = decoded(file.read())
    if len(said) > LETTERS_MAX:
        raise Refused("text", most=LETTERS_MAX)
    return {"blocks": said.splitlines(), "told": []}
