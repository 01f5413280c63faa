-- Teams, and what organizations and services say of themselves.
SELECT 1;
