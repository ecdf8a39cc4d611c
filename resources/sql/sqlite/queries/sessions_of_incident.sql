-- Of the incident ?1 and those merged into it, newest first, ?2 at most.
WITH RECURSIVE part (id) AS (
    SELECT ?1
    UNION
    SELECT incident.id FROM incident JOIN part ON incident.merged_into = part.id)
SELECT session, position, verdict, incident, rules
FROM verdict WHERE incident IN (SELECT id FROM part) ORDER BY position DESC LIMIT ?2
