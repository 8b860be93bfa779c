"""Situation reports: a ledger's situation, composed into a document, written in the format asked for."""

from marsad.reporting.assembling import document
from marsad.reporting.making import FORMS, made_of, make, write_templates
from marsad.reporting.stamps import earlier_of, earlier_report

__all__ = ["FORMS", "document", "earlier_of", "earlier_report", "made_of", "make", "write_templates"]
