-- what past releases look like from today: by time, with their cuts
CREATE INDEX released_at ON released (at, id);
CREATE INDEX sent_release ON sent (release);
