#!/usr/bin/env python3
"""Many bootstrap fits of a mixing law on a Ray cluster.

    python ray_bootstrap.py runs/results.csv runs/results.mixlaw.json --replicates 2000 --shards 50 -- --law overlap

Every task runs `mixlaw fit --bootstrap … --shard i/n`, and this script merges the parts with `mixlaw merge`: the
document is the one that a single run gives, byte for byte. `mixlaw` must be on every node; what stands for it can be
given with --mixlaw ("node /opt/mixlaw/dist/cli.js"). The results file travels with the tasks: no shared disk is needed.
"""

import argparse
import pathlib
import shlex
import subprocess
import sys
import tempfile

import ray


@ray.remote(max_retries=2)
def part(mixlaw, name, results, replicates, shard, options):
    """The text of one part. `results` are the bytes of the results file, `shard` is "3/50"."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, name)
        path.write_bytes(results)
        command = [*mixlaw, "fit", str(path), "--bootstrap", str(replicates), "--shard", shard, "--threads", "1", *options]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"shard {shard}: {done.stderr.decode()}")
        return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("document", type=pathlib.Path)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--shards", type=int, default=50)
    parser.add_argument("--mixlaw", type=shlex.split, default=["mixlaw"])
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    given, options = parser.parse_args(words[:end]), words[end + 1 :]

    ray.init(ignore_reinit_error=True)
    results = ray.put(given.results.read_bytes())
    tasks = [
        part.remote(given.mixlaw, given.results.name, results, given.replicates, f"{i}/{given.shards}", options)
        for i in range(1, given.shards + 1)
    ]
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, text in enumerate(ray.get(tasks)):
            paths.append(pathlib.Path(folder, f"part-{i:05}.json"))
            paths[-1].write_bytes(text)
        merge = [*given.mixlaw, "merge", *map(str, paths), "--out", str(given.document)]
        return subprocess.run(merge, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
