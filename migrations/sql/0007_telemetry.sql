-- Telemetry beside errors: samples, web vitals, release health.
SELECT 1;
