-- What a reaper wrote for want of better is replaced by what is known.
INSERT INTO attempt (delivery, number, started_at, finished_at, outcome, status, detail, retry_after, recipients, stages, transcript,
                     handle, parts_taken, moved_to)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT (delivery, number) DO UPDATE SET
    started_at = excluded.started_at, finished_at = excluded.finished_at, outcome = excluded.outcome, status = excluded.status,
    detail = excluded.detail, retry_after = excluded.retry_after, recipients = excluded.recipients, stages = excluded.stages,
    transcript = excluded.transcript, handle = excluded.handle, parts_taken = excluded.parts_taken, moved_to = excluded.moved_to
