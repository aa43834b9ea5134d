/** What a task prints, as it prints it. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';
import type { RunTask } from '../../../../core/api/runs.ts';
import { describeError } from '../../api/api-problem.ts';
import { useSession } from '../../session/session-context.ts';

/** Kept on the page: older ones scroll away for good. */
const LINES_MAX = 2_000;

export function TaskLogs({ runId, tasks, isEnded }: { runId: string; tasks: readonly RunTask[]; isEnded: boolean }) {
  const [chosen, setChosen] = useState('');
  const options = tasks.map(({ region, task }) => ({ value: `${region}/${task}`, label: `${region} ${task}` }));
  const value = chosen === '' ? (options[0]?.value ?? '') : chosen;
  if (value === '') return <Box>No task was planned.</Box>;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={isEnded ? undefined : 'Follows what it prints.'}
          actions={
            <Select
              ariaLabel="Task"
              selectedOption={options.find((option) => option.value === value) ?? null}
              options={options}
              filteringType="auto"
              onChange={({ detail }) => setChosen(detail.selectedOption.value ?? '')}
            />
          }
        >
          Log
        </Header>
      }
    >
      <FollowedLog key={value} path={`/runs/${runId}/tasks/${value}/log`} />
    </Container>
  );
}

function FollowedLog({ path }: { path: string }) {
  const { api } = useSession();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const stopped = new AbortController();
    const read = async () => {
      const answer = await api.fetch('GET', path, { query: { follow: true, tailLines: 500 }, signal: stopped.signal });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
        const { value } = part;
        setText((before) => lastLines(before + value));
      }
    };
    read().catch((error: unknown) => {
      if (!stopped.signal.aborted) setProblem(describeError(error).title);
    });
    return () => stopped.abort();
  }, [api, path]);
  useEffect(() => {
    const element = box.current;
    // Whoever scrolled up is reading there.
    if (text !== '' && element !== null && element.scrollHeight - element.scrollTop - element.clientHeight < 80) {
      element.scrollTop = element.scrollHeight;
    }
  }, [text]);
  return (
    <SpaceBetween size="xs">
      {problem !== '' && <Box color="text-status-error">{problem}</Box>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <pre className="document" ref={box} tabIndex={0} role="log" aria-label="Log of the task">
        {text === '' ? 'Nothing yet.' : text}
      </pre>
    </SpaceBetween>
  );
}

function lastLines(text: string): string {
  const lines = text.split('\n');
  return lines.length <= LINES_MAX ? text : lines.slice(-LINES_MAX).join('\n');
}
