/** The load that a document asks for, drawn from its plan, and what each region's tasks have of it. */
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { PlanPreview } from '../../../../core/api/scenarios.ts';
import type { RegionPage } from '../../../../core/api/system.ts';
import { regionsQuery } from '../../api/queries.ts';
import { type ChartSeries, TimeChart } from '../../charts/time-chart.tsx';
import { CostValue } from '../../costs/cost-value.tsx';
import { formatAmount, formatCount, formatNumber } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { curveAt } from '../run/plan-line.ts';

const POINTS = 400;

/** `text`: one that was checked. */
export function PlanDrawing({ text, type, isValid }: { text: string; type: string; isValid: boolean }) {
  const { api } = useSession();
  const regions = useQuery(regionsQuery(api));
  const preview = useQuery({
    queryKey: ['preview', type, text],
    queryFn: async ({ signal }) =>
      (
        await api.send<PlanPreview>('POST', '/scenarios/preview', {
          body: text,
          headers: { 'content-type': type },
          signal,
        })
      ).body,
    enabled: isValid,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (!isValid && preview.data === undefined) return null;
  return <Loaded query={preview}>{(plan) => <Drawing plan={plan} regions={regions.data?.items ?? null} />}</Loaded>;
}

/** `regions`: null while they are not known. */
function Drawing({ plan, regions }: { plan: PlanPreview; regions: RegionPage['items'] | null }) {
  const { seconds, users, starts } = useMemo(() => drawn(plan), [plan]);
  const tasks = Map.groupBy(plan.tasks, ({ region }) => region);
  const shared = { seconds, height: 180, isBrushable: false };
  return (
    <SpaceBetween size="l">
      {users.length > 0 && <TimeChart {...shared} title="Planned users" format={formatCount} series={users} />}
      {starts.length > 0 && (
        <TimeChart {...shared} title="Planned starts per second" format={formatNumber} series={starts} />
      )}
      <Container header={<Header variant="h2">What would run</Header>}>
        <KeyValuePairs
          columns={4}
          items={[
            {
              label: 'Duration',
              value:
                plan.durationSeconds === null ? 'until all iterations are done' : formatDuration(plan.durationSeconds),
            },
            { label: 'Users at most', value: formatCount(plan.usersMax) },
            ...(plan.cost === null ? [] : [{ label: 'Cost', value: <CostValue cost={plan.cost} /> }]),
            ...[...tasks].map(([region, of]) => ({
              label: `Region ${region}`,
              value: [
                formatAmount(of.length, 'task'),
                ...(regions === null ? [] : [roomIn(region, of.length, regions)]),
              ].join(', '),
            })),
          ]}
        />
      </Container>
    </SpaceBetween>
  );
}

function roomIn(name: string, tasks: number, regions: RegionPage['items']): string {
  const region = regions.find((one) => one.name === name);
  if (region === undefined) return 'which this installation does not have';
  if (region.tasksMax < tasks) return `more than its capacity of ${region.tasksMax}`;
  if (region.problem !== null) return region.problem;
  return region.tasksFree < tasks ? `of which ${region.tasksFree} are free now` : `${region.tasksFree} free now`;
}

function drawn(plan: PlanPreview): { seconds: number[]; users: ChartSeries[]; starts: ChartSeries[] } {
  const ends = plan.executions.map(
    ({ curve, delaySeconds }) => delaySeconds + curve.reduce((sum, piece) => sum + piece.seconds, 0),
  );
  const length = Math.max(1, ...ends);
  const seconds = Array.from({ length: POINTS + 1 }, (_, i) => (i / POINTS) * length);
  const lines = plan.executions.map((execution, index) => ({
    unit: execution.unit,
    name: plan.executions.length === 1 ? execution.unit : `${execution.flow}, ${execution.unit}`,
    colour: index,
    isFilled: plan.executions.length === 1,
    values: seconds.map((second) => curveAt(execution.curve, second - execution.delaySeconds)),
  }));
  return {
    seconds,
    users: lines.filter(({ unit }) => unit === 'users'),
    starts: lines.filter(({ unit }) => unit !== 'users'),
  };
}
