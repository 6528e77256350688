"""Fixtures that the training tests share."""

from tests.short_lines import short as short
