"""Reads one spreadsheet or document inside of limits and says on standard output, as JSON, what stands in it.

Run by zones/importing/reading.py: `python -I child FILE ENDING CPU_SECONDS MEMORY_BYTES ANSWER_BYTES`. A file from
outside may be made to crash, hang or swell its reader: this process may, the portal not. It knows nothing of Django."""

import importlib
import json
import resource
import sys

LIMITS = (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)
READERS = {"xlsx": "workbook", "ods": "opendocument", "csv": "separated", "geojson": "features", "json": "features"}
TEXTS = {"docx": "wording", "pdf": "printing", "txt": "plain"}


def limit(numbers):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for what, most in zip(LIMITS, numbers, strict=True):
        resource.setrlimit(what, (most, most + 1))  # one more: a process that spent its time dies of SIGXCPU


def answer(path, ending, most):
    """The sheets or the text, or why there are none, in no more than `most` bytes."""
    from bounds import Refused
    from signatures import check_content

    try:
        check_content(path, ending)
        reader = importlib.import_module((READERS | TEXTS)[ending])
        found = {"text" if ending in TEXTS else "sheets": reader.read(path)}
        said = json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
        return said if len(said) <= most else b'{"refused": "large"}'
    except Refused as refused:
        return json.dumps({"refused": refused.code, **vars(refused)}).encode()
    except (MemoryError, RecursionError):
        return b'{"refused": "large"}'


def main(path, ending, *numbers):
    limits = [int(number) for number in numbers]
    limit(limits)
    sys.stdout.buffer.write(answer(path, ending, limits[-1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
