"""The WSGI entry point; granian serves `config.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# What start-up made lives as long as the process, and a page makes and drops thousands of objects: the collector need
# neither look at the first again nor come at every second page. Together a tenth of the processor time.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
