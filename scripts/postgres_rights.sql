-- What the service's role may do when another role owns the tables (docs/operations.md). Run as the owner after each migrate and restore:
--     portal --owner dbshell < scripts/postgres_rights.sql
\set ON_ERROR_STOP on
BEGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO portal;
-- The history is only ever added to.
REVOKE UPDATE, DELETE ON accounts_rowchange FROM portal;
COMMIT;
