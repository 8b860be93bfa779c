"""What asking has cost so far: requests, tokens, seconds, and money where prices are set."""

from __future__ import annotations

from dataclasses import dataclass

from marsad.coding.asked.settings import Settings


@dataclass(slots=True, kw_only=True)
class Meter:
    """Counts of one run; added to while it goes on. `untold` counts answers whose server gave no token figures."""

    reports: int = 0
    failed: int = 0
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    untold: int = 0
    seconds: float = 0.0

    def add_usage(self, usage: object) -> None:
        """Add the `usage` of an answer; what is no usage counts as untold."""
        given = usage if isinstance(usage, dict) else {}
        read = [given.get(name) for name in ("prompt_tokens", "completion_tokens")]
        if not all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 10**9 for n in read):
            self.untold += 1
            return
        self.tokens_in += int(read[0] or 0)
        self.tokens_out += int(read[1] or 0)

    def price(self, settings: Settings) -> float | None:
        """The money spent, in the settings' currency; `None` where a price isn't set."""
        if settings.price_per_1k_in is None or settings.price_per_1k_out is None:
            return None
        return (self.tokens_in * settings.price_per_1k_in + self.tokens_out * settings.price_per_1k_out) / 1000

    def sum_up(self, settings: Settings) -> str:
        """One line for a person.

        >>> settings = Settings(base_url="http://127.0.0.1:1/v1", model="m", price_per_1k_in=0.5, price_per_1k_out=1.0)
        >>> Meter(reports=2, requests=3, tokens_in=1500, tokens_out=200, seconds=4.04).sum_up(settings)
        'm at 127.0.0.1: 2 reports, 3 requests, 1,500 tokens in, 200 out, 0.9500 USD, 4.0 s'
        """
        spent = self.price(settings)
        parts = [f"{self.reports:,} report{'s' if self.reports != 1 else ''}"]
        parts += [f"{self.failed:,} of them left to the default reader"] if self.failed else []
        parts += [f"{self.requests:,} request{'s' if self.requests != 1 else ''}"]
        parts += [f"{self.tokens_in:,} tokens in", f"{self.tokens_out:,} out"]
        parts += [f"{self.untold:,} answers without token figures"] if self.untold else []
        parts += [f"{spent:.4f} {settings.currency}" if spent is not None else "price not set"]
        return f"{settings.model} at {settings.host}: {', '.join(parts)}, {self.seconds:.1f} s"
