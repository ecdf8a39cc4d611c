SELECT number, started_at, finished_at, outcome, status, detail, retry_after, recipients, stages, transcript, handle, parts_taken, moved_to
FROM attempt WHERE delivery = ?1 ORDER BY number
