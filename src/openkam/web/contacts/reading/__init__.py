"""Readers of people without Django: cards, columns, and what a job title gives away."""
