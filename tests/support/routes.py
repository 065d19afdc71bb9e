"""The pages of an app, from its own table of addresses."""

from dataclasses import dataclass

from flask import Flask


@dataclass(frozen=True)
class Route:
    endpoint: str
    address: str
    methods: frozenset[str]

    def example(self, identifier: str = "1") -> str:
        """An address that fits."""
        parts = self.address.split("/")
        return "/".join(_filled(part, identifier) if part.startswith("<") else part for part in parts)


def _filled(part: str, identifier: str) -> str:
    return {"key": "0a1b2c3d4e5f", "slug": "safety-check", "path:filename": "app.css", "int:visit": "1"}.get(
        part[1:-1], identifier
    )


def routes_of(app: Flask) -> list[Route]:
    """Every rule, with the methods it was given: HEAD and OPTIONS come by themselves."""
    own = frozenset({"HEAD", "OPTIONS"})
    return [
        Route(rule.endpoint, rule.rule, frozenset(rule.methods or ()) - own)
        for rule in app.url_map.iter_rules()
    ]
