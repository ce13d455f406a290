#!/usr/bin/env python3
"""A source for Tidemark: the services of a CSV file, page by page. See exec.yaml."""

import argparse
import csv
import json
import os
import sys


def entity(row):
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": row["name"], "description": row["description"]},
        "spec": {"type": "service", "lifecycle": row["lifecycle"], "owner": row["owner"]},
    }


def page(cursor, size):
    start = cursor or 0
    with open(os.environ["SERVICES_FILE"], newline="") as file:
        rows = list(csv.DictReader(file))
    end = start + size
    return {
        "entities": [entity(row) for row in rows[start:end]],
        "next": [end] if end < len(rows) else [],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--page-size", type=int, default=100)
    size = parser.parse_args().page_size
    # Ends when its input does, at the end of the burst.
    for line in sys.stdin:
        try:
            answer = page(json.loads(line)["cursor"], size)
        except (OSError, KeyError, ValueError) as error:
            answer = {"error": {"code": "unavailable", "message": f"{type(error).__name__}: {error}"}}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
