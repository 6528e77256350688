"""Compiled inner loops: arrays in, arrays out. No validation, printing or allocation policy."""
