-- Nearly all of their updates are heap-only, and cleaned up as pages are read: vacuuming them every few seconds, as a
-- share of few rows asks for, only takes time from booking
ALTER TABLE "usage_day" SET (autovacuum_vacuum_threshold = 20000);
ALTER TABLE "usage_hour" SET (autovacuum_vacuum_threshold = 20000);
ALTER TABLE "usage_key_day" SET (autovacuum_vacuum_threshold = 20000);
ALTER TABLE "spend_day" SET (autovacuum_vacuum_threshold = 20000);
ALTER TABLE "budget_spend" SET (autovacuum_vacuum_threshold = 20000);
ALTER TABLE "deployment_hour" SET (autovacuum_vacuum_threshold = 2000);
ALTER TABLE "installation_hour" SET (autovacuum_vacuum_threshold = 2000);
