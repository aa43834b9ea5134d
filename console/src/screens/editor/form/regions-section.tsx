/** Where it runs: tasks in each region, beside what is free there. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import type { RegionPage } from '../../../../../core/api/system.ts';
import { regionsQuery } from '../../../api/queries.ts';
import { useSession } from '../../../session/session-context.ts';
import { REGIONS, type RegionRow, regionsOf, setRegion } from '../document/details.ts';
import { OnlyInYaml } from './fields.tsx';
import { problemsBelow, useForm } from './form-context.ts';

export function RegionsSection() {
  const { api } = useSession();
  const form = useForm();
  const { data } = useQuery(regionsQuery(api));
  const read = regionsOf(form.document);
  const installed = data?.items ?? null;
  const wrong = problemsBelow(form, REGIONS);
  return (
    <Container
      header={
        <Header variant="h2" description="Tasks make the load; each makes its exact share of it.">
          Regions
        </Header>
      }
    >
      <SpaceBetween size="s">
        {read === null ? (
          <OnlyInYaml label="Regions" path={REGIONS} />
        ) : (
          <RegionTable rows={withInstalled(read.rows, installed ?? [])} installed={installed} />
        )}
        {wrong.length > 0 && <Box color="text-status-error">{wrong.join(' ')}</Box>}
      </SpaceBetween>
    </Container>
  );
}

function withInstalled(rows: readonly RegionRow[], installed: RegionPage['items']): RegionRow[] {
  const others = installed.filter(({ name }) => !rows.some((row) => row.name === name));
  return [...rows, ...others.map(({ name }) => ({ name, tasks: '', share: '' }))];
}

/** `installed`: null while they are not known. */
function RegionTable({ installed, rows }: { rows: RegionRow[]; installed: RegionPage['items'] | null }) {
  const form = useForm();
  const input = (row: RegionRow, key: 'tasks' | 'share', placeholder: string) => (
    <Input
      value={row[key]}
      placeholder={placeholder}
      ariaLabel={`${key === 'tasks' ? 'Tasks' : 'Share'} in ${row.name}`}
      disabled={form.isReadOnly || (key === 'share' && row.tasks === '')}
      inputMode="numeric"
      onChange={({ detail }) =>
        form.edit([...REGIONS, row.name, key], (document) => setRegion(document, { ...row, [key]: detail.value }))
      }
    />
  );
  return (
    <Table
      variant="embedded"
      items={rows}
      trackBy="name"
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: 'Regions' }}
      columnDefinitions={[
        { id: 'region', header: 'Region', cell: ({ name }) => name, isRowHeader: true, minWidth: 100 },
        { id: 'tasks', header: 'Tasks', cell: (row) => input(row, 'tasks', 'none'), minWidth: 110 },
        { id: 'room', header: 'Capacity', cell: (row) => <Room row={row} installed={installed} />, minWidth: 160 },
        { id: 'share', header: 'Share of the load', cell: (row) => input(row, 'share', 'as its tasks'), minWidth: 130 },
      ]}
    />
  );
}

function Room({ installed, row: { name, tasks } }: { row: RegionRow; installed: RegionPage['items'] | null }) {
  if (installed === null) return <Box>–</Box>;
  const region = installed.find((one) => one.name === name);
  if (region === undefined) {
    return <StatusIndicator type="warning">This installation does not have it</StatusIndicator>;
  }
  if (region.problem !== null) return <StatusIndicator type="warning">{region.problem}</StatusIndicator>;
  const wanted = Number(tasks) || 0;
  const free = `${region.tasksFree} of ${region.tasksMax} free`;
  if (wanted > region.tasksMax) return <StatusIndicator type="warning">{`${free}: too few`}</StatusIndicator>;
  if (wanted > region.tasksFree)
    return <StatusIndicator type="pending">{`${free}: the run would wait`}</StatusIndicator>;
  return <Box>{free}</Box>;
}
