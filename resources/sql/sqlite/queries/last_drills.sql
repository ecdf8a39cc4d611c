SELECT delivery.notifier, max(delivery.created_at)
FROM escalation JOIN delivery ON delivery.escalation = escalation.id
WHERE escalation.reason = 'drill'
GROUP BY delivery.notifier
