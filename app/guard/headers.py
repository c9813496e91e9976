"""The headers of every answer, whoever gives it: a route, a refusal before all routes, a mistake of ours."""

# plotly.js sets styles on what it draws, and makes images of it; scripts come from files of ours alone
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
BEHIND_TLS = {"Strict-Transport-Security": "max-age=31536000"}


def headers_of(scheme: str) -> dict[str, str]:
    """Return the headers of an answer; over https, as a trusted proxy tells it, browsers are to keep to that."""
    return {**ALWAYS, **BEHIND_TLS} if scheme == "https" else ALWAYS
