"""The reader's network: a small encoder with a head for sentences and a head for word pieces."""

from __future__ import annotations

from typing import Any

import torch

from marsad.coding.labels import PIECE, SENTENCE, STATE, SUB_EVENT


class Network(torch.nn.Module):
    """`encoder` gives (batch, pieces, width). A sentence is the mean of its pieces, its first, and the window's first."""

    def __init__(self, encoder: Any, *, width: int = 384, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = torch.nn.Dropout(dropout)
        self.score = torch.nn.Linear(width, 1)
        self.sentence = torch.nn.Linear(2 * width, len(SENTENCE) + len(SUB_EVENT) + len(STATE))
        self.piece = torch.nn.Linear(width, len(PIECE))

    def forward(self, ids: Any, mask: Any, pool: Any) -> tuple[Any, Any]:
        """`ids`, `mask`: (batch, pieces). `pool`: (batch, sentences, pieces), 1 where a piece is in the sentence.

        Gives sentence logits (batch, sentences, labels) and piece logits (batch, pieces, labels).
        """
        hidden = self.drop(self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state)
        weight = self.score(hidden).squeeze(-1).unsqueeze(1) + (pool - 1.0) * 1e4
        attended = torch.softmax(weight, dim=-1) @ hidden
        mean = (pool @ hidden) / pool.sum(-1, keepdim=True).clamp(min=1.0)
        return self.sentence(torch.cat([attended, mean], -1)), self.piece(hidden)
