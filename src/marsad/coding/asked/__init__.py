"""The optional reader that asks a language model behind an OpenAI-compatible server. Nothing else in Marsad uses a network.

What the server answers is a proposal: `answer` says what it may look like, `quotes` finds its words in the report, `support` and
`parties` hold it against the tables and the local reader, and `proposals` makes claims of what is left.
"""
