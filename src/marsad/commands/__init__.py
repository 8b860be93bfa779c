"""The commands beyond the first ones, a module for each field of work: each has `add(app)`, which `marsad.cli` calls."""
