"""The page of the evidence: what the file's figures rest on, what is missing, and what is to be looked at again."""
