"""The artifacts of builds as rows: pieces, contents, bundles, and what is missing."""
