-- What ?2 took of the incident ?1, oldest first, with the service's name for it: of a message in parts that of the first.
SELECT delivery.id,
       COALESCE((SELECT handle FROM attempt WHERE attempt.delivery = delivery.id AND handle <> '' ORDER BY number LIMIT 1), '')
FROM escalation JOIN delivery ON delivery.escalation = escalation.id
WHERE escalation.incident = ?1 AND delivery.notifier = ?2 AND delivery.state IN ('accepted', 'delivered')
ORDER BY delivery.finished_at, delivery.created_at, delivery.rowid
