"""Plays the registers of other authorities over real HTTP: a program of its own that shares no code with onewindow."""
