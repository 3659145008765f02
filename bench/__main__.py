"""scripts/with_postgres.sh .venv/bin/python -m bench [S] [L] [D]: makes registers, serves floor and portal, prints
figures. D: the pages of directives, tasks, opinions and obstacles instead (bench/pages.py).

Everything stands in one run on one machine, so that what is compared met the same conditions."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
WORKERS, THREADS = 2, 8
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))


def main(sizes):
    if not os.environ.get("BENCH_SIZE"):
        return [subprocess.run([sys.executable, "-m", "bench"], env=environment(size), check=True) for size in sizes]
    import django

    django.setup()
    from bench import measure, pages

    size = os.environ["BENCH_SIZE"]
    return pages.everything(size) if size == "D" else measure.everything(size)


def environment(size):
    """A database of its own for each size, beside the one given."""
    url = urlsplit(os.environ["DATABASE_URL"])
    folder = os.environ.get("BENCH_DIR") or tempfile.mkdtemp(prefix="portal-bench.")
    (Path(folder) / size).mkdir(parents=True, exist_ok=True)
    return os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/bench_{size.lower()}")),
        "BENCH_ADMIN_URL": os.environ["DATABASE_URL"],
        "DATA_DIR": str(Path(folder) / size),
        "BENCH_SIZE": size,
    }


@contextmanager
def served(port, what="config.wsgi", **more):
    """gunicorn with two workers; gives their process ids."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        what,
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
    ]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "30", "--log-level", "warning"]
    server = subprocess.Popen(command, env=os.environ | more)
    try:
        for _attempt in range(60):
            time.sleep(0.5)
            if server.poll() is not None:
                raise SystemExit("gunicorn did not start")
            workers = children(server.pid)
            if len(workers) == WORKERS and all(ready(port) for _each in range(4)):
                break
        yield workers
    finally:
        server.terminate()
        server.wait(30)


def ready(port):
    import socket

    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as probe:
            probe.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return probe.recv(12).startswith(b"HTTP/")
    except OSError:
        return False


def children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


if __name__ == "__main__":
    main(sys.argv[1:] or ["S", "L", "D"])
