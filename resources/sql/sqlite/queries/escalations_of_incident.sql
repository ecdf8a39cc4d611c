SELECT escalation.id, escalation.incident, escalation.round, escalation.step, escalation.reason, escalation.request,
       escalation.made_by, escalation.message, escalation.created_at, escalation.sessions,
       (SELECT json_group_array(session) FROM (SELECT session FROM escalation_session WHERE escalation = escalation.id ORDER BY place))
FROM escalation WHERE incident = ?1 ORDER BY created_at DESC, rowid DESC
