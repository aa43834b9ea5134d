/** What is around every screen: the bar on top, the navigation, notices. */
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import Spinner from '@cloudscape-design/components/spinner';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Outlet, useLocation, useNavigate, useNavigationType } from 'react-router';
import { useMay, useSession } from '../session/session-context.ts';
import { FailureBoundary } from './failure.tsx';
import { Frame } from './frame.tsx';
import { NoticeList } from './notices.tsx';

const PreferencesDialog = lazy(() => import('../preferences/preferences-dialog.tsx'));

function navigationItems(isAdmin: boolean): SideNavigationProps.Item[] {
  return [
    { type: 'link', text: 'Home', href: '/' },
    { type: 'link', text: 'Scenarios', href: '/scenarios' },
    { type: 'link', text: 'Runs', href: '/runs' },
    { type: 'link', text: 'Regions and capacity', href: '/regions' },
    { type: 'link', text: 'Secrets', href: '/secrets' },
    { type: 'divider' },
    ...(isAdmin ? [{ type: 'link' as const, text: 'Users', href: '/users' }] : []),
    { type: 'link', text: 'API tokens', href: '/tokens' },
    ...(isAdmin ? [{ type: 'link' as const, text: 'Audit', href: '/audit' }] : []),
    { type: 'link', text: 'Documentation', href: '/docs' },
    { type: 'link', text: 'About', href: '/about' },
  ];
}

export function Shell() {
  const { me, signIn } = useSession();
  const isAdmin = useMay('admin');
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [isPreferencesOpen, setPreferencesOpen] = useState(false);
  const items = navigationItems(isAdmin);
  const section = items.find((item) => 'href' in item && item.href !== '/' && pathname.startsWith(item.href));
  useTopOfNewScreens(pathname);
  return (
    <>
      <div className="top-bar">
        <TopNavigation
          identity={{
            href: '/',
            title: 'Loadstar',
            onFollow: (event) => {
              event.preventDefault();
              navigate('/');
            },
          }}
          utilities={[
            {
              type: 'button',
              iconName: 'settings',
              title: 'Preferences',
              ariaLabel: 'Preferences',
              onClick: () => setPreferencesOpen(true),
            },
            {
              type: 'menu-dropdown',
              text: me.name,
              description: `${me.email ?? ''} (${me.role})`.trim(),
              iconName: 'user-profile',
              items: [
                { id: 'tokens', text: 'API tokens' },
                { id: 'sign-out', text: 'Sign out' },
              ],
              onItemClick: ({ detail }) => {
                if (detail.id === 'sign-out') void signIn.signOut();
                else navigate('/tokens');
              },
            },
          ]}
        />
      </div>
      <Frame
        notices={<NoticeList />}
        navigation={(onChosen) => (
          <SideNavigation
            activeHref={section !== undefined && 'href' in section ? (section.href ?? '/') : '/'}
            items={items}
            onFollow={(event) => {
              if (event.detail.external) return;
              event.preventDefault();
              navigate(event.detail.href);
              onChosen();
            }}
          />
        )}
      >
        <FailureBoundary resetKey={pathname}>
          <Suspense fallback={<Spinner size="large" />}>
            <Outlet />
          </Suspense>
        </FailureBoundary>
      </Frame>
      {isPreferencesOpen && (
        <Suspense>
          <PreferencesDialog onClose={() => setPreferencesOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Another screen begins at its top; who goes back is where they were. */
function useTopOfNewScreens(pathname: string): void {
  const kind = useNavigationType();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another screen counts, not how it was come to.
  useEffect(() => {
    if (kind !== 'POP') window.scrollTo(0, 0);
  }, [pathname]);
}
