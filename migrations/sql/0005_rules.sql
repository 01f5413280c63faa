-- Rules of an organization: how events group, and what is scrubbed out of them.
SELECT 1;
