-- Merging, duplicates, escalations, comments and subscriptions.
SELECT 1;
