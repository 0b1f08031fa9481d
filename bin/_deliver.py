"""What bin/sira runs for `deliver`: this little is compiled for each mail, the rest has been compiled before.

Whatever goes wrong, the mail server keeps the mail (75): any other ending would send it back.
"""

import sys

try:
    from sira.channels.email.deliver import main

    ending = main(sys.argv[1:])
except Exception as error:
    print(f"sira deliver: {error!r}", file=sys.stderr)
    ending = 75
sys.exit(ending)
