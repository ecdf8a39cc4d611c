SELECT position FROM engine
