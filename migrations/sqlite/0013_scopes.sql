-- A scope has the name of what it lets one write, as the others do.
UPDATE api_keys SET scopes = replace(scopes, '"channels.publish"', '"events.write"');
