"""Tests of people, rights and what is theirs."""
