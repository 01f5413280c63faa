-- Ways in: passwords, sessions, invitations, single sign-on, and what tokens may do.
SELECT 1;
