/** What a task prints: time, level and message of each line, the rest of it on demand. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { memo, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { RunTask } from '../../../../core/api/runs.ts';
import { saveFile } from '../../format/csv.ts';
import { useTimeFormat } from '../../format/times.ts';
import type { LogLine } from './log-line.ts';
import { useFollowedLog } from './use-followed-log.ts';

/** So near to the end of a log counts as being there. */
const END_PIXELS = 24;

export function TaskLogs({ runId, tasks, isEnded }: { runId: string; tasks: readonly RunTask[]; isEnded: boolean }) {
  const [chosen, setChosen] = useState('');
  const options = tasks.map(({ region, task }) => ({ value: `${region}/${task}`, label: `${region} ${task}` }));
  const value = chosen === '' ? (options[0]?.value ?? '') : chosen;
  if (value === '') return <Box>No task was planned.</Box>;
  const choice = (
    <Select
      ariaLabel="Task"
      selectedOption={options.find((option) => option.value === value) ?? null}
      options={options}
      filteringType="auto"
      onChange={({ detail }) => setChosen(detail.selectedOption.value ?? '')}
    />
  );
  return <TaskLog key={value} path={`/runs/${runId}/tasks/${value}/log`} isEnded={isEnded} choice={choice} />;
}

interface TaskLogProps {
  path: string;
  isEnded: boolean;
  /** Chooses whose log it is. */
  choice: ReactNode;
}

function TaskLog({ path, isEnded, choice }: TaskLogProps) {
  const { lines, problem, isOver } = useFollowedLog(path);
  const [isFollowing, setFollowing] = useState(true);
  const [isTroubleOnly, setTroubleOnly] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const shown = isTroubleOnly ? lines.filter(({ line }) => line.level !== 'info') : lines;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each line that comes moves the end.
  useLayoutEffect(() => {
    if (isFollowing && !isEnded && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [shown.length, isFollowing, isEnded]);
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${lines.length})`}
          actions={
            <SpaceBetween direction="horizontal" size="s" alignItems="center">
              <Toggle checked={isTroubleOnly} onChange={({ detail }) => setTroubleOnly(detail.checked)}>
                Warnings and errors
              </Toggle>
              {!isEnded && (
                <Toggle checked={isFollowing} onChange={({ detail }) => setFollowing(detail.checked)}>
                  Follow
                </Toggle>
              )}
              {choice}
              <Button
                iconName="download"
                disabled={lines.length === 0}
                onClick={() =>
                  saveFile(`${path.split('/').slice(2, -1).join('-')}.log`, lines.map(({ text }) => text).join('\n'))
                }
              >
                Save
              </Button>
            </SpaceBetween>
          }
        >
          Log
        </Header>
      }
    >
      {problem !== '' && <Box color="text-status-error">{problem}</Box>}
      <div
        className="log"
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        role="log"
        aria-label="Log of the task"
        // Whoever scrolls up is reading there; whoever is back at the end wants to see what comes.
        onScroll={({ currentTarget: { clientHeight, scrollHeight, scrollTop } }) =>
          setFollowing(scrollHeight - scrollTop - clientHeight < END_PIXELS)
        }
      >
        {shown.map(({ id, line }) => (
          <Line key={id} line={line} />
        ))}
        {shown.length === 0 && problem === '' && <Box>{nothing(isTroubleOnly, isOver)}</Box>}
      </div>
    </Container>
  );
}

function nothing(isTroubleOnly: boolean, isOver: boolean): string {
  if (isTroubleOnly) return 'No warning and no error.';
  return isOver ? 'It printed nothing.' : 'Nothing yet.';
}

const Line = memo(function Line({ line: { level, message, rest, timeMs } }: { line: LogLine }) {
  const { clock } = useTimeFormat();
  const head = (
    <>
      {timeMs !== null && <time dateTime={new Date(timeMs).toISOString()}>{clock(timeMs)}</time>}
      {level !== null && <span className={`level-${level}`}>{level}</span>}
      <span>{message}</span>
    </>
  );
  if (rest === null) return <div className="log-line">{head}</div>;
  return (
    <details>
      <summary className="log-line">{head}</summary>
      <pre>{rest}</pre>
    </details>
  );
});
