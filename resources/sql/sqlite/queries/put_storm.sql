INSERT INTO storm (id, began_at, last_opened_at, incidents, held_back, incidents_told, summaries, told, summary_at, ended_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (id) DO UPDATE SET
    last_opened_at = excluded.last_opened_at, incidents = excluded.incidents, held_back = excluded.held_back,
    incidents_told = excluded.incidents_told, summaries = excluded.summaries, told = excluded.told, summary_at = excluded.summary_at,
    ended_at = excluded.ended_at
