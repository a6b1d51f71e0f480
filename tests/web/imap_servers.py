"""Mail servers for tests: a real Dovecot on a port of its own, and servers that hang, lie and talk for ever."""

import contextlib
import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN, PASSWORD = "olga", "correct-horse"
#: What the servers are called: the name that their certificate bears.
HOST = "localhost"
INSTRUCTION = (
    "The mail tests need a real Dovecot: apt-get install -y --no-install-recommends dovecot-imapd, "
    "or set DOVECOT=/path/to/dovecot."
)


@dataclass(frozen=True)
class Dovecot:
    """A mailbox on a running server: its ports, the certificate that it shows, who signs in, where it keeps mail."""

    tls: int
    starttls: int
    certificate: Path
    homes: Path
    login: str = LOGIN

    @property
    def mail(self) -> Path:
        return self.homes / self.login

    def of(self, login: str) -> "Dovecot":
        """Another mailbox on the same server; every name has one."""
        return replace(self, login=login)

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def deliver(self, *messages: bytes, folder: str = "") -> None:
        """Put messages into a folder, as a mail server does."""
        place = self.mail / (f".{folder}" if folder else "")
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True, exist_ok=True)
        for message in messages:
            number = len([*(place / "new").iterdir(), *(place / "cur").iterdir()])
            (place / "new" / f"{time.time_ns()}.{number}.test").write_bytes(message)
        _hand_over(self.homes)


def certificate(folder: Path, name: str = HOST) -> tuple[Path, Path]:
    """A certificate of one's own and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "cert.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return chain, secret


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


CONFIG = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{chain}
ssl_key = <{secret}
disable_plaintext_auth = yes
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:{mail}/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home allow_all_users=yes
}}
first_valid_uid = 0
first_valid_gid = 0
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
auth_failure_delay = 0 secs
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@contextlib.contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A Dovecot from a configuration of its own; gone afterwards.

    Its folder is not one of pytest's: those are closed to other users anew whenever another pytest begins.
    """
    program = os.environ.get("DOVECOT") or shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, INSTRUCTION
    with tempfile.TemporaryDirectory(prefix="openkam-dovecot-") as name, _running(program, Path(name)) as found:
        yield found


@contextlib.contextmanager
def _running(program: str, folder: Path) -> Iterator[Dovecot]:
    chain, secret = certificate(folder)
    found = Dovecot(tls=free_port(), starttls=free_port(), certificate=chain, homes=folder / "mail")
    found.homes.mkdir()
    config = folder / "dovecot.conf"
    config.write_text(_config(folder, found, secret))
    process = subprocess.Popen([program, "-F", "-c", str(config)], stderr=subprocess.PIPE)
    try:
        _await(found.tls, process, folder)
        yield found
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _owner() -> pwd.struct_passwd:
    """Started by the system's administrator Dovecot works for an owner of its own; by anybody else, for them."""
    me = pwd.getpwuid(os.getuid())
    return pwd.getpwnam("nobody") if me.pw_uid == 0 else me


def _hand_over(folder: Path) -> None:
    owner = _owner()
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _config(folder: Path, found: Dovecot, secret: Path) -> str:
    _hand_over(folder)
    owner = _owner()
    return CONFIG.format(
        run=folder / "run",
        folder=folder,
        chain=found.certificate,
        secret=secret,
        user=owner.pw_name,
        group=grp.getgrgid(owner.pw_gid).gr_name,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
        mail=found.homes,
        password=PASSWORD,
        starttls=found.starttls,
        tls=found.tls,
    )


def _await(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise AssertionError((process.stderr.read() if process.stderr else b"").decode(errors="replace"))
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    log = folder / "log"
    raise AssertionError(log.read_text() if log.exists() else "Dovecot does not answer")


#: What a made-up server does with a connection.
Manner = Callable[[socket.socket], None]


@contextlib.contextmanager
def made_up(manner: Manner) -> Iterator[int]:
    """A server on this machine that behaves as told; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, manner), daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _serve(listening: socket.socket, manner: Manner) -> None:
    with contextlib.suppress(OSError):
        connection, _ = listening.accept()
        with connection:
            manner(connection)


def scripted(**answers: bytes) -> Manner:
    """A server that answers each command with what is said for its name; `{tag}` becomes the command's tag."""
    said = {
        "greeting": b"* OK ready\r\n",
        "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n",
        "LOGIN": b"{tag} OK done\r\n",
        "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] here\r\n{tag} OK done\r\n",
        "SEARCH": b"* SEARCH 1\r\n{tag} OK done\r\n",
        "FETCH": b'* 1 FETCH (UID 1 INTERNALDATE " 1-Jan-2024 09:00:00 +0800" BODY[HEADER.FIELDS (DATE)] {14}\r\n'
        b"Subject: one\r\n)\r\n{tag} OK done\r\n",
    } | answers

    def manner(connection: socket.socket) -> None:
        connection.sendall(said["greeting"])
        for line in connection.makefile("rb"):
            tag, name, *rest = line.split()
            known = (rest[0] if name.upper() == b"UID" else name).decode(errors="replace").upper()
            connection.sendall(said.get(known, b"{tag} BAD what\r\n").replace(b"{tag}", tag))

    return manner
