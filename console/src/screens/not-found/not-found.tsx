/** An address that shows nothing. */
import Box from '@cloudscape-design/components/box';
import { useLocation } from 'react-router';
import { AppLink } from '../../shell/app-link.tsx';
import { Screen } from '../../shell/screen.tsx';

export default function NotFound() {
  const { pathname } = useLocation();
  return (
    <Screen title="There is no such page">
      <Box>
        <code>{pathname}</code> shows nothing. <AppLink href="/">Go to the home page</AppLink>
      </Box>
    </Screen>
  );
}
