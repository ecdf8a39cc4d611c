SELECT session, position, verdict, incident FROM verdict WHERE incident IS NOT NULL ORDER BY position DESC LIMIT ?1
