"""Secrets as they come to stand in texts. None is anybody's."""

BODY = "Zx9" * 12
SECRETS: dict[str, tuple[str, str]] = {
    "an API key of ours": (f"bsk_{BODY}", "the key {0}"),
    "a model server's key": (f"sk-proj-{BODY}", "Incorrect API key provided: {0}."),
    "a webhook's secret": (f"whsec_{BODY}", "{0}"),
    "a key of letters": ("sk-live-planted-secret-key", "({0})"),
    "a header": (f"{BODY}==", "Authorization: Bearer {0}"),
    "a token of GitHub": (f"ghp_{BODY}", "clone with {0}, please"),
    "a key of a cloud": ("AKIAIOSFODNN7EXAMPLE", "id={0}"),
    "a JWT": (f"eyJ{BODY}.eyJ{BODY}.{BODY}", "jwt {0}"),
    "a password in an address": ("hunter2hunter2", "postgresql://me:{0}@db.example/x"),
    "a short one": ("pa55wd", "postgresql://me:{0}@db.example/x"),
    "a named word": ("swordfish", "Password: {0}"),
    "a field of JSON": ("correct-horse-7", '{{"api_key": "{0}"}}'),
    "an escaped field of JSON": ("correct-horse-8", '{{\\"client_secret\\": \\"{0}\\"}}'),
    "a parameter": ("a1b2c3d4e5", "https://a.example/?x=1&access_token={0}#y"),
    "a private key": (
        f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----",
        "key:\n{0}\nend",
    ),
    "a private key cut off": (f"-----BEGIN PRIVATE KEY-----\n{BODY}", "{0}"),
}
"""By name: the secret, and a text that it stands in as {0}."""


def plant(name: str) -> tuple[str, str]:
    """A secret, and a text with it."""
    secret, text = SECRETS[name]
    return secret, text.format(secret)
