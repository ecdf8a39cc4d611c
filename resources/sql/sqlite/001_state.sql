-- What changes: how far the engine has come, incidents, escalations, deliveries with their attempts, audit, configurations.
-- Times are microseconds since 1970 (UTC), ids are UUIDs as text, states are spelt as in the API.
-- A statement ends with a semicolon at the end of a line.

CREATE TABLE engine (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    position INTEGER NOT NULL
) STRICT;

INSERT INTO engine (only_row, position) VALUES (1, 0);

CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    fingerprint_version INTEGER NOT NULL,
    recipe TEXT NOT NULL,
    state TEXT NOT NULL,
    level INTEGER NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    message TEXT NOT NULL,
    rule TEXT NOT NULL,
    notifiers TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    notify_at INTEGER,
    last_told_at INTEGER,
    acknowledged_at INTEGER,
    acknowledged_by TEXT NOT NULL,
    closed_at INTEGER,
    closed_by TEXT NOT NULL,
    sessions INTEGER NOT NULL,
    sessions_told INTEGER NOT NULL,
    round INTEGER NOT NULL,
    regressed INTEGER NOT NULL,
    first_session TEXT NOT NULL,
    worst_session TEXT NOT NULL,
    last_session TEXT NOT NULL,
    first_position INTEGER NOT NULL,
    last_position INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX incident_open ON incident (fingerprint) WHERE state <> 'closed';

CREATE INDEX incident_opened ON incident (opened_at);

CREATE TABLE escalation (
    id TEXT PRIMARY KEY,
    incident TEXT REFERENCES incident (id),
    round INTEGER NOT NULL,
    step INTEGER NOT NULL,
    reason TEXT NOT NULL,
    request TEXT,
    made_by TEXT NOT NULL,
    message TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sessions INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX escalation_step ON escalation (incident, round, step) WHERE incident IS NOT NULL AND request IS NULL;

CREATE UNIQUE INDEX escalation_request ON escalation (request) WHERE request IS NOT NULL;

CREATE TABLE escalation_session (
    escalation TEXT NOT NULL REFERENCES escalation (id),
    place INTEGER NOT NULL,
    session TEXT NOT NULL,
    PRIMARY KEY (escalation, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX escalation_session_of ON escalation_session (session);

CREATE TABLE delivery (
    id TEXT PRIMARY KEY,
    escalation TEXT NOT NULL REFERENCES escalation (id),
    notifier TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    give_up_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    claimed_by TEXT NOT NULL,
    lease_until INTEGER,
    sending_since INTEGER,
    finished_at INTEGER,
    answer TEXT NOT NULL,
    replaces TEXT REFERENCES delivery (id),
    sessions INTEGER NOT NULL,
    title TEXT NOT NULL,
    level INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX delivery_once ON delivery (escalation, notifier) WHERE replaces IS NULL;

CREATE UNIQUE INDEX delivery_replaced_once ON delivery (replaces) WHERE replaces IS NOT NULL;

CREATE INDEX delivery_waiting ON delivery (notifier, due_at) WHERE state IN ('queued', 'claimed', 'sending', 'retrying', 'in_doubt', 'held');

CREATE INDEX delivery_created ON delivery (created_at);

-- Apart from the delivery, since it is large and never changes. The digest tells whether the bytes are still the stored ones.
CREATE TABLE rendered (
    delivery TEXT PRIMARY KEY REFERENCES delivery (id),
    content_type BLOB NOT NULL,
    body BLOB NOT NULL,
    headers TEXT NOT NULL,
    plain_text TEXT NOT NULL,
    addressed_to TEXT NOT NULL,
    recipients TEXT NOT NULL,
    hidden TEXT NOT NULL,
    length INTEGER NOT NULL,
    length_limit INTEGER NOT NULL,
    cut INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;

CREATE TABLE attempt (
    delivery TEXT NOT NULL REFERENCES delivery (id),
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER NOT NULL,
    detail TEXT NOT NULL,
    retry_after INTEGER,
    recipients TEXT NOT NULL,
    stages TEXT NOT NULL,
    transcript TEXT NOT NULL,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE notifier_hold (
    notifier TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    held_at INTEGER NOT NULL
) STRICT;

-- Only of sessions that matched or were held back; the others have their verdict's byte beside the journal.
CREATE TABLE verdict (
    session TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    incident TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX verdict_position ON verdict (position);

CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    happened_at INTEGER NOT NULL,
    done_by TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX audit_once ON audit (happened_at, done_by, action, subject, detail);

CREATE TABLE configuration (
    version INTEGER PRIMARY KEY,
    json BLOB NOT NULL,
    position INTEGER NOT NULL,
    in_force_at INTEGER NOT NULL,
    set_by TEXT NOT NULL
) STRICT;
