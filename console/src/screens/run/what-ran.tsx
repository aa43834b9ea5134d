/** What a run ran: its load in words, its criteria, and the files as they were then. */
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import type { RunPlan, RunResource } from '../../../../core/api/runs.ts';
import { runPlanQuery } from '../../api/run-queries.ts';
import { shortHash } from '../../format/hash.ts';
import { formatBytes } from '../../format/numbers.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { type Column, DataTable } from '../../tables/data-table.tsx';

type RunFile = RunPlan['files'][number];

const columns: Column<RunFile>[] = [
  { id: 'path', header: 'File', cell: ({ path }) => <code>{path}</code>, value: ({ path }) => path, isLong: true },
  {
    id: 'version',
    header: 'Version',
    cell: ({ sha256 }) => <code title={sha256}>{shortHash(sha256)}</code>,
    value: ({ sha256 }) => sha256,
  },
  {
    id: 'size',
    header: 'Size',
    cell: ({ sizeBytes }) => formatBytes(sizeBytes),
    value: ({ sizeBytes }) => sizeBytes,
  },
];

const tools = { jmeter: 'JMeter', k6: 'k6', locust: 'Locust' } as const;

export function WhatRan({ run }: { run: RunResource }) {
  const { api } = useSession();
  const plan = useQuery(runPlanQuery(api, run.id));
  return (
    <Loaded query={plan}>
      {({ files, taurus }) => (
        <SpaceBetween size="l">
          {taurus !== null && (
            <Container header={<Header variant="h2">Load</Header>}>
              <ul className="plain-list">
                {taurus.executions.map(({ executor, scenario, script, shape }, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: executions have no other name, and never move.
                  <li key={index}>
                    {tools[executor]}: <code>{script ?? scenario}</code>
                    <ul>
                      {shape.parts.map((part) => (
                        <li key={part}>{part}</li>
                      ))}
                    </ul>
                  </li>
                ))}
              </ul>
            </Container>
          )}
          <DataTable
            id="run-files"
            title="Files"
            columns={columns}
            rows={files}
            rowId={({ path }) => path}
            description={
              run.sourceSha256 === null
                ? null
                : `As they were when the run was started. Scenario and files together: version ${shortHash(run.sourceSha256)}.`
            }
            empty="The scenario names no files."
          />
        </SpaceBetween>
      )}
    </Loaded>
  );
}
