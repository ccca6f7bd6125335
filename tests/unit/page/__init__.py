"""The page for a university's site: what answers on it, and what builds it. In a browser: tests/browser."""
