-- ?1: a JSON array of [notifier, its fallback]; failed at or after ?2.
SELECT delivery.id
FROM delivery
JOIN json_each(?1) AS way ON json_extract(way.value, '$[0]') = delivery.notifier
JOIN escalation ON escalation.id = delivery.escalation
WHERE delivery.state = 'failed' AND delivery.finished_at >= ?2 AND delivery.reason <> 'given up' AND delivery.relation <> 'replay'
  AND escalation.reason NOT IN ('drill', 'replay', 'acknowledged', 'closed')
  AND NOT EXISTS (
      SELECT 1 FROM delivery AS further
      WHERE further.replaces = delivery.id AND further.relation IN ('shorter', 'moved', 'fallback'))
  AND NOT EXISTS (
      SELECT 1 FROM delivery AS told
      WHERE told.escalation = delivery.escalation AND told.notifier = json_extract(way.value, '$[1]')
        AND told.state NOT IN ('failed', 'cancelled', 'suppressed'))
ORDER BY delivery.finished_at, delivery.rowid
