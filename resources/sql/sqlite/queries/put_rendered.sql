INSERT INTO rendered (delivery, content_type, body, headers, plain_text, addressed_to, recipients, hidden, length, length_limit, cut,
                      further_bodies, path, digest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
