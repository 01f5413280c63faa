-- The queue of user reports.
SELECT 1;
