"""The rules of sharing data: who may ask what for which purpose, and what a question and its answer leave behind."""
