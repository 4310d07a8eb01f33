"""What an operation costs: processor time of all processes, wall time of the person who waits, operations a second."""

import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import quantiles

import psutil

from bench.client import Browser

Operation = Callable[[Browser, int], None]


@dataclass(frozen=True)
class Cost:
    """Of one kind of operation: processor milliseconds by group of processes, wall milliseconds, rate."""

    count: int
    requests: int
    cpu: dict[str, float]
    walls: tuple[float, ...]
    seconds: float

    @property
    def total(self) -> float:
        return sum(self.cpu.values())

    def percentile(self, percent: int) -> float:
        return quantiles(self.walls, n=100, method="inclusive")[percent - 1]

    def detail(self, name: str, *, bare: float | None = None) -> str:
        parts = " + ".join(f"{group} {value:.1f}" for group, value in self.cpu.items())
        ratio = f", {self.total / bare:.1f} × the bare view" if bare else ""
        return (
            f"  {name}: CPU {self.total:.1f} ms ({parts}){ratio}; {self.requests / self.count:.0f} requests,"
            f" wall p50 {self.percentile(50):.1f} p95 {self.percentile(95):.1f} ms;"
            f" {self.requests / self.seconds:.0f} requests/s ({self.count} measured)"
        )


class Meter:
    """Reads the processor time of groups of processes; each group is some roots with all their descendants."""

    def __init__(self, roots: dict[str, list[int]], *, settle: Callable[[], None]) -> None:
        self.roots = {group: [psutil.Process(pid) for pid in pids] for group, pids in roots.items()}
        self.settle = settle  # waits until everything that the operations have started is done
        self.idle = dict.fromkeys(roots, 0.0)

    def measure_idle(self, seconds: float) -> None:
        """What the processes use when nobody asks anything; taken off every later measurement."""
        self.settle()
        before = self.processor_seconds()
        time.sleep(seconds)
        self.idle = {group: (after - before[group]) / seconds for group, after in self.processor_seconds().items()}

    def measure(self, operation: Operation, browsers: Iterable[Browser], *, count: int) -> Cost:
        """Run an operation ``count`` times, shared among browsers that work at the same time."""
        people = list(browsers)
        for person in people:
            person.forget_times()
        before, started = self.processor_seconds(), time.perf_counter()
        walls = _run(operation, people, count)
        seconds = time.perf_counter() - started
        self.settle()
        spent = time.perf_counter() - started
        cpu = {
            group: max(after - before[group] - self.idle[group] * spent, 0.0) / count * 1000
            for group, after in self.processor_seconds().items()
        }
        return Cost(count, sum(person.requests for person in people), cpu, tuple(walls), seconds)

    def memory(self, group: str) -> float:
        """Proportional set size (PSS) of a group in MB: shared pages are counted once."""
        total = 0
        for process in _family(self.roots[group]):
            with open(f"/proc/{process.pid}/smaps_rollup") as rollup:
                total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        return total / 1024

    def processor_seconds(self) -> dict[str, float]:
        """Processor time of each group since its processes began."""
        return {group: sum(map(_seconds, _family(roots))) for group, roots in self.roots.items()}


def _family(roots: Iterable[psutil.Process]) -> list[psutil.Process]:
    return [process for root in roots for process in (root, *root.children(recursive=True))]


def _seconds(process: psutil.Process) -> float:
    """Own processor time and that of children that have ended (backends of PostgreSQL come and go)."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _run(operation: Operation, people: list[Browser], count: int) -> list[float]:
    """Milliseconds that each operation kept its person waiting."""
    walls: list[float] = []
    failures: list[BaseException] = []
    numbers = iter(range(count))
    lock = threading.Lock()

    def work(person: Browser) -> None:
        try:
            while not failures:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                waited = person.seconds
                operation(person, number)
                walls.append((person.seconds - waited) * 1000)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return walls


def report(name: str, value: float, unit: str, promise: float, *, at_most: bool = True) -> bool:
    """Print one promise and whether it is kept."""
    kept = value <= promise if at_most else value >= promise
    sign = "<=" if at_most else ">="
    print(f"bench {name} {value:.4g} {unit} {sign}{promise:g} {'ok' if kept else 'short'}", flush=True)
    sys.stdout.flush()
    return kept
