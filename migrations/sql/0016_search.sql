-- Search: what lists are filtered by, and saved views.
SELECT 1;
