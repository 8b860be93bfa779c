"""A private PostgreSQL server for tests: made in a temporary folder, reached by a socket in it, deleted at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from uuid import uuid4

WHERE = Path("/usr/lib/postgresql")
MISSING = "PostgreSQL is not installed (apt-get install postgresql): the ledger was tested on SQLite only"
USERS = ("postgres", "nobody")


def programs() -> Path | None:
    """The folder of the newest server's programs, at least 15; `None` where there is none."""
    found = [f for f in WHERE.glob("*/bin") if f.parent.name.isdigit() and int(f.parent.name) >= 15 and (f / "initdb").exists()]
    return max(found, key=lambda f: int(f.parent.name), default=None)


class Server:
    """A running server. The server refuses to run as root: root starts it as another user."""

    def __init__(self) -> None:
        bin_folder = programs()
        assert bin_folder is not None, MISSING
        self.bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="marsad-pg-"))
        self.user = next(u for u in USERS if known(u)) if os.geteuid() == 0 else None
        if self.user:
            os.chmod(self.folder, 0o755)
            entry = pwd.getpwnam(self.user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self.data = self.folder / "data"
        options = ("--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8")
        self.run("initdb", "-D", str(self.data), "-U", "marsad", *options)
        self.start()

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs, as a user that it accepts."""
        command = [str(self.bin / program), *arguments]
        if self.user:
            command = ["setpriv", f"--reuid={self.user}", f"--regid={gid_of(self.user)}", "--clear-groups", *command]
        log = self.folder / "programs.log"
        with open(log, "ab") as out:
            done = subprocess.run(command, stdout=out, stderr=out, cwd=self.folder, env={**os.environ, "LC_ALL": "C.UTF-8"})
        if done.returncode:
            raise RuntimeError(f"{program}: {log.read_text(errors='replace')[-2000:]}")

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off -c max_connections=60"
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "server.log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def close(self) -> None:
        """Stop the server and delete all of it."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database: str) -> str:
        return f"postgresql://marsad@/{database}?host={self.folder}"

    def make(self) -> str:
        """A new empty database; its address."""
        import psycopg

        name = f"ledger_{uuid4().hex}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address(name)


def known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def gid_of(user: str) -> int:
    return pwd.getpwnam(user).pw_gid
