"""The command: writes the document, or checks that it is true."""

import sys

from tests.support.clinical_rules.document import main

sys.exit(main(sys.argv[1:]))
