"""`python -m bench [--quick] [NAME …]`: the promises of speed and size, one line each."""

import argparse
import time

from bench import (
    apply,
    authority,
    bulk,
    decide,
    decisions,
    forms,
    inbox,
    inventory,
    memory,
    notices,
    pages,
    records,
    rules,
)
from bench.server import city

# In this order: each leaves the city as the next needs it, and the million cases come last.
PROMISES = {
    "application": apply.run,
    "decision": decide.run,
    "pages": pages.run,
    "notices": notices.run,
    "bulk": bulk.run,
    "rules": rules.run,
    "authority": authority.run,
    "forms": forms.run,
    "memory": memory.run,
    "inventory": inventory.run,
    "records": records.run,
    "decisions": decisions.run,
    "inbox": inbox.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PROMISES)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="small counts: a few minutes, rougher figures")
    options = parser.parse_args()
    if unknown := set(options.names) - PROMISES.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    started = time.monotonic()
    with city() as running:
        kept = [
            run(running, quick=options.quick) for name, run in PROMISES.items() if name in (options.names or PROMISES)
        ]
    print(f"  {sum(kept)} of {len(kept)} kept, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
