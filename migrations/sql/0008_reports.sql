-- User reports with their attachments, and check-ins of monitors.
SELECT 1;
