/** Versions, and where to read on. */
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';

const ApiRoutes = lazy(() => import('./api-routes.tsx'));

export default function About() {
  const { api, config } = useSession();
  const version = useQuery({
    queryKey: ['version'],
    queryFn: ({ signal }) => api.get<{ version: string; node: string }>('/version', {}, signal),
  });
  return (
    <Screen title="About">
      <Container header={<Header variant="h2">This installation</Header>}>
        <Loaded query={version}>
          {(told) => (
            <ColumnLayout columns={1}>
              <KeyValuePairs
                columns={4}
                items={[
                  { label: 'Loadstar', value: told.version },
                  { label: 'Node', value: told.node },
                  { label: 'Sign-in', value: config.signIn.isEmbedded ? 'built in' : config.signIn.issuer },
                  { label: 'API', value: <code>{config.apiUrl}</code> },
                ]}
              />
            </ColumnLayout>
          )}
        </Loaded>
      </Container>
      <Suspense>
        <ApiRoutes />
      </Suspense>
    </Screen>
  );
}
