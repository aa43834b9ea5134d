/** Session, preferences, data and screens, one around the other. */
import Box from '@cloudscape-design/components/box';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en.json';
import Spinner from '@cloudscape-design/components/spinner';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { ApiProblem } from './api/api-problem.ts';
import { PreferencesProvider } from './preferences/preferences-provider.tsx';
import { openSession } from './session/open-session.ts';
import { type Session, SessionContext } from './session/session-context.ts';
import { Failure } from './shell/failure.tsx';
import { NoticesProvider } from './shell/notices.tsx';
import { routes } from './shell/routes.tsx';

const RETRIES_MAX = 4;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the API refuses it will refuse again; a control plane that restarts is worth waiting for.
      retry: (count, error) => !(error instanceof ApiProblem && error.status < 500) && count < RETRIES_MAX,
    },
  },
});

type Opening = { session: Session } | { error: unknown } | null;

let opened: Promise<Session> | null = null;

export function App() {
  const [opening, setOpening] = useState<Opening>(null);
  useEffect(() => {
    opened ??= openSession();
    opened.then(
      (session) => setOpening({ session }),
      (error: unknown) => setOpening({ error }),
    );
  }, []);
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <PreferencesProvider>
        {opening === null && (
          <Box textAlign="center" padding="xxxl">
            <Spinner size="large" />
          </Box>
        )}
        {opening !== null && 'error' in opening && (
          <Box padding="xxxl">
            <Failure error={opening.error} onRetry={() => window.location.assign('/')} />
          </Box>
        )}
        {opening !== null && 'session' in opening && <Screens session={opening.session} />}
      </PreferencesProvider>
    </I18nProvider>
  );
}

function Screens({ session }: { session: Session }) {
  const [router] = useState(() => createBrowserRouter(routes));
  return (
    <SessionContext value={session}>
      <QueryClientProvider client={queries}>
        <NoticesProvider>
          <RouterProvider router={router} />
        </NoticesProvider>
      </QueryClientProvider>
    </SessionContext>
  );
}
