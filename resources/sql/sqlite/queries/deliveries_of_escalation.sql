SELECT delivery.id, delivery.escalation, delivery.notifier, delivery.state, delivery.reason, delivery.created_at, delivery.due_at,
       delivery.give_up_at, delivery.attempts, delivery.fence, delivery.claimed_by, delivery.lease_until, delivery.finished_at,
       delivery.answer, delivery.replaces, delivery.relation, delivery.sessions, delivery.title, delivery.level,
       rendered.content_type, rendered.body, rendered.headers, rendered.plain_text, rendered.addressed_to, rendered.recipients,
       rendered.hidden, rendered.length, rendered.length_limit, rendered.cut, rendered.further_bodies, rendered.path, rendered.digest
FROM delivery LEFT JOIN rendered ON rendered.delivery = delivery.id
WHERE delivery.escalation = ?1
ORDER BY delivery.created_at, delivery.rowid
