"""How the application meets the network: connections, pools of threads, processes and their supervision, metrics."""

METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # where the processes of a server leave their counts for each other
