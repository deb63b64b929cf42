"""What an operating system, a network or a certificate has against something, in plain words."""

import errno
import socket
import ssl
import urllib.error

WORDS = {
    errno.ECONNREFUSED: "nothing listens there",
    errno.ECONNRESET: "the connection was closed from there",
    errno.ECONNABORTED: "the connection was closed from there",
    errno.EPIPE: "the connection was closed from there",
    errno.ETIMEDOUT: "no answer came in time",
    errno.EHOSTUNREACH: "no way leads there on this network",
    errno.ENETUNREACH: "no way leads there on this network",
    errno.ENETDOWN: "the network is down",
    errno.EADDRNOTAVAIL: "it is no address of this machine",
    errno.EADDRINUSE: "something else listens there",
    errno.ENOENT: "no such file or folder",
    errno.EACCES: "this user may not do that",
    errno.EPERM: "this user may not do that",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is no folder",
    errno.EEXIST: "it is there already",
    errno.ENOTEMPTY: "the folder is not empty",
    errno.ENOSPC: "its disk is full",
    errno.EDQUOT: "the quota of this user is used up",
    errno.EROFS: "it is on a disk that is read-only",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "its links lead in a circle",
    errno.EMFILE: "this process has too many files open",
    errno.ENFILE: "this machine has too many files open",
    errno.ENOMEM: "this machine has no memory left",
    errno.EIO: "its disk cannot be read or written",
}


def tell_os_error(error: BaseException) -> str:
    """Say in a few words what has gone wrong; of an error that wraps another, that one."""
    seen: BaseException | None = error
    while seen is not None:
        if (words := _tell(seen)) is not None:
            return words
        reason = seen.reason if isinstance(seen, urllib.error.URLError) else None
        below = reason if isinstance(reason, BaseException) else None
        seen = below or seen.__cause__ or seen.__context__
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return " ".join(str(text or type(error).__name__).split())


def _tell(error: BaseException) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS as it is asked to"
    if isinstance(error, socket.gaierror):
        return "its name cannot be resolved"
    if isinstance(error, TimeoutError) or type(error).__name__.endswith(
        ("Timeout", "TimeoutExpired")
    ):
        return WORDS[errno.ETIMEDOUT]
    return WORDS.get(error.errno or 0) if isinstance(error, OSError) else None
