"""The composer: a reformer picks services, sees what the bundle saves and why, and publishes it as a One Thing."""
