-- What came before the table of requests stands with its escalation alone.
SELECT id FROM (
    SELECT id, asked_at FROM request WHERE asked_at >= ?1
    UNION ALL
    SELECT request, created_at FROM escalation
    WHERE request IS NOT NULL AND created_at >= ?1 AND request NOT IN (SELECT id FROM request))
ORDER BY asked_at
