-- An edit writes one page less: a change knows between which revisions its operations stand, so they are found by the key.
DROP INDEX operations_of_change;
