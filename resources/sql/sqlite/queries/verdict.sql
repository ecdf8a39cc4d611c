SELECT session, position, verdict, incident FROM verdict WHERE session = ?1
