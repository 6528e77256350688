"""Fixtures that the tests of the training commands share."""

from tests.commands.same_log import compare as compare
from tests.short_lines import short as short
