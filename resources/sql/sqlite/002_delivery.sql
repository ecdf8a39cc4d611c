-- Messages in several parts, further deliveries of one escalation, the services' own names of messages, whom incidents were told to.

ALTER TABLE incident ADD COLUMN told TEXT NOT NULL DEFAULT '[]';

ALTER TABLE delivery ADD COLUMN relation TEXT NOT NULL DEFAULT 'none';

UPDATE delivery SET relation = 'shorter' WHERE replaces IS NOT NULL;

-- The place among those that wait for the same notifier: when it was made, or what it stands for after a refusal.
ALTER TABLE delivery ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;

UPDATE delivery SET turn = created_at;

CREATE INDEX delivery_turn ON delivery (notifier, turn, due_at) WHERE state IN ('queued', 'claimed', 'sending', 'retrying', 'in_doubt', 'held');

-- What the program makes of a delivery by itself it makes once; a person may as often as wanted.
DROP INDEX delivery_replaced_once;

CREATE UNIQUE INDEX delivery_replaced_once ON delivery (replaces, relation) WHERE relation IN ('shorter', 'moved', 'fallback');

CREATE INDEX delivery_replaces ON delivery (replaces) WHERE replaces IS NOT NULL;

CREATE INDEX delivery_of_escalation ON delivery (escalation);

CREATE INDEX delivery_taken ON delivery (notifier, finished_at) WHERE state IN ('accepted', 'delivered');

CREATE INDEX escalation_of_incident ON escalation (incident) WHERE incident IS NOT NULL;

-- Who is told when an incident of before is acknowledged or closed.
UPDATE incident SET told = (
    SELECT json_group_array(DISTINCT delivery.notifier)
    FROM escalation JOIN delivery ON delivery.escalation = escalation.id
    WHERE escalation.incident = incident.id AND escalation.reason <> 'drill')
WHERE EXISTS (SELECT 1 FROM escalation WHERE escalation.incident = incident.id);

-- The bodies after the first, each as "<length>:<bytes>".
ALTER TABLE rendered ADD COLUMN further_bodies BLOB NOT NULL DEFAULT x'';

ALTER TABLE rendered ADD COLUMN path TEXT NOT NULL DEFAULT '';

ALTER TABLE attempt ADD COLUMN handle TEXT NOT NULL DEFAULT '';

ALTER TABLE attempt ADD COLUMN parts_taken INTEGER NOT NULL DEFAULT 0;

ALTER TABLE attempt ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';

CREATE INDEX delivery_failed ON delivery (finished_at) WHERE state = 'failed';

-- Word that an incident was acknowledged or closed, while its notifier has yet to be told what is the matter. One in doubt without a due
-- time waits for a person, who may take for ever.
CREATE VIEW delivery_too_early (follow_up) AS
SELECT later.id
FROM delivery AS later
JOIN escalation AS says ON says.id = later.escalation AND says.reason IN ('acknowledged', 'closed')
JOIN escalation AS other ON other.incident = says.incident
JOIN delivery AS earlier ON earlier.escalation = other.id
WHERE earlier.notifier = later.notifier AND (earlier.turn, earlier.rowid) < (later.turn, later.rowid)
  AND (earlier.state IN ('queued', 'claimed', 'sending', 'retrying') OR (earlier.state = 'in_doubt' AND earlier.due_at IS NOT NULL));
