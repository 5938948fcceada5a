"""The tables: medians of every workload, and the targets."""

TITLES = {"service": "service", "floor": "floor", "pgbench": "pgbench", "fastapi": "FastAPI", "fastify": "Fastify"}
RATIOS = ["floor", "pgbench", "fastapi", "fastify"]


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def number(value, digits=0):
    return "–" if value is None else f"{value:,.{digits}f}"


def ratio(value, other):
    return "–" if other is None else f"{value.rate / other.rate:.2f}"


def medians(results):
    """Prints the table of medians. `results` holds workload, connections and figures by peer."""
    row("workload", "connections", "peer", "requests/s", "p99, ms", "server CPU, µs", "PostgreSQL CPU, µs",
        *(f"÷ {TITLES[name]}" for name in RATIOS), "errors")
    print("|---|--:|---" + "|--:" * 9 + "|")
    for workload, connections, figures in results:
        for name, one in figures.items():
            others = [ratio(one, figures.get(other)) if other != name else "1" for other in RATIOS]
            row(workload, str(connections), TITLES.get(name, name), number(one.rate), number(one.p99, 1),
                number(one.server_us), number(one.postgres_us), *others, str(one.errors))


class Targets:
    """The targets; those whose workload did not run are left out."""

    def __init__(self):
        self.rows = []

    def at_least(self, what, value, target, digits=2):
        self.rows.append((what, number(value, digits), f"≥ {target:,}", value >= target))

    def at_most(self, what, value, target, digits=1):
        self.rows.append((what, number(value, digits), f"≤ {target:,}", value <= target))

    def lists(self, results):
        figures = {connections: peers for workload, connections, peers in results if workload == "list"}
        limits = {16: {"floor": 0.85, "pgbench": 1.0, "fastapi": 20, "fastify": 2.8},
                  64: {"floor": 0.85, "pgbench": 1.8, "fastapi": 30, "fastify": 3.8}}
        for connections, targets in limits.items():
            peers = figures.get(connections, {})
            if "service" not in peers:
                continue
            service = peers["service"]
            for name, target in targets.items():
                if name in peers:
                    self.at_least(f"list ÷ {TITLES[name]}, {connections} connections", service.rate / peers[name].rate, target)
            self.at_most(f"service CPU a list, µs, {connections} connections", service.server_us, {16: 40, 64: 35}[connections])
            self.at_most(f"PostgreSQL CPU a list, µs, {connections} connections", service.postgres_us, 68)

    def creates(self, results):
        for workload, connections, peers in results:
            if workload == "create" and {"service", "pgbench"} <= peers.keys():
                what = f"create ÷ pgbench's INSERT, {connections} connections"
                self.at_least(what, peers["service"].rate / peers["pgbench"].rate, 0.95)
            if workload == "create on SQLite":
                self.at_least(f"create on SQLite, requests/s, {connections} connections", peers["service"].rate, 5000, 0)
                self.at_most(f"create on SQLite, p99 ms, {connections} connections", peers["service"].p99, 40)
            if workload == "list on SQLite":
                self.at_most(f"service CPU a list on SQLite, µs, {connections} connections", peers["service"].server_us, 80)

    def show(self):
        print("\n| target | measured | to reach | result |\n|---|--:|--:|---|")
        for what, value, target, reached in self.rows:
            row(what, value, target, "reached" if reached else "**missed**")
