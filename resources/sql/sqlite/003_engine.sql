-- Steps of escalation policies, silences, what was held back, notes, and what each rule did.

ALTER TABLE incident ADD COLUMN counted_for TEXT NOT NULL DEFAULT '';

ALTER TABLE incident ADD COLUMN worst TEXT NOT NULL DEFAULT '{}';

ALTER TABLE incident ADD COLUMN plan TEXT NOT NULL DEFAULT '{}';

ALTER TABLE incident ADD COLUMN next_step INTEGER NOT NULL DEFAULT 0;

ALTER TABLE incident ADD COLUMN laps INTEGER NOT NULL DEFAULT 0;

ALTER TABLE incident ADD COLUMN step_at INTEGER;

-- Of an incident of before: as the settings say.
ALTER TABLE incident ADD COLUMN close_after INTEGER;

ALTER TABLE incident ADD COLUMN at_most_every INTEGER;

ALTER TABLE incident ADD COLUMN acknowledged_until INTEGER;

ALTER TABLE incident ADD COLUMN snoozed_until INTEGER;

ALTER TABLE incident ADD COLUMN snoozed_until_worse INTEGER NOT NULL DEFAULT 0;

ALTER TABLE incident ADD COLUMN snoozed_by TEXT NOT NULL DEFAULT '';

ALTER TABLE incident ADD COLUMN assignee TEXT NOT NULL DEFAULT '';

ALTER TABLE incident ADD COLUMN merged_into TEXT;

ALTER TABLE incident ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;

ALTER TABLE incident ADD COLUMN sessions_held INTEGER NOT NULL DEFAULT 0;

ALTER TABLE incident ADD COLUMN suppressed INTEGER NOT NULL DEFAULT 0;

ALTER TABLE incident ADD COLUMN unanswered_since INTEGER;

-- What was known of an incident of before: all its notifiers at once, and what it looked like.
UPDATE incident SET
    plan = json_object('steps', json_array(json_object('wait', 0, 'notify', json(notifiers)))),
    next_step = last_told_at IS NOT NULL,
    worst = json_object('id', worst_session, 'source', source, 'message', message, 'declared', level, 'effective', level,
                        'method', CASE WHEN instr(title, ' ') > 0 THEN substr(title, 1, instr(title, ' ') - 1) ELSE '' END,
                        'path', CASE WHEN instr(title, ' ') > 0 THEN substr(title, instr(title, ' ') + 1) ELSE '' END);

CREATE INDEX incident_of_rule ON incident (rule, opened_at);

CREATE INDEX incident_merged ON incident (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE silence (
    id TEXT PRIMARY KEY,
    matcher TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    until_quiet INTEGER NOT NULL,
    latest_end INTEGER NOT NULL,
    ended_at INTEGER,
    ended_by TEXT NOT NULL,
    digest_to TEXT NOT NULL,
    caught INTEGER NOT NULL,
    held_back INTEGER NOT NULL,
    last_caught_at INTEGER,
    quiet_for INTEGER NOT NULL
) STRICT;

CREATE INDEX silence_created ON silence (created_at);

CREATE INDEX silence_current ON silence (ends_at) WHERE ended_at IS NULL;

CREATE TABLE suppression (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    step INTEGER NOT NULL,
    notifiers TEXT NOT NULL,
    because TEXT NOT NULL,
    held_by TEXT NOT NULL,
    times INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    until INTEGER
) STRICT;

CREATE INDEX suppression_of ON suppression (incident, happened_at);

CREATE INDEX suppression_by ON suppression (held_by) WHERE because = 'silence';

CREATE INDEX suppression_newest ON suppression (last_at);

CREATE TABLE storm (
    id TEXT PRIMARY KEY,
    began_at INTEGER NOT NULL,
    last_opened_at INTEGER NOT NULL,
    incidents INTEGER NOT NULL,
    held_back INTEGER NOT NULL,
    incidents_told INTEGER NOT NULL,
    summaries INTEGER NOT NULL,
    told TEXT NOT NULL,
    summary_at INTEGER,
    ended_at INTEGER
) STRICT;

CREATE INDEX storm_began ON storm (began_at);

CREATE TABLE note (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    written_by TEXT NOT NULL,
    words TEXT NOT NULL
) STRICT;

CREATE INDEX note_of ON note (subject, written_at);

CREATE INDEX audit_of ON audit (subject, happened_at);

-- Sessions by what each rule said of them, ever; and those that it took, by the hour (hours since 1970).
CREATE TABLE rule_count (
    rule TEXT NOT NULL,
    verdict INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (rule, verdict)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_hour (
    rule TEXT NOT NULL,
    hour INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    PRIMARY KEY (rule, hour)
) STRICT, WITHOUT ROWID;

-- What was asked lately, so that the same request does nothing a second time.
CREATE TABLE request (
    id TEXT PRIMARY KEY,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX request_asked ON request (asked_at);

CREATE TABLE fingerprint_seen (
    number INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE
) STRICT;

-- What the rules said that matched the session or nearly did.
ALTER TABLE verdict ADD COLUMN rules TEXT NOT NULL DEFAULT '[]';

CREATE INDEX verdict_of_incident ON verdict (incident, position) WHERE incident IS NOT NULL;
