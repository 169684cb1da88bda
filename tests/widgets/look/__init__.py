"""Tests of colours and themes."""
