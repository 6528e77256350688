"""``python -m tessnb TOOL …``."""

import sys

from tessnb.commands import main

sys.exit(main())
