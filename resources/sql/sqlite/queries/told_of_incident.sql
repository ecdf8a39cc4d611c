SELECT delivery.notifier
FROM escalation JOIN delivery ON delivery.escalation = escalation.id
WHERE escalation.incident = ?1 AND delivery.state IN ('accepted', 'delivered')
GROUP BY delivery.notifier
ORDER BY min(delivery.finished_at), min(delivery.created_at), min(delivery.rowid)
