"""The Bids page: a year's bids as a board by state and as tables, one bid with its costs and texts, and its moves."""
