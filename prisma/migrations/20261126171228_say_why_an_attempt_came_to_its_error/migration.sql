-- Why an attempt came to its error code, one of a closed list. The version before leaves it empty.
ALTER TABLE "attempts" ADD COLUMN "error_detail" TEXT;
