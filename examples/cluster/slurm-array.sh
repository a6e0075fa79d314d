#!/usr/bin/env bash
#SBATCH --job-name=mixlaw
#SBATCH --cpus-per-task=4
#SBATCH --time=02:00:00
#
# Many bootstrap fits as a Slurm array: each task makes its share and writes one part.
#
#   job=$(sbatch --parsable --array=1-50 slurm-array.sh runs/results.csv 2000 parts --law overlap)
#   sbatch --dependency=afterok:"$job" --wrap 'mixlaw merge parts/*.json --out runs/results.mixlaw.json'
#
# The merged document is the one that a single run gives, byte for byte; it belongs beside the results. A task that
# failed is run again by itself: SHARDS=50 sbatch --array=7 slurm-array.sh … with the same arguments. `compare` takes --shard as well: replace the last lines by
#   "${mixlaw[@]}" compare "$results" --repeats 200 --shard "$shard" --out "$part"
set -euo pipefail

if (($# < 3)); then
  echo "usage: sbatch --array=1-SHARDS $0 RESULTS REPLICATES PARTS_FOLDER [options of mixlaw fit]" >&2
  exit 2
fi
results=$1 replicates=$2 folder=$3
shift 3

# How mixlaw is called here: MIXLAW="node /opt/mixlaw/dist/cli.js", or just mixlaw.
read -r -a mixlaw <<<"${MIXLAW:-mixlaw}"

shard="${SLURM_ARRAY_TASK_ID:?submit this with sbatch --array=1-N}/${SHARDS:-${SLURM_ARRAY_TASK_COUNT:?}}"
part="$folder/part-$(printf '%05d' "$SLURM_ARRAY_TASK_ID").json"

mkdir -p "$folder"
"${mixlaw[@]}" fit "$results" --bootstrap "$replicates" --shard "$shard" --out "$part" \
  --threads "${SLURM_CPUS_PER_TASK:-1}" "$@"
