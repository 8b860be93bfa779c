"""The reader's network: a small encoder, with what tables and grammar know beside the words; heads for sentences and pieces."""

from __future__ import annotations

from typing import Any

import torch

from marsad.coding.labels import PIECE, SENTENCE, STATE, SUB_EVENT
from marsad.coding.marks import PIECE_MARKS, sentence_marks

ANSWERS = len(SENTENCE) + len(SUB_EVENT) + len(STATE)


class Network(torch.nn.Module):
    """`encoder` gives (batch, pieces, width)."""

    def __init__(self, encoder: Any, *, width: int = 384, inner: int = 192, dropout: float = 0.15) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = torch.nn.Dropout(dropout)
        self.score = torch.nn.Linear(width, 1)
        self.mix = torch.nn.Linear(2 * width + len(sentence_marks()), inner)
        self.sentence = torch.nn.Linear(inner + 2 * width, ANSWERS)
        self.marks = torch.nn.Linear(len(sentence_marks()), ANSWERS)
        self.fuse = torch.nn.Linear(width + len(PIECE_MARKS), inner)
        self.piece = torch.nn.Linear(inner, len(PIECE))

    def forward(self, ids: Any, mask: Any, pool: Any, marks: Any, piece_marks: Any) -> tuple[Any, Any]:
        """`ids`, `mask`: (batch, pieces). `pool`: (batch, sentences, pieces), 1 where a piece is in the sentence. `marks`:
        (batch, sentences, marks). `piece_marks`: (batch, pieces, marks).

        Gives sentence logits (batch, sentences, answers) and piece logits (batch, pieces, parts).
        """
        hidden = self.drop(self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state)
        weight = self.score(hidden).squeeze(-1).unsqueeze(1) + (pool - 1.0) * 1e4
        attended = torch.softmax(weight, dim=-1) @ hidden
        mean = (pool @ hidden) / pool.sum(-1, keepdim=True).clamp(min=1.0)
        both = torch.cat([attended, mean], -1)
        mixed = torch.nn.functional.gelu(self.mix(torch.cat([both, marks], -1)))
        answers = self.sentence(torch.cat([self.drop(mixed), both], -1)) + self.marks(marks)
        parts = self.piece(torch.nn.functional.gelu(self.fuse(torch.cat([hidden, piece_marks], -1))))
        return answers, parts
