-- Artifacts: the source maps that give minified frames their names back.
SELECT 1;
