SELECT number, started_at, finished_at, outcome, status, detail, retry_after, recipients, stages, transcript
FROM attempt WHERE delivery = ?1 ORDER BY number
