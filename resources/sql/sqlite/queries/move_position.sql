UPDATE engine SET position = ?1 WHERE position < ?1
