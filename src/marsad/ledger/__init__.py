"""The ledger: one file that keeps captures, reports and claims for good, and the folds over them. The only SQL."""
