-- Of the notifier ?1, due by ?2. The list of states is that of the index.
SELECT delivery.id
FROM delivery JOIN escalation ON escalation.id = delivery.escalation
WHERE delivery.notifier = ?1 AND delivery.due_at <= ?2
  AND delivery.state IN ('queued', 'claimed', 'sending', 'retrying', 'in_doubt', 'held')
  AND delivery.state = 'queued' AND delivery.attempts = 0 AND delivery.relation IN ('none', 'fallback')
  AND escalation.request IS NULL AND escalation.reason IN ('first', 'new_in_group', 'repeat', 'step')
ORDER BY delivery.turn, delivery.due_at, delivery.rowid
