/** Where tasks can run, and how much room there is. */
import Box from '@cloudscape-design/components/box';
import { useQuery } from '@tanstack/react-query';
import { regionRemark } from '../../../../core/api/region-remark.ts';
import type { RegionPage } from '../../../../core/api/system.ts';
import { regionsQuery, runsQuery } from '../../api/queries.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';
import { type Column, DataTable } from '../../tables/data-table.tsx';
import { RunTable } from '../runs/run-table.tsx';
import { RoomInUse } from './room-in-use.tsx';

type Region = RegionPage['items'][number];

const columns: Column<Region>[] = [
  { id: 'name', header: 'Region', cell: ({ name }) => name, value: ({ name }) => name },
  {
    id: 'used',
    header: 'In use',
    cell: (region) => <RoomInUse region={region} />,
    value: ({ problem, tasksRunning }) => (problem === null ? tasksRunning : null),
    isLong: true,
  },
  {
    id: 'free',
    header: 'Free',
    cell: ({ problem, tasksFree }) => (problem === null ? tasksFree : '–'),
    value: ({ problem, tasksFree }) => (problem === null ? tasksFree : null),
  },
  { id: 'max', header: 'Capacity', cell: ({ tasksMax }) => tasksMax, value: ({ tasksMax }) => tasksMax },
];

/** Where there is something to remark. */
const remarks: Column<Region> = {
  id: 'remark',
  header: 'Remark',
  cell: (region) => regionRemark(region) ?? '',
  value: (region) => regionRemark(region) ?? '',
  isLong: true,
};

export default function Regions() {
  const { api } = useSession();
  const regions = useQuery(regionsQuery(api));
  const queued = useQuery(runsQuery(api, { phase: 'queued' }));
  return (
    <Screen title="Regions and capacity">
      <Loaded query={regions}>
        {({ items }) => (
          <DataTable
            id="regions"
            title="Regions"
            description="Tasks that run at once, of all runs together. The control plane's configuration says how many there may be."
            columns={items.some((region) => regionRemark(region) !== null) ? [...columns, remarks] : columns}
            rows={items}
            rowId={({ name }) => name}
            empty="There is no region: nothing can run."
          />
        )}
      </Loaded>
      <Loaded query={queued}>
        {({ items }) =>
          items.length === 0 ? (
            <Box color="text-body-secondary">No run waits for capacity.</Box>
          ) : (
            <RunTable id="queued" title="Waiting for capacity" rows={items} isLoading={false} />
          )
        }
      </Loaded>
    </Screen>
  );
}
