-- A batch writes only the quantities of the meters that it counted on: taking sixteen columns of zeros apart for each row
-- only took time
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_audio_ms" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_character" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_image" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_input" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_input_audio" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_input_audio_cache_read" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_input_cache_read" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_input_cache_write_1h" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_input_cache_write_5m" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_input_image" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_output" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_output_audio" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_output_image" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_output_reasoning" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_page" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_request" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_search_unit" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_video_ms" SET DEFAULT 0;
ALTER TABLE "usage_key_day" ALTER COLUMN "quantity_web_search" SET DEFAULT 0;
