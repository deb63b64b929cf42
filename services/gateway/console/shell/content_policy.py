"""What a browser may do with a page of the console: load our own two or three files, and no more.

No script and no style stands in a page, and no text of anybody becomes one (Trusted Types). Where
it comes from is told to ourselves only: with `no-referrer` a browser would send forms with the
Origin `null` (Fetch, "append a request Origin header"), which is refused.
"""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
PRIVATE = HEADERS | {"Cache-Control": "no-store"}
"""After a sign-out the way back shows nothing."""
