SELECT session, position, verdict, incident, rules FROM verdict WHERE session = ?1
