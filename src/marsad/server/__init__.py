"""The HTTP server: `create_app` in `app`. One module a family of routes; what all share is in `guard`, `answers` and `asking`."""
