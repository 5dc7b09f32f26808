"""The unit of work: sessions, identity, change tracking and the flush."""
