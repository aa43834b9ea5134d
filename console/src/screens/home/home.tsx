/** What is running now, what ran last, and how much room there is. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { RunResource } from '../../../../core/api/runs.ts';
import type { RegionPage } from '../../../../core/api/system.ts';
import { isFinal, regionsQuery, runsQuery } from '../../api/queries.ts';
import { formatAmount, formatCount, formatMs, formatRate, formatShare } from '../../format/numbers.ts';
import { formatDuration, useTimeFormat } from '../../format/times.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { AppLink } from '../../shell/app-link.tsx';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';
import { RoomInUse } from '../regions/room-in-use.tsx';
import { RunStatus } from '../runs/run-status.tsx';
import { RunTable } from '../runs/run-table.tsx';

const RECENT_RUNS = 10;

export default function Home() {
  const { api } = useSession();
  const runs = useQuery(runsQuery(api, { limit: 50 }));
  const regions = useQuery(regionsQuery(api));
  return (
    <Screen title="Home">
      <Loaded query={runs}>
        {({ items }) => {
          const active = items.filter((run) => !isFinal(run));
          const ended = items.filter(isFinal);
          if (items.length === 0) return <Beginning />;
          return (
            <SpaceBetween size="l">
              <ActiveRuns runs={active} />
              <RunTable id="recent" title="Recent runs" rows={ended.slice(0, RECENT_RUNS)} isLoading={false} isShort />
            </SpaceBetween>
          );
        }}
      </Loaded>
      <Loaded query={regions}>{({ items }) => <Capacity regions={items} />}</Loaded>
    </Screen>
  );
}

function Beginning() {
  const mayEdit = useMay('editor');
  const navigate = useNavigate();
  return (
    <Container header={<Header variant="h2">Nothing has run yet</Header>}>
      <SpaceBetween size="m">
        <Box>
          A scenario says which requests are made, with how much load, and from where. Make one here, or send a Taurus
          file with <code>npx loadstar scenarios apply my-test.yml</code>.
        </Box>
        {mayEdit ? (
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" onClick={() => navigate('/scenarios/new')}>
              Make a scenario
            </Button>
            <Button onClick={() => navigate('/scenarios/upload')}>Upload a script</Button>
          </SpaceBetween>
        ) : (
          <Box>You may read; making scenarios needs the role editor.</Box>
        )}
      </SpaceBetween>
    </Container>
  );
}

function ActiveRuns({ runs }: { runs: readonly RunResource[] }) {
  const header = (
    <Header variant="h2" counter={runs.length === 0 ? '' : `(${runs.length})`}>
      Running now
    </Header>
  );
  if (runs.length === 0) {
    return (
      <Container header={header}>
        Nothing is running. <AppLink href="/scenarios">Start a scenario</AppLink>
      </Container>
    );
  }
  return (
    <SpaceBetween size="s">
      {header}
      <div className="cards">
        {runs.map((run) => (
          <Container key={run.id} fitHeight>
            <SpaceBetween size="xs">
              <AppLink href={`/runs/${run.id}`} fontSize="heading-m">
                {run.scenarioName}
              </AppLink>
              <RunStatus run={run} />
              <Progress run={run} />
              <LiveNumbers run={run} />
            </SpaceBetween>
          </Container>
        ))}
      </div>
    </SpaceBetween>
  );
}

function Progress({ run }: { run: RunResource }) {
  const { instant } = useTimeFormat();
  if (run.queue !== null) {
    const place =
      run.queue.position === 0 ? 'Next in the queue' : `${formatAmount(run.queue.position, 'run')} before it`;
    return <Box>{`${place}${run.queue.waitingFor === null ? '' : `, waiting for ${run.queue.waitingFor}`}`}</Box>;
  }
  if (run.goAt === null || run.durationSeconds === null) return <Box>{`Started ${instant(run.createdAt)}`}</Box>;
  const seconds = Math.max(0, (Date.now() - Date.parse(run.goAt)) / 1_000);
  return (
    <ProgressBar
      value={Math.min(100, (seconds / run.durationSeconds) * 100)}
      ariaLabel={`Progress of ${run.scenarioName}`}
      additionalInfo={`${formatDuration(Math.min(seconds, run.durationSeconds))} of ${formatDuration(run.durationSeconds)}`}
    />
  );
}

function LiveNumbers({ run: { live } }: { run: RunResource }) {
  if (live === null) return null;
  const numbers: [string, string][] = [
    ['Requests', formatRate(live.requestsPerSecond)],
    ['p95', formatMs(live.p95Ms)],
    ['Errors', formatShare(live.failures, live.requests)],
    ['Users', formatCount(live.users)],
  ];
  return (
    <div className="numbers">
      {numbers.map(([label, value]) => (
        <div key={label}>
          <Box variant="awsui-key-label">{label}</Box>
          <div>{value}</div>
        </div>
      ))}
    </div>
  );
}

function Capacity({ regions }: { regions: RegionPage['items'] }) {
  return (
    <Container header={<Header variant="h2">Capacity</Header>}>
      <ColumnLayout columns={4} minColumnWidth={200}>
        {regions.map((region) => (
          <RoomInUse key={region.name} region={region} label={region.name} />
        ))}
      </ColumnLayout>
    </Container>
  );
}
