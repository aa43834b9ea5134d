/** Why a task of ECS has ended, for people; and whether it has. */
import type { Task } from '@aws-sdk/client-ecs';

/** Its containers have ended; what still happens then concerns its network only. */
const ENDED = new Set(['DEPROVISIONING', 'STOPPED', 'DELETED']);

export function hasEnded({ lastStatus = '', containers = [] }: Task): boolean {
  return ENDED.has(lastStatus) || (containers.length > 0 && containers.every((each) => each.lastStatus === 'STOPPED'));
}

const KILLED = 137;

/** `containerName`: the worker's. `lastWords`: of its log; null when they are not known. */
export function endedBecause(task: Task, containerName: string, lastWords: string | null): string | null {
  const said = lastWords === null ? '' : `, its last words: ${lastWords}`;
  const reason = task.stoppedReason ?? '';
  if (task.stopCode === 'SpotInterruption' || /spot (task|capacity).*interrupt/i.test(reason)) {
    return `AWS took its Spot capacity away${said}`;
  }
  const container = task.containers?.find(({ name }) => name === containerName) ?? task.containers?.[0];
  const containerReason = container?.reason ?? '';
  if (
    task.stopCode === 'TaskFailedToStart' ||
    /^(CannotPullContainer|ResourceInitialization|CannotCreate|CannotStart)/.test(reason)
  ) {
    return `it could not be started: ${[reason, containerReason].filter((text) => text !== '').join('; ')}`;
  }
  const { exitCode } = container ?? {};
  if (exitCode === KILLED && /OutOfMemory/i.test(`${containerReason} ${reason}`)) {
    return `it ran out of memory (exit code ${KILLED})${said}`;
  }
  if (exitCode !== undefined) {
    const killed = exitCode === KILLED ? ', ended by SIGKILL' : '';
    return `exit code ${exitCode}${killed}${containerReason === '' ? '' : `: ${containerReason}`}${said}`;
  }
  return reason === '' ? (lastWords === null ? null : `ended${said}`) : `${reason}${said}`;
}

/** Whether what it said last may tell more than how it ended. */
export function mayHaveSaidWhy(task: Task): boolean {
  return (task.containers ?? []).some(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
}
