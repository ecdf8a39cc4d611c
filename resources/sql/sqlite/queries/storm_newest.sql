SELECT id, began_at, last_opened_at, incidents, held_back, incidents_told, summaries, told, summary_at, ended_at
FROM storm ORDER BY began_at DESC, rowid DESC LIMIT 1
