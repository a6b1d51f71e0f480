"""The method itself: numbers in, verdicts out. No framework, no files, no clock, no words for people."""
