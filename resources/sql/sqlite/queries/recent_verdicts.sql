SELECT session, position, verdict, incident, rules FROM verdict WHERE incident IS NOT NULL ORDER BY position DESC LIMIT ?1
