"""Day tables and bitmaps: made once from the events, read by every figure."""
