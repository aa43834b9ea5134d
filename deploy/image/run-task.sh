#!/bin/sh
# The command of a region whose tasks are containers of one image:
#
#     regions: {box: {tasksMax: 4, command: [/path/to/run-task.sh, docker, run, --rm, loadstar:full]}}
#
# Loadstar puts the Node and the worker of its own installation behind it, and the worker's arguments. The image has its own; where the run
# folder is and which task it is, it is told by the environment.
set -eu
words=0
for word; do
  if [ "$word" = --run-folder ]; then break; fi
  words=$((words + 1))
done
# Without Node and worker.
words=$((words - 2))
position=0
count=$#
while [ "$position" -lt "$count" ]; do
  position=$((position + 1))
  word=$1
  shift
  if [ "$position" -eq "$words" ]; then
    set -- "$@" -e LOADSTAR_RUN_FOLDER -e LOADSTAR_RUN_TOKEN -e LOADSTAR_REGION -e LOADSTAR_TASK
  fi
  if [ "$position" -le "$words" ]; then set -- "$@" "$word"; fi
done
exec "$@"
