"""Changes of the schema, in order; `marsad.ledger.migrate` runs them."""
