-- Limits and suppression: what is not kept, and why.
SELECT 1;
