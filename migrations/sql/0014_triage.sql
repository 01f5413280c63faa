-- Triage: resolutions, releases, conditions of ignoring, response targets.
SELECT 1;
