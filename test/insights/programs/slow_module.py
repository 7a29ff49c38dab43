"""Takes long to load."""

import time

time.sleep(0.3)
