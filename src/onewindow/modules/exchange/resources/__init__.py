"""The catalogue of data resources: what departments keep, who asked for it and who decided; and the systems that moved to the cloud."""
